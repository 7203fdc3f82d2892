internal import EpiBytes
internal import EpiSystem

/// Makes the tables of a new database and fills them by writing the pages of their b-trees.
///
/// SQLite has to look for the place of each row and of its key, and to ask whether there is one already. Here they come in order and
/// each but once, so a page can be made when it is its turn, and is never looked at again. SQLite makes the tables and their empty
/// roots; while it has no transaction open, the pages of one table and of the index of its key are appended.
final class TableFiller {
  /// A table that is being filled.
  private struct Table: ~Copyable {
    let number: Int
    let affinities: [NumberAffinity]
    var rows: TableTree
    var keys: IndexTree
    private var record = RecordWriter()

    init(_ number: Int, _ plan: TablePlan, rows: Int, keys: Int) {
      self.number = number
      affinities = plan.columns.map { NumberAffinity($0.type) }
      self.rows = TableTree(root: rows)
      self.keys = IndexTree(root: keys)
    }

    /// Appends the rows of a group.
    mutating func append(
      _ group: PreparedRows.Group, _ values: Span<BoundValue>, in chunk: borrowing ByteWriter, _ plan: TablePlan, to file: PageFile
    ) throws {
      let (bytes, width, affinities) = (chunk.span, plan.columns.count, affinities)
      var first = group.first
      for _ in 0..<group.rows {
        let row = values.extracting(first..<first + width)
        record.make(row: row, affinities.span, in: bytes, constants: plan.constants.span)
        guard record.record.count <= TableFiller.largestRecord else {
          throw SQLiteError.tooBig(doing: "insert rows into '\(plan.name)'", path: file.name)
        }
        try rows.add(record.record, to: file)
        if case .text(let key) = row[plan.keyColumn] {
          record.make(key: key, of: bytes, rowid: rows.rows)
          try keys.add(record.record, to: file)
        }
        first += width
      }
    }

    consuming func finish(_ file: PageFile) throws(SystemError) {
      try rows.finish(file)
      try keys.finish(file)
      try file.finish()
    }
  }

  private var plans: [TablePlan?] = []
  private let file: PageFile
  /// Tables that are made, from the first.
  private var made = 0
  private var current: Table?

  init(_ file: PageFile) { self.file = file }

  func extend(to plans: [TablePlan?]) { self.plans = plans }

  /// Fills up the table whose rows came last, and makes those that have no rows.
  func finishTables(by connection: Connection) throws {
    try finishCurrent()
    try make(before: plans.count, by: connection)
  }

  private func make(before end: Int, by connection: Connection) throws(SQLiteError) {
    while made < end {
      if let plan = plans[made] { try connection.execute(plan.createSQL, doing: "create table '\(plan.name)'") }
      made += 1
    }
  }

  /// Appends the rows of a chunk.
  /// - Precondition: no transaction is open. Rows come by table, and in each by their ids, which differ.
  func insert(_ rows: PreparedRows, by connection: Connection) throws {
    for group in rows.groups {
      guard let plan = plans[group.table] else { continue }
      if current?.number != group.table { try begin(group.table, plan, by: connection) }
      try current?.append(group, rows.values.span, in: rows.chunk.bytes, plan, to: file)
    }
  }

  private func begin(_ table: Int, _ plan: TablePlan, by connection: Connection) throws {
    try finishCurrent()
    try make(before: table + 1, by: connection)
    // The table that was made last, and behind it the index of its key.
    let schema = try connection.prepare("SELECT type, rootpage FROM sqlite_schema ORDER BY rowid DESC LIMIT 2", doing: "look at table '\(plan.name)'")
    var (root, keys) = (0, 0)
    while try schema.step() {
      if schema.text(column: 0) == "table" { root = schema.integer(column: 1) } else { keys = schema.integer(column: 1) }
    }
    try file.begin()
    current = Table(table, plan, rows: root, keys: keys)
  }

  /// SQLITE_MAX_LENGTH, as SQLite is built everywhere.
  fileprivate static let largestRecord = 1_000_000_000

  private func finishCurrent() throws(SystemError) {
    guard let table = current.take() else { return }
    try table.finish(file)
  }
}
