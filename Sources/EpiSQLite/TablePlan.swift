internal import EpiBytes
internal import EpiRows

/// One column as it will stand in the database.
struct ColumnPlan: Sendable {
  /// The field's name in the rows.
  var field: String
  var name: String
  var type: ColumnType
  var form: ValueForm
  /// What the schema or an option says of it; nil where only the rows do.
  var definition: FieldType?
  /// The kinds of its values.
  var kinds = KindSet.none
  var isKey = false
  var isNotNull = false
  /// The value of rows that lack the field, as it is bound; `.null` when there is no default.
  var missing = BoundValue.null
  /// The same as SQL text; nil when there is no default.
  var defaultSQL: String?

  /// Whether the two are declared and filled in the same way, wherever the default's bytes lie.
  func isSame(as other: ColumnPlan) -> Bool {
    SQLNames.areSame(name, other.name) && type == other.type && form == other.form && isKey == other.isKey && isNotNull == other.isNotNull
      && (defaultSQL ?? "").utf8.elementsEqual((other.defaultSQL ?? "").utf8)
  }
}

/// A table as it will stand in the database, and how its rows get there.
struct TablePlan: Sendable {
  let name: String
  let columns: [ColumnPlan]
  /// For each column of the scan the column of the table; -1 for one that is left out.
  let targets: [Int]
  /// In `columns`.
  let keyColumn: Int
  let isStrict: Bool
  /// What the columns' `.constantText` and `.constantBlob` defaults point into.
  let constants: [UInt8]

  /// `CREATE TABLE`, a column a line.
  var createSQL: String {
    let lines = columns.map { "  " + Self.declaration(of: $0, isStrict: isStrict) }
    return "CREATE TABLE \(SQLText.name(name)) (\n\(lines.joined(separator: ",\n"))\n)\(isStrict ? " STRICT" : "")"
  }

  /// A column as CREATE TABLE and ALTER TABLE have it.
  static func declaration(of column: ColumnPlan, isStrict: Bool) -> String {
    let type = column.type.declaration(isStrict: isStrict)
    var line = SQLText.name(column.name) + (type.isEmpty ? "" : " " + type)
    if column.isKey { line += " PRIMARY KEY NOT NULL" } else if column.isNotNull { line += " NOT NULL" }
    if let literal = column.defaultSQL { line += " DEFAULT " + literal }
    return line
  }

  /// `INSERT` of `rows` rows with a parameter for each of their columns.
  func insertSQL(rows: Int) -> String {
    // Whatever fails ends the whole transaction, so SQLite need not keep what would undo the one statement.
    "INSERT OR ROLLBACK \(intoSQL(rows: rows))"
  }

  private func intoSQL(rows: Int) -> String {
    let row = "(" + repeatElement("?", count: columns.count).joined(separator: ",") + ")"
    return "INTO \(SQLText.name(name)) VALUES \(repeatElement(row, count: rows).joined(separator: ","))"
  }

  /// `SELECT` of all its columns, in their order.
  var selectSQL: String { "SELECT \(columns.map { SQLText.name($0.name) }.joined(separator: ", ")) FROM \(SQLText.name(name))" }

  /// The columns of these fields, or the first field that there is no column of.
  func columns(of fields: [String]) -> Result<[ColumnPlan], NoSuchField> {
    var found: [ColumnPlan] = []
    for field in fields {
      guard let column = columns.first(where: { SQLNames.areSame($0.field, field) }) else { return .failure(NoSuchField(name: field)) }
      found.append(column)
    }
    return .success(found)
  }

  struct NoSuchField: Error {
    var name: String
  }

  /// `INSERT` of a row that takes the place of the one with its id, under that one's rowid.
  var upsertSQL: String {
    let key = SQLText.name(columns[keyColumn].name)
    let others = columns.filter { !$0.isKey }.map { "\(SQLText.name($0.name)) = excluded.\(SQLText.name($0.name))" }
    let action = others.isEmpty ? "DO NOTHING" : "DO UPDATE SET " + others.joined(separator: ", ")
    return "INSERT \(intoSQL(rows: 1)) ON CONFLICT (\(key)) \(action)"
  }
}

/// Which of two rows with equal table and id stays.
package enum KeepPolicy: String, Sendable, CaseIterable {
  case last
  case first
  /// None: the input is refused.
  case error
}

extension BoundValue {
  /// A spooled value as it is bound to a column of the given form.
  /// - Parameter isConstant: the payload lies in the plan's constants, not in the row's bytes.
  init(_ kind: ValueKind, _ payload: ByteRange, in bytes: Span<UInt8>, form: ValueForm, isConstant: Bool = false) {
    let text: BoundValue = isConstant ? .constantText(payload) : .text(payload)
    switch kind {
    case .null: self = .null
    case .bytes, .floats: self = isConstant ? .constantBlob(payload) : .blob(payload)
    case .text, .digits, .array, .object: self = text
    case .false, .true: self = form == .number ? .integer(kind == .true ? 1 : 0) : .boolean(kind == .true)
    case .integer, .wideInteger:
      let value = form == .number ? NumberText.integer(bytes, in: payload.bounds) : nil
      self = value.map { .integer($0) } ?? text
    case .hugeInteger, .real: self = form == .number ? .real(NumberText.double(bytes, in: payload.bounds)) : text
    }
  }
}
