internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// A column's type in PostgreSQL, which refuses what does not have it.
enum PostgresType: Equatable {
  case text
  case boolean
  case bigint
  case numeric
  case double
  case json
  case bytea
  case reals
  case vector(dimensions: Int)

  init(_ column: ColumnPlan, usesPgvector: Bool) {
    let kinds = column.kinds.subtracting(.null)
    switch (column.type, column.form) {
    case (.integer, _):
      if column.definition == .boolean || column.definition == nil && !kinds.isEmpty, kinds.isSubset(of: .booleans) {
        self = .boolean
      } else if kinds.isSubset(of: KindSet.integers.union(.booleans)) {
        self = .bigint
      } else {
        self = kinds.contains(KindSet(.real)) ? .double : .numeric
      }
    case (.real, _): self = .double
    case (.vector(let dimensions), _) where kinds == KindSet(.floats): self = usesPgvector ? .vector(dimensions: dimensions) : .reals
    case (.vector, _): self = .text
    case (.blob, .vector): self = .reals
    case (.blob, _): self = .bytea
    case (_, .json): self = .json
    case (.text, _), (.untyped, _): self = .text
    }
  }

  var declaration: String {
    switch self {
    case .text: "text"
    case .boolean: "boolean"
    case .bigint: "bigint"
    case .numeric: "numeric"
    case .double: "double precision"
    case .json: "json"
    case .bytea: "bytea"
    case .reals: "real[]"
    case .vector(let dimensions): "vector(\(dimensions))"
    }
  }
}

/// One table of a script for PostgreSQL.
struct PostgresTable: ScriptTable {
  let quotedName: String
  private let plan: TablePlan
  private let columns: [String]
  private let types: [PostgresType]
  private let zeros: ZeroReport

  let rowsPerStatement = Int.max
  /// Numbers in a vector that pgvector can index.
  static let indexedDimensions = 2000

  /// Tells once of characters that PostgreSQL cannot have.
  private final class ZeroReport {
    private let tell: () -> Void
    private var isTold = false

    init(_ tell: @escaping () -> Void) { self.tell = tell }

    func note() {
      if !isTold { tell() }
      isTold = true
    }
  }

  init(_ plan: TablePlan, name: String, usesPgvector: Bool, report: @escaping (MaterializerWarning) -> Void) {
    self.plan = plan
    quotedName = SQLText.name(name)
    columns = PostgresNames.distinct(plan.columns.map(\.name), taken: PostgresNames.systemColumns) { given, name in
      report(MaterializerWarning(kind: .renamed, message: "PostgreSQL cannot have a column '\(given)' in '\(plan.name)'; it is '\(name)'"))
    }.map(SQLText.name)
    types = plan.columns.map { PostgresType($0, usesPgvector: usesPgvector) }
    zeros = ZeroReport {
      report(
        MaterializerWarning(kind: .otherType, message: "texts of '\(plan.name)' hold the character U+0000, which PostgreSQL cannot; it is U+FFFD there"))
    }
  }

  /// A column's name between quotes.
  func name(of column: ColumnPlan) -> String {
    for (name, other) in zip(columns, plan.columns) where SQLNames.areSame(other.name, column.name) { return name }
    return SQLText.name(column.name)
  }

  /// The columns of pgvector's type.
  var vectors: [(column: String, dimensions: Int)] {
    zip(columns, types).compactMap { name, type in
      if case .vector(let dimensions) = type { (name, dimensions) } else { nil }
    }
  }

  func appendDefinition(to text: inout ByteWriter) {
    text.append("DROP TABLE IF EXISTS \(quotedName);\nCREATE TABLE \(quotedName) (\n")
    for (index, column) in plan.columns.enumerated() {
      var line = "  \(columns[index]) \(types[index].declaration)"
      if column.isKey { line += " PRIMARY KEY" } else if column.isNotNull { line += " NOT NULL" }
      if let literal = defaultSQL(column, types[index]) { line += " DEFAULT " + literal }
      text.append(line + (index + 1 < plan.columns.count ? ",\n" : "\n"))
    }
    text.append(");\n")
  }

  /// Nil where there is none, or none that PostgreSQL could have.
  private func defaultSQL(_ column: ColumnPlan, _ type: PostgresType) -> String? {
    switch column.missing {
    case .integer(let value): type == .boolean ? (value == 0 ? "false" : "true") : String(value)
    case .real, .boolean: column.defaultSQL
    case .constantText(let range), .text(let range):
      range.bounds.contains { plan.constants[$0] == 0 } ? nil : column.defaultSQL
    case .null, .blob, .constantBlob: nil
    }
  }

  func append(_ values: Span<BoundValue>, in bytes: Span<UInt8>, constants: Span<UInt8>, after rows: Int, to text: inout ByteWriter) {
    if rows == 0 { text.append("COPY \(quotedName) (\(columns.joined(separator: ", "))) FROM stdin;\n") }
    for index in values.indices {
      if index > 0 { text.append("\t") }
      switch values[index] {
      case .null: text.append("\\N")
      case .integer(let value):
        if types[index] == .boolean { text.append(value == 0 ? "f" : "t") } else { text.append(String(value)) }
      case .real(let value): JSONWriter.append(value, to: &text)
      case .boolean(let value): text.append(value ? "true" : "false")
      case .text(let range): append(bytes, in: range.bounds, to: &text)
      case .constantText(let range): append(constants, in: range.bounds, to: &text)
      case .blob(let range): append(blob: bytes, in: range.bounds, as: types[index], to: &text)
      case .constantBlob(let range): append(blob: constants, in: range.bounds, as: types[index], to: &text)
      }
    }
    text.append("\n")
  }

  func appendEndOfRows(to text: inout ByteWriter) { text.append("\\.\n") }

  private func append(_ bytes: Span<UInt8>, in range: Range<Int>, to text: inout ByteWriter) {
    if ByteScan.first(0, in: bytes, range) != range.upperBound { zeros.note() }
    Self.appendCopied(bytes, in: range, to: &text)
  }

  /// Appends a text as COPY reads it; U+FFFD for U+0000.
  static func appendCopied(_ bytes: Span<UInt8>, in range: Range<Int>, to text: inout ByteWriter) {
    for offset in range {
      switch bytes[offset] {
      case 0: text.append("\u{fffd}")
      case UInt8(ascii: "\\"): text.append("\\\\")
      case UInt8(ascii: "\n"): text.append("\\n")
      case UInt8(ascii: "\r"): text.append("\\r")
      case UInt8(ascii: "\t"): text.append("\\t")
      case let byte: text.append(byte)
      }
    }
  }

  private func append(blob bytes: Span<UInt8>, in range: Range<Int>, as type: PostgresType, to text: inout ByteWriter) {
    switch type {
    case .reals: append(floats: bytes, in: range, "{", "}", to: &text)
    case .vector: append(floats: bytes, in: range, "[", "]", to: &text)
    default:
      text.append("\\\\x")
      for offset in range {
        for digit in [bytes[offset] >> 4, bytes[offset] & 15] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
      }
    }
  }

  private func append(floats bytes: Span<UInt8>, in range: Range<Int>, _ open: StaticString, _ close: StaticString, to text: inout ByteWriter) {
    text.append(open)
    for offset in stride(from: range.lowerBound, to: range.upperBound - 3, by: 4) {
      if offset > range.lowerBound { text.append(",") }
      let bits = UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
      text.append(Float(bitPattern: bits).description)
    }
    text.append(close)
  }
}
