internal import EpiBytes

/// The hash of a row as it is stored, and the sum of those of a table: so a row can be taken out of the sum, and the order of the rows
/// does not matter.
///
/// XXH64 of, for each column that is not NULL, `varUint column, tag` and the value. A whole number is the same whether it is kept as
/// INTEGER or REAL, since the type of its column decides that.
struct RowHash: ~Copyable {
  private enum Tag {
    static let integer: UInt8 = 1
    static let real: UInt8 = 2
    static let text: UInt8 = 3
    static let blob: UInt8 = 4
  }

  private var bytes = ByteWriter(capacity: 4096)

  /// Begins a new row.
  mutating func begin() { bytes.removeAll() }

  mutating func add(column: Int, integer value: Int64) {
    add(column, Tag.integer)
    bytes.append(lowBytes: 8, of: UInt64(bitPattern: value))
  }

  mutating func add(column: Int, real value: Double) {
    if let whole = Int64(exactly: value) { return add(column: column, integer: whole) }
    add(column, Tag.real)
    bytes.append(lowBytes: 8, of: value.bitPattern)
  }

  mutating func add(column: Int, text: Span<UInt8>, in range: Range<Int>) { add(column, Tag.text, text, range) }

  mutating func add(column: Int, blob: Span<UInt8>, in range: Range<Int>) { add(column, Tag.blob, blob, range) }

  private mutating func add(_ column: Int, _ tag: UInt8, _ value: Span<UInt8>, _ range: Range<Int>) {
    add(column, tag)
    bytes.append(varUint: UInt64(range.count))
    bytes.append(value, in: range)
  }

  private mutating func add(column: Int, boolean value: Bool) {
    add(column, Tag.text)
    bytes.append(value ? 4 : 5)
    bytes.append(value ? "true" as StaticString : "false")
  }

  private mutating func add(_ column: Int, _ tag: UInt8) {
    bytes.append(varUint: UInt64(column))
    bytes.append(tag)
  }

  /// The hash of the row.
  var value: UInt64 { ContentHash.of(bytes.span, in: 0..<bytes.count) }

  /// The hash of a row as it is bound: what SQLite will store.
  /// - Parameters:
  ///   - bytes: what `.text` and `.blob` ranges point into.
  ///   - constants: what `.constantText` and `.constantBlob` ranges point into.
  mutating func of(_ values: Span<BoundValue>, in bytes: Span<UInt8>, constants: Span<UInt8>) -> UInt64 {
    begin()
    for column in values.indices {
      switch values[column] {
      case .null: break
      case .integer(let value): add(column: column, integer: value)
      case .real(let value): add(column: column, real: value)
      case .boolean(let value): add(column: column, boolean: value)
      case .text(let range): add(column: column, text: bytes, in: range.bounds)
      case .blob(let range): add(column: column, blob: bytes, in: range.bounds)
      case .constantText(let range): add(column: column, text: constants, in: range.bounds)
      case .constantBlob(let range): add(column: column, blob: constants, in: range.bounds)
      }
    }
    return value
  }
}

/// How many rows a table has, and the sum of their hashes.
struct TableContent: Equatable {
  var rows = 0
  var hash: UInt64 = 0

  mutating func add(_ row: UInt64) {
    rows += 1
    hash &+= row
  }

  mutating func remove(_ row: UInt64) {
    rows -= 1
    hash &-= row
  }
}
