/// What a value of a row is, as far as its column's type depends on it. The raw value is its tag in the row spool.
enum ValueKind: UInt8, CaseIterable {
  case null
  case `false`
  case `true`
  /// An integer that both Int64 and Double hold exactly.
  case integer
  /// An integer that Int64 holds and Double would round: beyond 2^53.
  case wideInteger
  /// An integer beyond Int64 that is as good as a Double: JavaScript prints such numbers with all their digits.
  case hugeInteger
  /// A number that neither Int64 nor Double holds: more digits, or beyond Double's range.
  case digits
  case real
  case text
  case array
  case object
  case bytes
  /// A vector: little-endian 32-bit floats.
  case floats

  /// As a record of the database names it.
  var name: String {
    switch self {
    case .null: "null"
    case .false: "false"
    case .true: "true"
    case .integer: "integer"
    case .wideInteger: "wide"
    case .hugeInteger: "huge"
    case .digits: "digits"
    case .real: "real"
    case .text: "text"
    case .array: "array"
    case .object: "object"
    case .bytes: "bytes"
    case .floats: "floats"
    }
  }
}

/// The kinds that the values of a column have.
struct KindSet: OptionSet {
  var rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ kind: ValueKind) { rawValue = 1 &<< UInt16(kind.rawValue) }
  init(_ kinds: [ValueKind]) { rawValue = kinds.reduce(0) { $0 | 1 << UInt16($1.rawValue) } }

  /// Whether a kind is among them.
  @inline(__always)
  func holds(_ kind: ValueKind) -> Bool { rawValue &>> UInt16(kind.rawValue) & 1 != 0 }

  /// The names of the kinds with a space between.
  var names: String { ValueKind.allCases.filter { contains(KindSet($0)) }.map(\.name).joined(separator: " ") }

  /// From what `names` gives; other names are passed over.
  init(names: String) {
    let names = names.split(separator: " ")
    self.init(ValueKind.allCases.filter { kind in names.contains { $0 == kind.name } })
  }

  static let none: KindSet = []
  static let null = KindSet(.null)
  static let all = KindSet(ValueKind.allCases)
  static let booleans = KindSet([.false, .true])
  static let integers = KindSet([.integer, .wideInteger])
  /// What a REAL column holds without losing a digit.
  static let reals = KindSet([.integer, .hugeInteger, .real])
  static let bytes = KindSet(.bytes)
  /// What a column of numbers would alter: text that looks like a number becomes one.
  static let alteredByNumericAffinity = KindSet([.text, .digits])
}
