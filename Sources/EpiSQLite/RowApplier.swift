internal import EpiBytes

/// Puts changed rows of one table into it, and takes those that are gone out, keeping count of what it holds.
final class RowApplier {
  let plan: TablePlan
  private(set) var content: TableContent
  private let fullText: [FullTextIndex]
  private let blank: [BoundValue]
  private var values: [BoundValue] = []
  private var stored = ByteWriter()
  private var hash = RowHash()
  private var statements: Statements?

  private final class Statements {
    let find: Statement
    let put: Statement
    let delete: Statement
    /// Take a row out of the full-text indexes, and put it in.
    let forget: [Upkeep]
    let learn: [Upkeep]

    init(_ plan: TablePlan, _ fullText: [FullTextIndex], in database: borrowing Database) throws(SQLiteError) {
      let action = "keep the full-text index of '\(plan.name)' in step"
      let key = SQLText.name(plan.columns[plan.keyColumn].name)
      find = try database.prepare("\(plan.selectSQL) WHERE \(key) = ?", doing: "read a row of '\(plan.name)'")
      put = try database.prepare(plan.upsertSQL, doing: "change a row of '\(plan.name)'")
      delete = try database.prepare("DELETE FROM \(SQLText.name(plan.name)) WHERE \(key) = ?", doing: "delete a row of '\(plan.name)'")
      var (forget, learn): ([Upkeep], [Upkeep]) = ([], [])
      for index in fullText {
        forget.append(Upkeep(try database.prepare("\(index.forgetSQL) WHERE \(key) = ?", doing: action)))
        learn.append(Upkeep(try database.prepare("\(index.learnSQL) WHERE \(key) = ?", doing: action)))
      }
      (self.forget, self.learn) = (forget, learn)
    }
  }

  private final class Upkeep {
    let statement: Statement

    init(_ statement: consuming Statement) { self.statement = statement }
  }

  init(_ plan: TablePlan, _ content: TableContent, _ fullText: [FullTextIndex]) {
    self.plan = plan
    self.fullText = fullText
    self.content = content
    blank = plan.columns.map(\.missing)
  }

  /// - Parameter reader: stands behind the row's head.
  func apply(_ row: SpooledRow, _ reader: inout ByteReader, to database: borrowing Database) throws {
    let statements = try self.statements ?? Statements(plan, fullText, in: database)
    self.statements = statements
    let bytes = reader.bytes
    let old = try storedHash(of: row.id, in: bytes, statements.find)
    let key = [BoundValue.text(row.id)]
    if row.isDeleted {
      guard let old else { return }
      for index in statements.forget { try index.statement.run(binding: key.span, in: bytes, constants: bytes) }
      try statements.delete.run(binding: key.span, in: bytes, constants: bytes)
      return content.remove(old)
    }
    values = blank
    try plan.read(row, &reader, into: &values, at: 0)
    let (values, constants) = (values, plan.constants)
    let new = hash.of(values.span, in: bytes, constants: constants.span)
    guard new != old else { return }
    if old != nil { for index in statements.forget { try index.statement.run(binding: key.span, in: bytes, constants: bytes) } }
    try statements.put.run(binding: values.span, in: bytes, constants: constants.span)
    for index in statements.learn { try index.statement.run(binding: key.span, in: bytes, constants: bytes) }
    if let old { content.remove(old) }
    content.add(new)
  }

  /// The hash of the row with this id; nil when there is none.
  private func storedHash(of id: ByteRange, in bytes: Span<UInt8>, _ find: borrowing Statement) throws(SQLiteError) -> UInt64? {
    let text = UTF8Text.string(bytes, in: id.bounds) ?? ""
    try find.bind(text, at: 0)
    guard try find.step() else { return nil }
    let value = hash.of(stored: find, columns: plan.columns.count, using: &stored)
    while try find.step() {}
    return value
  }
}

extension RowHash {
  /// The hash of the current row of a statement.
  /// - Parameter bytes: is used for the values.
  mutating func of(stored statement: borrowing Statement, columns: Int, using bytes: inout ByteWriter) -> UInt64 {
    bytes.removeAll()
    var values: [BoundValue] = []
    values.reserveCapacity(columns)
    for column in 0..<columns { values.append(statement.value(column: column, appendingTo: &bytes)) }
    return of(values.span, in: bytes.span, constants: bytes.span)
  }
}
