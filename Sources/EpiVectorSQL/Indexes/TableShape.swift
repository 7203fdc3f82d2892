internal import EpiSQLite

/// What must be known of a table that has, or is to have, a vector index.
struct TableShape {
  struct Column {
    var name: String
    var type: String
    /// From 1 in the primary key; 0: not in it.
    var keyPlace: Int
  }

  var columns: [Column]
  var hasRowid: Bool

  /// Nil when there is no such table.
  init?(of table: String, in schema: String, _ connection: Connection) throws(SQLiteError) {
    columns = []
    let info = try connection.prepare("PRAGMA \(SQLText.quoted(schema)).table_xinfo(\(SQLText.quoted(table)))")
    while try info.step() {
      columns.append(Column(name: info.text(column: 1) ?? "", type: info.text(column: 2) ?? "", keyPlace: info.integer(column: 5)))
    }
    guard !columns.isEmpty else { return nil }
    let list = try connection.prepare("PRAGMA \(SQLText.quoted(schema)).table_list(\(SQLText.quoted(table)))")
    hasRowid = try !list.step() || list.integer(column: 4) == 0
  }

  func column(_ name: String) -> Column? { columns.first { SQLText.isSame($0.name, name) } }

  var keyColumns: [Column] { columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace } }

  /// Whether a column is another name of the rowid.
  func isRowid(_ column: Column) -> Bool {
    hasRowid && column.keyPlace > 0 && keyColumns.count == 1 && SQLText.isSame(column.type, "INTEGER")
  }
}

extension Connection {
  /// `main`, `temp` and the attached databases.
  func schemas() throws(SQLiteError) -> [String] {
    var names: [String] = []
    let list = try prepare("PRAGMA database_list")
    while try list.step() { names.append(list.text(column: 1) ?? "") }
    return names.contains("temp") ? names : names + ["temp"]
  }

  /// The database that a name without one means: where SQLite finds the table first.
  func schema(ofTable table: String, given: String?) throws(SQLiteError) -> String? {
    let schemas = try schemas()
    if let given { return schemas.first { SQLText.isSame($0, given) } }
    for schema in ["temp", "main"] + schemas.filter({ $0 != "temp" && $0 != "main" }) {
      if try text("SELECT name FROM \(SQLText.quoted(schema)).sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", table) != nil {
        return schema
      }
    }
    return nil
  }

  /// The first column of the first row, as text.
  func text(_ sql: String, _ values: String...) throws(SQLiteError) -> String? {
    let statement = try prepare(sql)
    for (index, value) in values.enumerated() { try statement.bind(value, at: index) }
    return try statement.step() ? statement.text(column: 0) : nil
  }

  /// Runs `body` so that all it does is undone when it throws.
  func atomically<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result, failure: (SQLiteError) -> Failure
  ) throws(Failure) -> Result {
    do { try execute("SAVEPOINT epi_vector_index", doing: "begin") } catch { throw failure(error) }
    do throws(Failure) {
      let result = try body()
      do throws(SQLiteError) { try execute("RELEASE epi_vector_index", doing: "finish") } catch { throw failure(error) }
      return result
    } catch {
      try? execute("ROLLBACK TO epi_vector_index", doing: "undo")
      try? execute("RELEASE epi_vector_index", doing: "undo")
      throw error
    }
  }
}
