internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// The rows of a table of the database as lines of a row stream, as far as what is stored still tells how they were.
struct StoredRows: ~Copyable {
  private let plan: TablePlan
  private let source: String
  /// For each column of the plan, the kinds that its values were of.
  private let kinds: [KindSet]
  private let statement: Statement
  private var values = ByteWriter()

  /// - Parameters:
  ///   - record: what is known of the table.
  ///   - plan: as the table stands in the database.
  init(_ record: TableRecord, _ plan: TablePlan, in database: borrowing Database) throws(SQLiteError) {
    self.plan = plan
    source = record.source
    kinds = plan.columns.map { column in record.columns.first { SQLNames.areSame($0.field, column.field) }?.kinds ?? .none }
    statement = try database.prepare(plan.selectSQL + " ORDER BY \(SQLText.name(plan.columns[plan.keyColumn].name))", doing: "read rows of '\(plan.name)'")
  }

  /// Appends the next row as a line.
  /// - Returns: false when there are no more.
  mutating func appendNext(to line: inout ByteWriter) throws(SQLiteError) -> Bool {
    guard try statement.step() else { return false }
    values.removeAll()
    line.append("{\"table\":")
    JSONWriter.appendString(source, to: &line)
    line.append(",\"id\":")
    append(statement.value(column: plan.keyColumn, appendingTo: &values), form: .text, kinds: KindSet(.text), to: &line)
    line.append(",\"row\":{")
    var isFirst = true
    for (index, column) in plan.columns.enumerated() where !column.isKey {
      let value = statement.value(column: index, appendingTo: &values)
      // Without a default a field that lacks is NULL too; with one, NULL is what the row says.
      if value == .null, column.defaultSQL == nil { continue }
      if !isFirst { line.append(",") }
      isFirst = false
      JSONWriter.appendString(column.field, to: &line)
      line.append(":")
      append(value, form: column.form, kinds: kinds[index], to: &line)
    }
    line.append("}}\n")
    return true
  }

  private func append(_ value: BoundValue, form: ValueForm, kinds: KindSet, to line: inout ByteWriter) {
    let bytes = values.span
    let kinds = kinds.subtracting(.null)
    switch value {
    case .null: line.append("null")
    case .boolean(let value): line.append(value ? "true" : "false")
    case .integer(let value):
      if kinds.isSubset(of: .booleans), !kinds.isEmpty, form == .number {
        line.append(value == 0 ? "false" : "true")
      } else {
        line.append(String(value))
      }
    case .real(let value): JSONWriter.append(value, to: &line)
    case .text(let range), .constantText(let range):
      // Text is a string, unless no string was ever there or the column holds JSON.
      let isString = form == .text || form == .number ? kinds.isEmpty || kinds.contains(KindSet(.text)) : false
      if isString { JSONWriter.appendString(bytes, in: range.bounds, to: &line) } else { line.append(bytes, in: range.bounds) }
    case .blob(let range), .constantBlob(let range):
      if kinds.contains(KindSet(.floats)), !kinds.contains(.bytes), range.count % 4 == 0 {
        line.append("{\"$f32\":\"")
        Base64.encode(bytes, in: range.bounds, into: &line)
        line.append("\"}")
      } else {
        JSONWriter.appendBytes(bytes, in: range.bounds, to: &line)
      }
    }
  }
}
