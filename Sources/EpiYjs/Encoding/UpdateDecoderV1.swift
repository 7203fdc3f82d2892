internal import EpiBytes
internal import EpiJSON

/// Version 1: every field stands in one stream (yjs-format section 5).
struct UpdateDecoderV1: ~Copyable, ~Escapable {
  private var reader: ByteReader
  private let depth: Int

  /// - Parameter depth: levels of nesting allowed in values.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, in range: Range<Int>, depth: Int) {
    reader = ByteReader(bytes, in: range)
    self.depth = depth
  }

  @inline(__always)
  private mutating func readID() throws(DecodingError) -> ID {
    let client = try reader.readVarUint()
    return ID(client: client, clock: try reader.readVarUint())
  }
}

extension UpdateDecoderV1: UpdateDecoder {
  var position: Int { reader.position }
  var remaining: Int { reader.remaining }
  var isExhausted: Bool { reader.isAtEnd }

  @inline(__always)
  mutating func readVarUint() throws(DecodingError) -> UInt64 { try reader.readVarUint() }
  mutating func readGroupClient() throws(DecodingError) -> UInt64 { try reader.readVarUint() }
  @inline(__always)
  mutating func readInfo() throws(DecodingError) -> UInt8 { try reader.readByte() }
  @inline(__always)
  mutating func readLeftID() throws(DecodingError) -> ID { try readID() }
  @inline(__always)
  mutating func readRightID() throws(DecodingError) -> ID { try readID() }
  @inline(__always)
  mutating func readParentIsRoot() throws(DecodingError) -> Bool { try reader.readVarUint() == 1 }
  @inline(__always)
  mutating func readParentID() throws(DecodingError) -> ID { try readID() }
  @inline(__always)
  mutating func readString() throws(DecodingError) -> TextSlice { TextSlice(range: try reader.readVarString()) }

  @inline(__always)
  mutating func readMeasuredString() throws(DecodingError) -> (slice: TextSlice, units: Int) {
    let range = try reader.readVarString()
    return (TextSlice(range: range), UTF8Text.utf16Count(reader.bytes, in: range.bounds))
  }

  mutating func readKey(into store: inout BlockStore, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt32 {
    store.intern(try readString(), bytes)
  }

  mutating func readTypeReference() throws(DecodingError) -> UInt64 { try reader.readVarUint() }
  @inline(__always)
  mutating func readLength() throws(DecodingError) -> UInt64 { try reader.readVarUint() }
  mutating func readVarBytes() throws(DecodingError) -> ByteRange { try reader.readVarBytes() }
  @inline(__always)
  mutating func readValues(_ count: UInt64) throws(DecodingError) -> ByteRange { try reader.readValues(count, depth: depth) }

  static var jsonValueIsText: Bool { true }

  mutating func readJSONValue() throws(DecodingError) -> ByteRange {
    let range = try reader.readVarString()
    try JSONText.check(reader.bytes, in: range.bounds, depth: depth)
    return range
  }

  mutating func readDeleteRange(running: UInt64) throws(DecodingError) -> (clock: UInt64, length: UInt64) {
    let clock = try reader.readVarUint()
    return (clock, try reader.readVarUint())
  }
}
