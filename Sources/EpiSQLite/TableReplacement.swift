/// What a database has, as its schema says, by names as SQLite compares them.
struct DatabaseObjects {
  struct Addition {
    var kind: String
    var name: String
    var sql: String
  }

  /// Tables, views and indexes.
  private(set) var kinds: [[UInt8]: String] = [:]
  /// The indexes and triggers of each table, but for those that SQLite makes itself.
  private(set) var additions: [[UInt8]: [Addition]] = [:]

  init(of database: borrowing Database) throws(SQLiteError) {
    let statement = try database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid", doing: "read the schema of the database")
    while try statement.step() {
      guard let kind = statement.text(column: 0), let name = statement.text(column: 1), let table = statement.text(column: 2) else { continue }
      if kind != "trigger" { kinds[SQLNames.folded(name)] = kind }
      guard kind == "index" || kind == "trigger", let sql = statement.text(column: 3) else { continue }
      additions[SQLNames.folded(table), default: []].append(Addition(kind: kind, name: name, sql: sql))
    }
  }
}

/// Takes a table out of a database to make it anew: what others have added to it is put back afterwards.
struct TableReplacement {
  let table: String
  private let additions: [DatabaseObjects.Addition]

  /// Drops the table, if there is one, with what this program has added to it. Views on it stay and mean the new one.
  /// - Throws: when something else than a table has the name.
  init(of table: String, among objects: DatabaseObjects, in database: borrowing Database, record: inout DatabaseRecord) throws {
    self.table = table
    let folded = SQLNames.folded(table)
    let kind = objects.kinds[folded]
    guard kind == nil || kind == "table" else {
      let kind = kind ?? ""
      throw MaterializerError.target(
        message: "'\(table)' is \(kind == "index" ? "an" : "a") \(kind) in the database, and a table of the rows",
        hint: "drop or rename the \(kind), or write to another file")
    }
    let fullText = record.fullText.filter { SQLNames.folded($0.table) == folded }.map(\.name)
    let own = record.indexes.filter { SQLNames.folded($0.table) == folded }.map { SQLNames.folded($0.name) }
    for name in fullText { try database.execute("DROP TABLE IF EXISTS \(SQLText.name(name))", doing: "drop the full-text index '\(name)'") }
    record.fullText.removeAll { SQLNames.folded($0.table) == folded }
    record.indexes.removeAll { SQLNames.folded($0.table) == folded }
    record.tables.removeAll { SQLNames.folded($0.name) == folded }
    additions = objects.additions[folded, default: []].filter { !own.contains(SQLNames.folded($0.name)) }
    if kind != nil { try database.execute("DROP TABLE \(SQLText.name(table))", doing: "drop table '\(table)'") }
  }

  /// Puts back the indexes and triggers of others; each that the new table cannot have is told.
  func restore(in database: borrowing Database, report: (MaterializerWarning) -> Void) throws(SQLiteError) {
    for addition in additions {
      do throws(SQLiteError) {
        try database.execute(addition.sql, doing: "make \(addition.kind) '\(addition.name)' again")
      } catch {
        guard error.kind == .refused || error.kind == .constraint else { throw error }
        report(
          MaterializerWarning(
            kind: .dropped, message: "\(addition.kind) '\(addition.name)' of table '\(table)' is gone, since the new table cannot have it: \(error.message)"))
      }
    }
  }
}
