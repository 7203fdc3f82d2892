internal import EpiSQLite

/// A database in memory with one table, in which statements about indexes are tried: there an index may be in the schema, and SQLite
/// itself says what is wrong, and how the statement reads after a change to the table.
struct ScratchDatabase: ~Copyable {
  private let database: Database

  /// - Parameter tableSQL: the statement that makes the table; nil: there is none.
  init(tableSQL: String?) throws(SQLiteError) {
    let made = try Database(inMemoryNamed: "a scratch database")
    try VectorFunctions.define(on: made.connection)
    try made.connection.define(VectorFunctions.markerFunction(.deterministic))
    if let tableSQL { try made.execute(tableSQL, doing: "try the statement") }
    database = made
  }

  borrowing func run(_ sql: String) throws(SQLiteError) { try database.execute(sql, doing: "try the statement") }

  /// The statement that makes an index as SQLite keeps it, and the table it is on.
  borrowing func index(named name: String) throws(SQLiteError) -> (sql: String, table: String)? {
    let row = try database.prepare("SELECT sql, tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?1")
    try row.bind(name, at: 0)
    guard try row.step(), let sql = row.text(column: 0), let table = row.text(column: 1) else { return nil }
    return (sql, table)
  }
}
