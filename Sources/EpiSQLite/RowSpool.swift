internal import EpiBytes

/// The rows of the input, held as bytes until all have been seen: only then are the columns' types known.
///
/// A row is `varUint table, varUint input, varUint line, varBytes id`, then for each field `varUint column + 1, kind` and, unless the
/// kind is its own value (null, false, true), `varBytes payload`; a 0 ends it. Texts are UTF-8 without escapes, numbers the digits
/// of the input, arrays and objects JSON. Field names are not repeated, so a spool is smaller than its rows.
///
/// Rows lie in chunks that never move and never grow, so that no byte is copied twice and SQLite can read values in place.
struct RowSpool: ~Copyable {
  /// A run of whole rows.
  final class Chunk {
    let bytes: ByteWriter

    init(_ bytes: consuming ByteWriter) { self.bytes = bytes }
  }

  private static let chunkSize = 1 << 20

  private var full: [Chunk] = []
  private var current = ByteWriter(capacity: RowSpool.chunkSize)

  /// Appends a row.
  /// - Complexity: O(`row.count`)
  mutating func append(_ row: borrowing ByteWriter) {
    if current.count + row.count > Self.chunkSize, !current.isEmpty { seal(next: row.count) }
    current.append(row.span)
  }

  private mutating func seal(next count: Int) {
    var fresh = ByteWriter(capacity: max(Self.chunkSize, count))
    swap(&fresh, &current)
    full.append(Chunk(fresh))
  }

  /// The chunks, in the order of the rows.
  consuming func chunks() -> [Chunk] { full + [Chunk(current)] }
}

/// Where a row came from.
struct RowPlace: Equatable {
  /// Number of the input, from 0.
  var input: Int
  /// Number of the line, from 1.
  var line: Int
}

/// One row of a spool: its head; the fields follow in the reader.
struct SpooledRow {
  var table: Int
  var place: RowPlace
  var id: ByteRange

  init(_ reader: inout ByteReader) throws(DecodingError) {
    table = try reader.readCount()
    place = RowPlace(input: try reader.readCount(), line: try reader.readCount())
    id = try reader.readVarBytes()
  }

  static func append(table: Int, place: RowPlace, to record: inout ByteWriter) {
    record.append(varUint: UInt64(table))
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
