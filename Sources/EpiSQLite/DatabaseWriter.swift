internal import EpiBytes
internal import EpiSystem

/// What a database was written with.
package struct MaterializerSummary: Equatable, Sendable {
  /// Rows in the tables now.
  package var rows = 0
  package var tables = 0
  /// Rows of the input that are not there because another one has their table and id.
  package var duplicates = 0
  /// The database was of this state already, and was left alone.
  package var isUnchanged = false
}

/// Writes a whole state: planned tables and their rows, in one transaction.
struct DatabaseWriter {
  /// One for each table of the rows, as `scans`.
  let plans: [TablePlan]
  let scans: [TableScan]
  let options: MaterializerOptions
  /// Of the state: its hash and state vector, where they are known.
  let source: String?
  let state: String?
  let placeOf: (RowPlace) -> String
  let report: (MaterializerWarning) -> Void

  /// - Parameters:
  ///   - spool: all rows.
  ///   - started: a new database that has all of them already; nil when there is none.
  func write(
    _ spool: consuming RowSpool, after started: consuming FreshDatabase?, to target: consuming DatabaseTarget
  ) throws(MaterializerError) -> MaterializerSummary {
    do {
      switch consume target {
      case .new(let file):
        let summary = try writeNew(spool, after: started, to: file)
        // Only now that the connection is closed.
        try file.commit()
        return summary
      case .replaced(let file):
        let summary = try writeNew(spool, after: started, to: file)
        try DatabaseTarget.refuseInUse(file.targetPath)
        try file.commit()
        return summary
      case .existing(let path): return try rebuild(try SpoolMerge(spool, keep: options.keep), path: path)
      }
    } catch {
      throw MaterializerError(error, placeOf: placeOf, nameOf: { plans[$0].name })
    }
  }

  private func writeNew(
    _ spool: consuming RowSpool, after started: consuming FreshDatabase?, to file: borrowing AtomicFile
  ) throws -> MaterializerSummary {
    let fresh: FreshDatabase
    var duplicates = 0
    if let started {
      fresh = started
      try fresh.inserter.finishTables(in: fresh.database)
    } else {
      try file.truncate(to: 0)
      var merge = try SpoolMerge(spool, keep: options.keep)
      var filled = try FreshDatabase(path: file.temporaryPath, named: file.targetPath, plans: plans)
      try filled.insert(&merge) { file.startWriteBack() }
      duplicates = merge.duplicates
      fresh = filled
    }
    var record = DatabaseRecord()
    try fresh.database.execute("BEGIN", doing: "begin the transaction")
    var summary = try finish(fresh.database, fresh.inserter.contents, noting: &record)
    summary.duplicates = duplicates
    try fresh.database.execute("COMMIT", doing: "write the database")
    return summary
  }

  /// Open readers see the old tables up to the commit, then the new ones. Tables of other names stay.
  private func rebuild(_ merge: consuming SpoolMerge, path: String) throws -> MaterializerSummary {
    let database = try Database.forChanging(path, busyTimeout: options.busyTimeout)
    // The schema of somebody else's file gets no say in what runs here.
    try database.execute("PRAGMA trusted_schema = OFF", doing: "set up the connection")
    try database.beginChanges(busyTimeout: options.busyTimeout)
    var record = try DatabaseRecord(database) ?? DatabaseRecord()
    let objects = try DatabaseObjects(of: database)
    var replacements: [TableReplacement] = []
    for plan in plans { replacements.append(try TableReplacement(of: plan.name, among: objects, in: database, record: &record)) }
    var merge = merge
    var inserter = RowInserter(plans: plans, into: database)
    try inserter.insert(&merge, into: database)
    var summary = try finish(database, inserter.contents, noting: &record)
    summary.duplicates = merge.duplicates
    for replacement in replacements { try replacement.restore(in: database, report: report) }
    try database.commitChanges(busyTimeout: options.busyTimeout)
    return summary
  }

  /// Makes the indexes of tables that have all their rows, and notes what was made.
  private func finish(
    _ database: borrowing Database, _ contents: [TableContent], noting record: inout DatabaseRecord
  ) throws -> MaterializerSummary {
    let secondary = SecondaryIndexes(options: options, report: report)
    secondary.reportUnknown(among: scans)
    for (index, plan) in plans.enumerated() {
      try secondary.make(of: plan, source: scans[index].name, in: database, noting: &record)
      record.tables.append(TableRecord(scans[index], named: plan.name, content: contents[index]))
    }
    (record.source, record.state, record.options, record.tool) = (source, state, options.summary, options.tool)
    try record.write(to: database)
    return MaterializerSummary(rows: contents.reduce(0) { $0 + $1.rows }, tables: plans.count)
  }
}

extension MaterializerError {
  /// - Parameters:
  ///   - placeOf: `FILE:LINE` of a row.
  ///   - nameOf: the name of a table by its number.
  init(_ error: any Error, placeOf: (RowPlace) -> String, nameOf: (Int) -> String) {
    switch error {
    case let error as MaterializerError: self = error
    case let error as SQLiteError: self = .database(error)
    case let error as SystemError: self = .system(error)
    case let duplicate as SpoolMerge.Duplicate:
      self = .input(
        place: placeOf(duplicate.place), message: "table '\(nameOf(duplicate.table))' has a row with this id already",
        hint: "--keep=last or --keep=first takes one of the two")
    default: self = .fault(message: "the row spool is damaged")
    }
  }
}
