internal import EpiBytes

/// A table of rows and, when wanted, the one that a field of it leads to: what a condition on rows is written over and fields of
/// results are taken from.
package struct LinkedTable {
  package struct Link: Equatable, Sendable {
    /// The table whose key the field holds.
    package var table: String
    package var field: String

    package init(table: String, field: String) {
      self.table = table
      self.field = field
    }
  }

  package let name: String
  package let link: Link?
  private let key: String
  private let columns: [String]
  private let linkedKey: String
  private let linkedColumns: [String]

  /// - Throws: when a table, or the field that is to lead to another, is not there.
  package init(_ name: String, joining link: Link?, in database: borrowing Database) throws(SQLiteError) {
    self.name = name
    self.link = link
    (key, columns) = try Self.columns(of: name, in: database)
    guard let link else {
      (linkedKey, linkedColumns) = ("", [])
      return
    }
    (linkedKey, linkedColumns) = try Self.columns(of: link.table, in: database)
    guard Self.contains(columns, link.field) else {
      throw SQLiteError(
        refused: "table '\(name)' has no column '\(link.field)' that could lead to table '\(link.table)'; it has \(Self.list(columns))",
        path: database.path)
    }
  }

  /// The columns of a table and which of them is its key.
  private static func columns(of table: String, in database: borrowing Database) throws(SQLiteError) -> (String, [String]) {
    let statement = try database.prepare("SELECT name, pk FROM pragma_table_info(?)", doing: "read the columns of '\(table)'")
    try statement.bind(table, at: 0)
    var key: String?
    var columns: [String] = []
    while try statement.step() {
      let name = statement.text(column: 0) ?? ""
      if statement.integer(column: 1) == 1 { key = name }
      columns.append(name)
    }
    guard !columns.isEmpty else {
      let tables = try database.names("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
      throw SQLiteError(
        refused: "there is no table '\(table)'" + (tables.isEmpty ? "; the database is empty" : "; there are \(list(tables))"), path: database.path)
    }
    guard let key = key ?? (contains(columns, "id") ? "id" : nil) else {
      throw SQLiteError(refused: "table '\(table)' has neither a key nor a column 'id'", path: database.path)
    }
    return (key, columns)
  }

  /// The row's own key, qualified.
  var keySQL: String { "\(SQLText.name(name)).\(SQLText.name(key))" }

  /// The row's own table, or the one it is joined with, as SQL with its key.
  func ownerSQL(isJoined: Bool) -> (table: String, key: String) {
    isJoined ? (SQLText.name(link?.table ?? name), SQLText.name(linkedKey)) : (SQLText.name(name), SQLText.name(key))
  }

  /// What brings the two tables together.
  var linkSQL: String {
    "\(SQLText.name(link?.table ?? name)).\(SQLText.name(linkedKey)) = \(SQLText.name(name)).\(SQLText.name(link?.field ?? key))"
  }

  /// What stands behind FROM.
  var fromSQL: String {
    guard let link else { return SQLText.name(name) }
    return "\(SQLText.name(name)) LEFT JOIN \(SQLText.name(link.table)) ON \(linkSQL)"
  }

  /// A column as SQL: of the joined table if it has it, else of the row's own; nil when neither does.
  func columnSQL(_ column: String) -> String? {
    if let link, Self.contains(linkedColumns, column) { return "\(SQLText.name(link.table)).\(SQLText.name(column))" }
    return Self.contains(columns, column) ? "\(SQLText.name(name)).\(SQLText.name(column))" : nil
  }

  /// The names of all columns, for messages.
  package var columnList: String { Self.list(linkedColumns + columns.filter { !Self.contains(linkedColumns, $0) }) }

  /// As SQLite compares names.
  private static func contains(_ columns: [String], _ name: String) -> Bool {
    columns.contains { SQLNames.folded($0) == SQLNames.folded(name) }
  }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}

extension LinkedTable {
  /// Calls `body` with the id of each row that fulfils a condition over the columns of the tables.
  /// - Parameter condition: an SQL expression.
  package func forEachID(
    where condition: String, in database: borrowing Database, _ body: (Span<UInt8>) -> Void
  ) throws(SQLiteError) {
    let statement = try database.prepare("SELECT \(keySQL) FROM \(fromSQL) WHERE (\(condition)\n)", doing: "read the condition")
    // Compiled as a column too: there it must be one expression to its end, and none that closes the brackets and opens new ones.
    _ = try database.prepare("SELECT \(condition)\n FROM \(fromSQL)", doing: "read the condition")
    var id = ByteWriter(capacity: 256)
    while try statement.step() {
      id.removeAll()
      if statement.appendBytes(column: 0, to: &id) { body(id.span) }
    }
  }

  /// A statement that looks up columns of one row, whose id is to be bound to its first parameter.
  /// - Parameter names: columns; those that no table has are left out of the result.
  /// - Returns: the statement and, for each of `names`, its column in the statement.
  package func lookup(_ names: [String], in database: borrowing Database) throws(SQLiteError) -> RowLookupStatement? {
    var columns: [String] = []
    let places = names.map { name -> Int? in
      guard let sql = columnSQL(name) else { return nil }
      columns.append(sql)
      return columns.count - 1
    }
    guard !columns.isEmpty else { return nil }
    let sql = "SELECT \(columns.joined(separator: ", ")) FROM \(fromSQL) WHERE \(keySQL) = ?"
    return RowLookupStatement(places: places, statement: try database.prepare(sql, doing: "read fields of rows"))
  }
}

/// Looks up columns of rows by id.
package struct RowLookupStatement: ~Copyable {
  /// For each name that was asked for its column in the statement; nil when there is none.
  package let places: [Int?]
  package let statement: Statement
}

extension SQLiteError {
  /// Something the database has not.
  init(refused message: String, path: String) {
    self.init(code: 1, doing: "", path: path, detail: message)
    self.message = message
  }
}

extension Database {
  /// A number that changes when another connection has changed the database.
  package borrowing func dataVersion() throws(SQLiteError) -> Int {
    let statement = try prepare("PRAGMA data_version", doing: "read the database")
    guard try statement.step() else { return 0 }
    return statement.integer(column: 0)
  }

  /// The first column of all rows.
  borrowing func names(_ sql: String) throws(SQLiteError) -> [String] {
    let statement = try prepare(sql, doing: "read the names of tables")
    var names: [String] = []
    while try statement.step() { names.append(statement.text(column: 0) ?? "") }
    return names
  }
}
