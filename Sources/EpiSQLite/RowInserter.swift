internal import EpiBytes
internal import EpiSystem

/// Makes tables and puts spooled rows into them.
///
/// A table is made when the first row of it, or of one behind it, comes. So the same rows make the same file, whatever was known of
/// the tables before.
struct RowInserter: ~Copyable {
  private let way: Way
  private var preparer: RowPreparer

  /// How rows get into their tables.
  private enum Way {
    case statements(InsertStatements)
    case pages(TableFiller)

    func extend(to plans: [TablePlan?]) {
      switch self {
      case .statements(let statements): statements.extend(to: plans)
      case .pages(let filler): filler.extend(to: plans)
      }
    }

    func insert(_ rows: PreparedRows, by connection: Connection) throws {
      switch self {
      case .statements(let statements): try statements.insert(rows, by: connection)
      case .pages(let filler): try filler.insert(rows, by: connection)
      }
    }

    func finishTables(by connection: Connection) throws {
      switch self {
      case .statements(let statements): try statements.finishTables(by: connection)
      case .pages(let filler): try filler.finishTables(by: connection)
      }
    }
  }

  /// What each table has got.
  var contents: [TableContent] { preparer.contents }

  /// Inserts by statements.
  /// - Parameter plans: by the number of the table; a table without one is not made, and its rows are passed over.
  init(plans: [TablePlan?], into database: borrowing Database) {
    self.init(.statements(InsertStatements(parameterLimit: database.parameterLimit)), plans)
  }

  /// Writes the pages of the tables of a new database.
  init(plans: [TablePlan?], into file: PageFile) { self.init(.pages(TableFiller(file)), plans) }

  private init(_ way: Way, _ plans: [TablePlan?]) {
    self.way = way
    preparer = RowPreparer()
    extend(to: plans)
  }

  /// Goes on with more tables: `plans` begins with those there have been.
  mutating func extend(to plans: [TablePlan?]) {
    way.extend(to: plans)
    preparer.extend(to: plans)
  }

  /// Inserts all rows of a spool, and makes the tables that have none.
  ///
  /// While the rows of one chunk are taken in, a second thread makes those of the next ready.
  /// - Parameter afterChunk: called now and then, when some hundred kilobytes of rows have been inserted.
  mutating func insert(_ merge: inout SpoolMerge, into database: borrowing Database, afterChunk: () -> Void = {}) throws {
    let (way, connection) = (way, database.connection)
    let threads = min(2, Process.processorCount)
    var current = try preparer.next(of: &merge)
    while let rows = current {
      var next: PreparedRows?
      // Each is of one thread, until both have ended.
      var preparing: (any Error)?
      var inserting: (any Error)?
      Threads.perform(2, on: threads) { part, _ in
        if part == 0 {
          do { try way.insert(rows, by: connection) } catch { inserting = error }
        } else {
          do { next = try preparer.next(of: &merge) } catch { preparing = error }
        }
      }
      if let failure = inserting ?? preparing { throw failure }
      afterChunk()
      current = next
    }
    try finishTables(in: database)
  }

  /// Inserts the rows of one chunk.
  mutating func insert(_ chunk: RowSpool.Chunk, into database: borrowing Database) throws {
    try way.insert(try preparer.prepared(chunk), by: database.connection)
  }

  /// Makes the tables that no row has come for.
  func finishTables(in database: borrowing Database) throws { try way.finishTables(by: database.connection) }
}

/// The statements that make tables and insert rows, compiled when they are first needed.
///
/// Rows of one table that follow each other go in by statements of many rows, which costs SQLite much less than one a row.
private final class InsertStatements {
  private final class Inserts {
    let one: Statement
    /// Made when there are rows enough for it.
    var many: Statement?

    init(one: consuming Statement) { self.one = one }
  }

  private var plans: [TablePlan?] = []
  private let parameterLimit: Int
  private var inserts: [Inserts?] = []
  /// Tables that are made, from the first.
  private var made = 0

  private static let rowsPerStatement = 50

  init(parameterLimit: Int) { self.parameterLimit = parameterLimit }

  func extend(to plans: [TablePlan?]) {
    inserts += repeatElement(nil, count: plans.count - self.plans.count)
    self.plans = plans
  }

  func finishTables(by connection: Connection) throws(SQLiteError) { try make(before: plans.count, by: connection) }

  private func make(before end: Int, by connection: Connection) throws(SQLiteError) {
    while made < end {
      if let plan = plans[made] { try connection.execute(plan.createSQL, doing: "create table '\(plan.name)'") }
      made += 1
    }
  }

  /// Inserts the rows of a chunk of the spool. Values are bound where they lie in it.
  func insert(_ rows: PreparedRows, by connection: Connection) throws(SQLiteError) {
    for group in rows.groups { try insert(group, rows.values.span, in: rows.chunk.bytes, by: connection) }
  }

  private func insert(
    _ group: PreparedRows.Group, _ values: Span<BoundValue>, in chunk: borrowing ByteWriter, by connection: Connection
  ) throws(SQLiteError) {
    guard let plan = plans[group.table] else { return }
    try make(before: group.table + 1, by: connection)
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
