internal import EpiBytes
internal import EpiSystem

/// What a database was written with.
package struct MaterializerSummary: Equatable, Sendable {
  /// Rows in the tables now.
  package var rows: Int
  package var tables: Int
  /// Rows of the input that are not there because another one has their table and id.
  package var duplicates: Int
}

/// Writes planned tables and their rows, in one transaction.
struct DatabaseWriter {
  let plans: [TablePlan]
  let keep: KeepPolicy
  /// `FILE:LINE` of a row.
  let placeOf: (RowPlace) -> String

  /// What a database that is made in one go measures best with: fewer pages to fill and to look up than with 4 KiB.
  private static let pageSize = 16384

  func write(
    _ chunks: [RowSpool.Chunk], rows: Int, to target: consuming DatabaseTarget, busyTimeout milliseconds: Int
  ) throws(MaterializerError) -> MaterializerSummary {
    do {
      switch consume target {
      case .new(let file):
        let summary = try writeNew(chunks, rows: rows, path: file.temporaryPath, named: file.targetPath)
        // Only now that the connection is closed.
        try file.commit()
        return summary
      case .existing(let path): return try rebuild(chunks, rows: rows, path: path, busyTimeout: milliseconds)
      }
    } catch let error as MaterializerError {
      throw error
    } catch let error as SQLiteError {
      throw .database(error)
    } catch let error as SystemError {
      throw .system(error)
    } catch {
      throw .fault(message: "the row spool is damaged")
    }
  }

  /// Nobody knows the file yet and it is put on the disk as a whole, so SQLite need neither keep a journal nor wait for the disk.
  private func writeNew(_ chunks: [RowSpool.Chunk], rows: Int, path: String, named name: String) throws -> MaterializerSummary {
    let database = try Database(path: path, named: name, .existing)
    for setting in [
      "page_size = \(Self.pageSize)", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "temp_store = MEMORY",
    ] { try database.execute("PRAGMA \(setting)", doing: "set up the database") }
    try database.execute("BEGIN", doing: "begin the transaction")
    let summary = try fill(database, chunks, rows: rows)
    try database.execute("COMMIT", doing: "write the database")
    // Without a table SQLite would leave an empty file: this writes its head.
    if plans.isEmpty { try database.execute("VACUUM", doing: "write the database") }
    return summary
  }

  /// Open readers see the old tables up to the commit, then the new ones. Tables of other names stay.
  private func rebuild(
    _ chunks: [RowSpool.Chunk], rows: Int, path: String, busyTimeout milliseconds: Int
  ) throws -> MaterializerSummary {
    let database = try Database(path: path, .existing)
    database.waitForLocks(milliseconds: milliseconds)
    // A full cache must not be written out early: in a database with a rollback journal that would lock its readers out, and fail
    // where one of them is reading. The schema of somebody else's file gets no say in what runs here.
    for setting in ["cache_spill = OFF", "temp_store = MEMORY", "foreign_keys = OFF", "trusted_schema = OFF"] {
      try database.execute("PRAGMA \(setting)", doing: "set up the connection")
    }
    try database.execute("BEGIN IMMEDIATE", doing: "begin the transaction")
    let kinds = try kindsByName(in: database)
    for plan in plans { try drop(plan.name, kind: kinds[SQLNames.folded(plan.name)], in: database) }
    let summary = try fill(database, chunks, rows: rows)
    try database.execute("COMMIT", doing: "commit")
    return summary
  }

  /// What the database has: tables, views and indexes, by name as SQLite compares it.
  private func kindsByName(in database: borrowing Database) throws(SQLiteError) -> [[UInt8]: String] {
    let statement = try database.prepare(
      "SELECT name, type FROM sqlite_schema WHERE type <> 'trigger'", doing: "read the schema of the database")
    var kinds: [[UInt8]: String] = [:]
    while try statement.step() {
      if let name = statement.text(column: 0) { kinds[SQLNames.folded(name)] = statement.text(column: 1) }
    }
    return kinds
  }

  private func drop(_ name: String, kind: String?, in database: borrowing Database) throws {
    switch kind {
    case nil: return
    case "table": try database.execute("DROP TABLE \(SQLText.name(name))", doing: "drop table '\(name)'")
    case let kind?:
      let article = kind == "index" ? "an" : "a"
      throw MaterializerError.target(
        message: "'\(name)' is \(article) \(kind) in the database, and a table of the rows",
        hint: "drop or rename the \(kind), or write to another file")
    }
  }

  /// Makes the tables and inserts the rows.
  private func fill(_ database: borrowing Database, _ chunks: [RowSpool.Chunk], rows: Int) throws -> MaterializerSummary {
    for plan in plans { try database.execute(plan.createSQL, doing: "create table '\(plan.name)'") }
    var inserter = RowInserter(plans: plans, keep: keep, placeOf: placeOf)
    for chunk in chunks { try inserter.insert(chunk.bytes, into: database) }
    var kept = 0
    for plan in plans {
      let count = try database.text("SELECT count(*) FROM \(SQLText.name(plan.name))", doing: "count rows")
      kept += count.flatMap { Int($0) } ?? 0
    }
    return MaterializerSummary(rows: kept, tables: plans.count, duplicates: rows - kept)
  }
}
