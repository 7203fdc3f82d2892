internal import EpiBytes

/// Puts spooled rows into their tables, in the order of the spool.
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
    /// The place of the last of them.
    var place = RowPlace(input: 0, line: 0)
  }

  private let plans: [TablePlan]
  private let keep: KeepPolicy
  private let placeOf: (RowPlace) -> String
  /// For each table, the values of a row that has no field.
  private let blanks: [[BoundValue]]
  private var inserts: [Inserts?]

  private static let rowsPerStatement = 50

  init(plans: [TablePlan], keep: KeepPolicy, placeOf: @escaping (RowPlace) -> String) {
    self.plans = plans
    self.keep = keep
    self.placeOf = placeOf
    blanks = plans.map { $0.columns.map(\.missing) }
    inserts = Array(repeating: nil, count: plans.count)
  }

  /// Inserts the rows of a chunk of the spool. Values are bound where they lie in it.
  mutating func insert(_ chunk: borrowing ByteWriter, into database: borrowing Database) throws {
    let bytes = chunk.span
    var reader = ByteReader(bytes, in: bytes.indices)
    var batch = Batch()
    while !reader.isAtEnd {
      let row = try SpooledRow(&reader)
      if row.table != batch.table || batch.rows == batch.capacity {
        try flush(&batch, bytes, into: database)
        if row.table != batch.table {
          batch.table = row.table
          batch.capacity = capacity(of: row.table, in: database)
        }
      }
      let first = batch.values.count
      let columns = plans[row.table].columns
      batch.values += blanks[row.table]
      batch.values[first + plans[row.table].keyColumn] = .text(row.id)
      while let field = try SpooledField(&reader) {
        batch.values[first + field.column] = BoundValue(field.kind, field.payload, in: bytes, form: columns[field.column].form)
      }
      batch.rows += 1
      batch.place = row.place
    }
    try flush(&batch, bytes, into: database)
  }

  private func capacity(of table: Int, in database: borrowing Database) -> Int {
    // A duplicate is to be told by its line, so each row must fail for itself.
    keep == .error ? 1 : max(1, min(Self.rowsPerStatement, database.parameterLimit / plans[table].columns.count))
  }

  private mutating func flush(_ batch: inout Batch, _ bytes: Span<UInt8>, into database: borrowing Database) throws {
    guard batch.rows > 0 else { return }
    do throws(SQLiteError) {
      try insert(batch, bytes, into: database)
    } catch {
      guard error.kind == .constraint, keep == .error else { throw error }
      throw MaterializerError.input(
        place: placeOf(batch.place), message: "table '\(plans[batch.table].name)' has a row with this id already",
        hint: "--keep=last or --keep=first takes one of the two")
    }
    batch.rows = 0
    batch.values.removeAll(keepingCapacity: true)
  }

  private mutating func insert(_ batch: Batch, _ bytes: Span<UInt8>, into database: borrowing Database) throws(SQLiteError) {
    let plan = plans[batch.table]
    let width = plan.columns.count
    let action = "insert rows into '\(plan.name)'"
    if inserts[batch.table] == nil {
      inserts[batch.table] = Inserts(one: try database.prepare(plan.insertSQL(rows: 1, keep: keep), doing: action))
    }
    guard let statements = inserts[batch.table] else { return }
    let constants = plan.constants.span
    if batch.rows == batch.capacity, batch.rows > 1 {
      if statements.many == nil {
        statements.many = try database.prepare(plan.insertSQL(rows: batch.rows, keep: keep), doing: action)
      }
      try statements.many?.run(binding: batch.values.span, in: bytes, constants: constants)
    } else {
      for row in 0..<batch.rows {
        let values = batch.values.span.extracting(row * width..<(row + 1) * width)
        try statements.one.run(binding: values, in: bytes, constants: constants)
      }
    }
  }
}
