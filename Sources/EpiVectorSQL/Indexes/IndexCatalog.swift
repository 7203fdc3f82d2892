internal import EpiSQLite
internal import EpiVectors

/// The vector indexes of a connection's databases: rows of the plain table `vector_index(name, tbl, col, sql)` in each.
///
/// Nothing of them is in the schema, so any program may read and write the file; where one has changed what an index is about, the
/// index fails when it is used.
struct IndexCatalog {
  let connection: Connection

  private static let table = "vector_index"

  private func table(in schema: String) -> String { "\(SQLText.quoted(schema)).\(Self.table)" }

  func hasTable(in schema: String) throws(SQLiteError) -> Bool {
    try connection.text("SELECT 1 FROM \(SQLText.quoted(schema)).sqlite_schema WHERE type = 'table' AND name = '\(Self.table)'") != nil
  }

  /// A statement that has found the row of an index and keeps the database as it is while it lives; nil where there is none.
  func row(of name: String, in schema: String) -> Statement? {
    do {
      let statement = try connection.prepare("SELECT name, tbl, sql FROM \(table(in: schema)) WHERE name = ?1")
      try statement.bind(name, at: 0)
      guard try statement.step() else { return nil }
      return statement
    } catch {
      return nil
    }
  }

  /// The index that a row describes; nil where its table, column or text do not fit it any more.
  func index(in schema: String, _ row: borrowing Statement) -> VectorIndex? {
    guard let name = row.text(column: 0), let table = row.text(column: 1), let sql = row.text(column: 2) else { return nil }
    return try? index(named: name, in: schema, table: table, sql: sql)
  }

  /// - Parameter sql: the statement that made the index.
  func index(named name: String, in schema: String, table: String, sql: String) throws(VectorSQLError) -> VectorIndex? {
    guard let statement = CreateIndexStatement(SQLText(sql)) else { return nil }
    let shape: TableShape?
    do { shape = try TableShape(of: table, in: schema, connection) } catch { throw VectorSQLError(error.detail) }
    guard let shape else { return nil }
    let (columnName, parameters) = try statement.arguments()
    guard let column = shape.column(columnName) else { throw VectorSQLError("no such column: \(columnName)") }
    guard !shape.isRowid(column) else {
      throw VectorSQLError("vector index: libsql_vector_idx first argument must be column with vector type")
    }
    let type = try VectorColumnType(column.type)
    let read = try parameters()
    guard shape.hasRowid || shape.keyColumns.count == 1 else {
      throw VectorSQLError("vector index: unsupported for tables without ROWID and composite primary key")
    }
    try read.checkGraph()
    return VectorIndex(
      schema: schema, name: name, table: table, column: column.name, sql: sql, condition: statement.condition, type: type,
      metric: read.metric, key: shape.hasRowid ? nil : shape.keyColumns[0].name)
  }

  /// All indexes of a database, or those of one table.
  func indexes(in schema: String, of table: String? = nil) throws(SQLiteError) -> [VectorIndex] {
    guard try hasTable(in: schema) else { return [] }
    var found: [VectorIndex] = []
    let rows = try connection.prepare("SELECT name, tbl, sql FROM \(self.table(in: schema)) ORDER BY name")
    while try rows.step() {
      guard let index = index(in: schema, rows), table == nil || SQLText.isSame(index.table, table ?? "") else { continue }
      found.append(index)
    }
    return found
  }

  /// The name of an index as it is kept, of one that SQLite would take for it.
  func storedName(_ name: String, in schema: String) throws(SQLiteError) -> String? {
    guard try hasTable(in: schema) else { return nil }
    return try connection.text("SELECT name FROM \(table(in: schema)) WHERE name = ?1 COLLATE NOCASE", name)
  }

  func add(_ index: VectorIndex) throws(SQLiteError) {
    try connection.execute(
      "CREATE TABLE IF NOT EXISTS \(table(in: index.schema))(name TEXT PRIMARY KEY, tbl TEXT, col TEXT, sql TEXT)", doing: "create the index")
    try write("INSERT INTO \(table(in: index.schema)) VALUES(?1, ?2, ?3, ?4)", [index.name, index.table, index.column, index.sql])
  }

  func update(_ index: VectorIndex) throws(SQLiteError) {
    try write(
      "UPDATE \(table(in: index.schema)) SET tbl = ?2, col = ?3, sql = ?4 WHERE name = ?1", [index.name, index.table, index.column, index.sql])
  }

  func remove(_ name: String, in schema: String) throws(SQLiteError) {
    try write("DELETE FROM \(table(in: schema)) WHERE name = ?1", [name])
    if try connection.text("SELECT 1 FROM \(table(in: schema))") == nil {
      try connection.execute("DROP TABLE \(table(in: schema))", doing: "drop the index")
    }
  }

  private func write(_ sql: String, _ values: [String]) throws(SQLiteError) {
    let statement = try connection.prepare(sql)
    for (index, value) in values.enumerated() { try statement.bind(value, at: index) }
    _ = try statement.step()
  }
}
