internal import EpiBytes

/// Where a row came from.
struct RowPlace: Equatable {
  /// Number of the input, from 0.
  var input: Int
  /// Number of the line, from 1.
  var line: Int
}

/// One row of a spool: its head; the fields follow in the reader, up to `end`.
///
/// Four bytes, little-endian, that tell the length of all that follows, `varUint table * 2` (one more for a row that is gone, which has no fields), `varUint input`,
/// `varUint line`, `varBytes id`, then for each field `varUint column + 1, kind` and, unless the kind is its own value (null, false,
/// true), `varBytes payload`; a 0 ends it. Texts are UTF-8 without escapes, numbers the digits of the input, arrays and objects JSON,
/// floats little-endian. Field names are not repeated, so a spool is smaller than its rows.
struct SpooledRow {
  var table: Int
  var isDeleted: Bool
  var place: RowPlace
  var id: ByteRange
  /// Offset behind the row.
  var end: Int

  init(_ reader: inout ByteReader) throws(DecodingError) {
    try self.init(afterLengthOf: try Self.length(&reader), &reader)
  }

  /// Bytes of the length.
  static let lengthSize = 4

  /// Reads the length.
  static func length(_ reader: inout ByteReader) throws(DecodingError) -> Int {
    let range = try reader.readRange(count: lengthSize).bounds
    return Int(ByteScan.rest(reader.bytes, from: range.lowerBound, to: range.upperBound))
  }

  /// Reads what stands behind the length.
  init(afterLengthOf count: Int, _ reader: inout ByteReader) throws(DecodingError) {
    end = reader.position + count
    let number = try reader.readCount()
    table = number >> 1
    isDeleted = number & 1 == 1
    place = RowPlace(input: try reader.readCount(), line: try reader.readCount())
    id = try reader.readVarBytes()
  }

  /// The head as far as the id, without the length in front.
  static func append(table: Int, isDeleted: Bool = false, place: RowPlace, to record: inout ByteWriter) {
    record.append(varUint: UInt64(table << 1 | (isDeleted ? 1 : 0)))
    record.append(varUint: UInt64(place.input))
    record.append(varUint: UInt64(place.line))
  }
}

/// One field of a spooled row.
struct SpooledField {
  var column: Int
  var kind: ValueKind
  var payload: ByteRange

  /// The next field, or nil at the row's end.
  init?(_ reader: inout ByteReader) throws(DecodingError) {
    let number = try reader.readCount()
    if number == 0 { return nil }
    column = number - 1
    (kind, payload) = try Self.value(&reader)
  }

  /// A kind and its payload.
  static func value(_ reader: inout ByteReader) throws(DecodingError) -> (kind: ValueKind, payload: ByteRange) {
    let start = reader.position
    let tag = try reader.readByte()
    guard let kind = ValueKind(rawValue: tag) else { throw DecodingError(.unknownValue(tag: tag), at: start) }
    return (kind, hasPayload(kind) ? try reader.readVarBytes() : .empty)
  }

  static func hasPayload(_ kind: ValueKind) -> Bool {
    switch kind {
    case .null, .false, .true: false
    default: true
    }
  }
}
