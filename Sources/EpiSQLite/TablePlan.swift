internal import EpiBytes

/// One column as it will stand in the database.
struct ColumnPlan {
  var name: String
  var type: ColumnType
  var form: ValueForm
  var isKey = false
  var isNotNull = false
  /// The value of rows that lack the field, as it is bound; `.null` when there is no default.
  var missing = BoundValue.null
  /// The same as SQL text; nil when there is no default.
  var defaultSQL: String?
}

/// A table as it will stand in the database, and how its rows get there.
struct TablePlan {
  let name: String
  /// As in `TableScan.columns`, one for one.
  let columns: [ColumnPlan]
  let keyColumn: Int
  /// What the columns' `.constantText` and `.constantBlob` defaults point into.
  let constants: [UInt8]

  /// `CREATE TABLE`, a column a line.
  var createSQL: String {
    let lines = columns.map { column in
      var line = "  " + SQLText.name(column.name)
      if column.type != .untyped { line += " " + column.type.rawValue }
      if column.isKey { line += " PRIMARY KEY NOT NULL" } else if column.isNotNull { line += " NOT NULL" }
      if let literal = column.defaultSQL { line += " DEFAULT " + literal }
      return line
    }
    return "CREATE TABLE \(SQLText.name(name)) (\n\(lines.joined(separator: ",\n"))\n)"
  }

  /// `INSERT` of `rows` rows with a parameter for each of their columns.
  func insertSQL(rows: Int, keep: KeepPolicy) -> String {
    let verb = keep == .last ? "INSERT OR REPLACE" : "INSERT"
    let row = "(" + repeatElement("?", count: columns.count).joined(separator: ",") + ")"
    let values = repeatElement(row, count: rows).joined(separator: ",")
    // Names one conflict, so that no other can pass silently.
    let conflict = keep == .first ? " ON CONFLICT (\(SQLText.name(columns[keyColumn].name))) DO NOTHING" : ""
    return "\(verb) INTO \(SQLText.name(name)) VALUES \(values)\(conflict)"
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
    case .bytes: self = isConstant ? .constantBlob(payload) : .blob(payload)
    case .text, .digits, .array, .object: self = text
    case .false, .true: self = form == .number ? .integer(kind == .true ? 1 : 0) : .boolean(kind == .true)
    case .integer, .wideInteger:
      let value = form == .number ? NumberText.integer(bytes, in: payload.bounds) : nil
      self = value.map { .integer($0) } ?? text
    case .hugeInteger, .real: self = form == .number ? .real(NumberText.double(bytes, in: payload.bounds)) : text
    }
  }
}
