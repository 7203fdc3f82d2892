/// A new database while its tables are filled, in one transaction.
///
/// Nobody knows the file yet and it is put on the disk as a whole, so SQLite need neither keep a journal nor wait for the disk.
struct FreshDatabase: ~Copyable {
  let database: Database
  var inserter: RowInserter

  /// What a database that is made in one go measures best with: fewer pages to fill and to look up than with 4 KiB.
  private static let pageSize = 16384

  /// - Parameters:
  ///   - path: an empty file.
  ///   - name: stands for it in messages.
  init(path: String, named name: String, plans: [TablePlan]) throws(SQLiteError) {
    let database = try Database(path: path, named: name, .existing)
    for setting in ["page_size = \(Self.pageSize)", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"] {
      try database.execute("PRAGMA \(setting)", doing: "set up the database")
    }
    try database.execute("BEGIN", doing: "begin the transaction")
    inserter = RowInserter(plans: plans, into: database)
    self.database = database
  }

  mutating func insert(_ chunk: RowSpool.Chunk) throws { try inserter.insert(chunk, into: database) }

  /// Inserts all rows of a spool.
  mutating func insert(_ merge: inout SpoolMerge, afterChunk: () -> Void) throws {
    try inserter.insert(&merge, into: database, afterChunk: afterChunk)
  }
}
