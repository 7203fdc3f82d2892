internal import EpiBytes

/// Puts spooled rows into their tables, which hold none of them yet.
///
/// Rows of one table that follow each other go in by statements of many rows, which costs SQLite much less than one a row.
struct RowInserter: ~Copyable {
  /// The compiled statements of a table.
  private final class Inserts {
    let one: Statement
    /// Made when there are rows enough for it.
    var many: Statement?

    init(one: consuming Statement) { self.one = one }
  }

  /// Rows of one table that wait for their statement.
  private struct Batch {
    var table = -1
    /// Rows that the table's statement of many rows takes.
    var capacity = 0
    var rows = 0
    /// Of all the rows, one behind the other.
    var values: [BoundValue] = []
  }

  private let plans: [TablePlan?]
  /// For each table, the values of a row that has no field.
  private let blanks: [[BoundValue]]
  private var inserts: [Inserts?]
  private var hash = RowHash()
  /// What each table has got.
  private(set) var contents: [TableContent]

  private static let rowsPerStatement = 50

  /// - Parameter plans: by the number of the table; rows of a table without one are passed over.
  init(plans: [TablePlan?]) {
    self.plans = plans
    blanks = plans.map { $0?.columns.map(\.missing) ?? [] }
    inserts = Array(repeating: nil, count: plans.count)
    contents = Array(repeating: TableContent(), count: plans.count)
  }

  /// Inserts the rows of a chunk of the spool. Values are bound where they lie in it.
  mutating func insert(_ chunk: borrowing ByteWriter, into database: borrowing Database) throws {
    let bytes = chunk.span
    var reader = ByteReader(bytes, in: bytes.indices)
    var batch = Batch()
    while !reader.isAtEnd {
      let row = try SpooledRow(&reader)
      guard !row.isDeleted, let plan = plans[row.table] else {
        reader.advance(to: row.end)
        continue
      }
      if row.table != batch.table || batch.rows == batch.capacity {
        try flush(&batch, bytes, into: database)
        if row.table != batch.table {
          batch.table = row.table
          batch.capacity = max(1, min(Self.rowsPerStatement, database.parameterLimit / plan.columns.count))
        }
      }
      let first = batch.values.count
      batch.values += blanks[row.table]
      try plan.read(row, &reader, into: &batch.values, at: first)
      contents[row.table].add(hash.of(batch.values.span.extracting(first..<batch.values.count), in: bytes, constants: plan.constants.span))
      batch.rows += 1
    }
    try flush(&batch, bytes, into: database)
  }

  private mutating func flush(_ batch: inout Batch, _ bytes: Span<UInt8>, into database: borrowing Database) throws(SQLiteError) {
    guard batch.rows > 0, let plan = plans[batch.table] else { return }
    let width = plan.columns.count
    let action = "insert rows into '\(plan.name)'"
    if inserts[batch.table] == nil {
      inserts[batch.table] = Inserts(one: try database.prepare(plan.insertSQL(rows: 1), doing: action))
    }
    guard let statements = inserts[batch.table] else { return }
    let constants = plan.constants.span
    if batch.rows == batch.capacity, batch.rows > 1 {
      if statements.many == nil { statements.many = try database.prepare(plan.insertSQL(rows: batch.rows), doing: action) }
      try statements.many?.run(binding: batch.values.span, in: bytes, constants: constants)
    } else {
      for row in 0..<batch.rows {
        try statements.one.run(binding: batch.values.span.extracting(row * width..<(row + 1) * width), in: bytes, constants: constants)
      }
    }
    batch.rows = 0
    batch.values.removeAll(keepingCapacity: true)
  }
}

extension TablePlan {
  /// Reads the id and the fields of a row into the values of its columns, which hold those of a row without fields.
  /// - Parameter first: where they begin in `values`.
  func read(_ row: SpooledRow, _ reader: inout ByteReader, into values: inout [BoundValue], at first: Int) throws(DecodingError) {
    values[first + keyColumn] = .text(row.id)
    while let field = try SpooledField(&reader) {
      let column = targets[field.column]
      if column < 0 { continue }
      values[first + column] = BoundValue(field.kind, field.payload, in: reader.bytes, form: columns[column].form)
    }
  }
}
