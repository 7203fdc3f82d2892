internal import EpiBytes

/// What a column's declared type makes of a number (SQLite's "Datatypes", section 3).
enum NumberAffinity {
  /// Every value is stored as it is.
  case none
  /// A real number that is whole becomes an integer.
  case integer
  /// An integer becomes a real number. One that is whole, and short, is stored as an integer: whoever reads the column makes it real.
  case real

  init(_ type: ColumnType) {
    switch type {
    case .integer: self = .integer
    case .real: self = .real
    case .text, .blob, .vector, .untyped: self = .none
    }
  }
}

/// Makes records, as b-trees hold them (SQLite's file format, section 2.1): the types of all values, then their bytes.
///
/// A plan binds text, and nothing else but blobs, to a column of type TEXT, and to one of numbers no text that reads as a number; so
/// none has to be turned into the other here.
struct RecordWriter: ~Copyable {
  private var types = ByteWriter(capacity: 256)
  private var values = ByteWriter(capacity: 4096)
  /// The one that was made last.
  private(set) var record = ByteWriter(capacity: 4096)

  /// Makes the record of a row.
  /// - Parameters:
  ///   - row: a value for each column, as it is bound.
  ///   - affinities: of the columns.
  ///   - bytes: what `.text` and `.blob` ranges point into.
  ///   - constants: what `.constantText` and `.constantBlob` ranges point into.
  mutating func make(row: Span<BoundValue>, _ affinities: Span<NumberAffinity>, in bytes: Span<UInt8>, constants: Span<UInt8>) {
    begin()
    for column in row.indices {
      switch row[column] {
      case .null: types.append(0)
      case .integer(let value): add(value, affinities[column])
      case .real(let value): add(value, affinities[column])
      case .boolean(let value):
        types.append(varint: value ? 4 * 2 + 13 : 5 * 2 + 13)
        values.append(value ? "true" : "false")
      case .text(let range): add(text: bytes, in: range)
      case .blob(let range): add(blob: bytes, in: range)
      case .constantText(let range): add(text: constants, in: range)
      case .constantBlob(let range): add(blob: constants, in: range)
      }
    }
    end()
  }

  /// Makes the record of a key in an index.
  mutating func make(key: ByteRange, of bytes: Span<UInt8>, rowid: Int) {
    begin()
    add(text: bytes, in: key)
    add(Int64(rowid), .integer)
    end()
  }

  private mutating func begin() {
    types.removeAll()
    values.removeAll()
    record.removeAll()
  }

  /// The types go first, behind their length, which counts itself.
  private mutating func end() {
    let count = types.count
    record.append(varint: count + (count < 0x7f ? 1 : count < 0x3ffe ? 2 : 3))
    record.append(types)
    record.append(values)
  }

  private mutating func add(text bytes: Span<UInt8>, in range: ByteRange) {
    types.append(varint: Int(range.count) * 2 + 13)
    values.append(bytes, in: range.bounds)
  }

  private mutating func add(blob bytes: Span<UInt8>, in range: ByteRange) {
    types.append(varint: Int(range.count) * 2 + 12)
    values.append(bytes, in: range.bounds)
  }

  private mutating func add(_ value: Int64, _ affinity: NumberAffinity) {
    let magnitude = value < 0 ? ~value : value
    let (type, size): (UInt8, Int) =
      switch magnitude {
      case 0...1 where value >= 0: (UInt8(8 + value), 0)
      case ...0x7f: (1, 1)
      case ...0x7fff: (2, 2)
      case ...0x7f_ffff: (3, 3)
      case ...0x7fff_ffff: (4, 4)
      case ...0x7fff_ffff_ffff: (5, 6)
      default: (6, 8)
      }
    if affinity == .real, size == 8 { return add(Double(value)) }
    types.append(type)
    if size > 0 { values.append(bigEndian: Int(value), bytes: size) }
  }

  private mutating func add(_ value: Double, _ affinity: NumberAffinity) {
    // SQLite leaves the two ends alone: a real number beyond them would seem to be one of them.
    if affinity != .none, let whole = Int64(exactly: value), whole != .min, whole != .max { return add(whole, affinity) }
    add(value)
  }

  private mutating func add(_ value: Double) {
    types.append(7)
    values.append(bigEndian: Int(Int64(bitPattern: value.bitPattern)), bytes: 8)
  }
}
