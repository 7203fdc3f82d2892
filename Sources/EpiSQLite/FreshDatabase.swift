/// A new database while its tables are filled.
///
/// Nobody knows the file yet and it is put on the disk as a whole, so SQLite need neither keep a journal nor wait for the disk, and
/// pages can be written behind its back while it has no transaction open.
struct FreshDatabase: ~Copyable {
  let database: Database
  var inserter: RowInserter

  /// - Parameters:
  ///   - path: an empty file.
  ///   - name: stands for it in messages.
  init(path: String, named name: String, plans: [TablePlan]) throws {
    let database = try Database(path: path, named: name, .existing)
    for setting in ["page_size = \(PageFile.pageSize)", "journal_mode = OFF", "synchronous = OFF"] {
      try database.execute("PRAGMA \(setting)", doing: "set up the database")
    }
    inserter = RowInserter(plans: plans, into: try PageFile(path: path, named: name))
    self.database = database
  }

  mutating func insert(_ chunk: RowSpool.Chunk) throws { try inserter.insert(chunk, into: database) }

  /// Inserts all rows of a spool.
  mutating func insert(_ merge: inout SpoolMerge, afterChunk: () -> Void) throws {
    try inserter.insert(&merge, into: database, afterChunk: afterChunk)
  }
}
