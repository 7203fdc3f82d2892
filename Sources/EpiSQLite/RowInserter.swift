internal import EpiBytes
internal import EpiSystem

/// Puts spooled rows into their tables, which hold none of them yet.
///
/// While SQLite takes in the rows of one chunk, a second thread makes those of the next ready.
struct RowInserter: ~Copyable {
  private let statements: InsertStatements
  private var preparer: RowPreparer

  /// What each table has got.
  var contents: [TableContent] { preparer.contents }

  /// - Parameter plans: by the number of the table; rows of a table without one are passed over.
  init(plans: [TablePlan?], into database: borrowing Database) {
    statements = InsertStatements(plans, parameterLimit: database.parameterLimit)
    preparer = RowPreparer(plans: plans)
  }

  /// Inserts all rows of a spool.
  /// - Parameter afterChunk: called now and then, when about a megabyte of rows has been inserted.
  mutating func insert(_ merge: inout SpoolMerge, into database: borrowing Database, afterChunk: () -> Void = {}) throws {
    let (statements, connection) = (statements, database.connection)
    var current = try preparer.next(of: &merge)
    while let rows = current {
      var next: PreparedRows?
      // Each is of one thread, until both have ended.
      var preparing: (any Error)?
      var inserting: (any Error)?
      Threads.perform(2, on: min(2, Process.processorCount)) { part, _ in
        if part == 0 {
          do { try statements.insert(rows, by: connection) } catch { inserting = error }
        } else {
          do { next = try preparer.next(of: &merge) } catch { preparing = error }
        }
      }
      if let failure = inserting ?? preparing { throw failure }
      afterChunk()
      current = next
    }
  }
}

/// The statements that insert rows, compiled when they are first needed.
///
/// Rows of one table that follow each other go in by statements of many rows, which costs SQLite much less than one a row.
private final class InsertStatements {
  private final class Inserts {
    let one: Statement
    /// Made when there are rows enough for it.
    var many: Statement?

    init(one: consuming Statement) { self.one = one }
  }

  private let plans: [TablePlan?]
  private let parameterLimit: Int
  private var inserts: [Inserts?]

  private static let rowsPerStatement = 50

  init(_ plans: [TablePlan?], parameterLimit: Int) {
    self.plans = plans
    self.parameterLimit = parameterLimit
    inserts = Array(repeating: nil, count: plans.count)
  }

  /// Inserts the rows of a chunk of the spool. Values are bound where they lie in it.
  func insert(_ rows: PreparedRows, by connection: Connection) throws(SQLiteError) {
    for group in rows.groups { try insert(group, rows.values.span, in: rows.chunk.bytes, by: connection) }
  }

  private func insert(
    _ group: PreparedRows.Group, _ values: Span<BoundValue>, in chunk: borrowing ByteWriter, by connection: Connection
  ) throws(SQLiteError) {
    guard let plan = plans[group.table] else { return }
    let action = "insert rows into '\(plan.name)'"
    if inserts[group.table] == nil {
      inserts[group.table] = Inserts(one: try connection.prepare(plan.insertSQL(rows: 1), doing: action))
    }
    guard let statements = inserts[group.table] else { return }
    let (width, constants) = (plan.columns.count, plan.constants.span)
    let rowsAtOnce = max(1, min(Self.rowsPerStatement, parameterLimit / width))
    var (rest, first) = (group.rows, group.first)
    while rest > 0 {
      let rows = rest >= rowsAtOnce ? rowsAtOnce : 1
      let part = values.extracting(first..<first + rows * width)
      if rows > 1 {
        if statements.many == nil { statements.many = try connection.prepare(plan.insertSQL(rows: rows), doing: action) }
        try statements.many?.run(binding: part, in: chunk.span, constants: constants)
      } else {
        try statements.one.run(binding: part, in: chunk.span, constants: constants)
      }
      rest -= rows
      first += rows * width
    }
  }
}
