/// Transactions on a database that others may be reading.
extension Database {
  /// Bytes of changed pages that are held in memory.
  private static let heldBytes = 40 << 20

  /// A connection that changes a database which others may be reading.
  static func forChanging(_ path: String, busyTimeout milliseconds: Int) throws(SQLiteError) -> Database {
    let database = try Database(path: path, .existing)
    database.waitForLocks(milliseconds: milliseconds)
    try database.execute("PRAGMA foreign_keys = OFF", doing: "set up the connection")
    // With a write-ahead log changed pages can go there at any time. With a rollback journal they go into the database itself, whose
    // readers must wait from then on: so not before there are many.
    if try database.text("PRAGMA journal_mode", doing: "open the database") != "wal" {
      // What the size is, SQLite knows when it has read something.
      _ = try database.text("PRAGMA schema_version", doing: "open the database")
      let pageSize = Int(try database.text("PRAGMA page_size", doing: "open the database") ?? "") ?? 4096
      // SQLite takes a number whose lowest byte is 0 for OFF.
      try database.execute("PRAGMA cache_spill = \(Self.heldBytes / pageSize | 1)", doing: "set up the connection")
    }
    return database
  }

  /// Begins a transaction that changes the database, after those of others.
  borrowing func beginChanges(busyTimeout milliseconds: Int) throws(SQLiteError) {
    waitForLocks(milliseconds: milliseconds)
    try execute("BEGIN IMMEDIATE", doing: "begin the transaction")
    // Pages that cannot go into the database, since somebody is reading, stay in memory for now. SQLite would wait for the reader
    // first, again and again.
    waitForLocks(milliseconds: 0)
  }

  /// Ends the transaction, when those who are reading have done so.
  borrowing func commitChanges(busyTimeout milliseconds: Int) throws(SQLiteError) {
    waitForLocks(milliseconds: milliseconds)
    try execute("COMMIT", doing: "commit")
  }
}
