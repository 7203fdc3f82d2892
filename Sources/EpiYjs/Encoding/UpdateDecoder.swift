internal import EpiBytes

/// Where the fields of an update's structs come from: one stream (v1), or columns (v2). Nothing above knows which.
///
/// Fields are read in the order of yjs-format sections 6 and 7; every method steps over what it returns.
protocol UpdateDecoder: ~Copyable, ~Escapable {
  /// Offset, in the input, of the next byte that is in no column.
  var position: Int { get }
  /// Bytes left behind `position`.
  var remaining: Int { get }
  /// Whether every byte and every repetition has been used up.
  var isExhausted: Bool { get }

  /// A count, a clock, or the length of a Skip: what is in no column in either version.
  mutating func readVarUint() throws(DecodingError) -> UInt64
  mutating func readGroupClient() throws(DecodingError) -> UInt64
  mutating func readInfo() throws(DecodingError) -> UInt8
  mutating func readLeftID() throws(DecodingError) -> ID
  mutating func readRightID() throws(DecodingError) -> ID
  /// Whether the parent is a root, whose name follows; else its ID follows.
  mutating func readParentIsRoot() throws(DecodingError) -> Bool
  mutating func readParentID() throws(DecodingError) -> ID
  mutating func readString() throws(DecodingError) -> TextSlice
  /// A string together with its length in UTF-16 units.
  mutating func readMeasuredString() throws(DecodingError) -> (slice: TextSlice, units: Int)
  /// A format key or the name of an XML node, as a key of the store.
  mutating func readKey(into store: inout BlockStore, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt32
  mutating func readTypeReference() throws(DecodingError) -> UInt64
  mutating func readLength() throws(DecodingError) -> UInt64
  mutating func readVarBytes() throws(DecodingError) -> ByteRange
  /// `count` Any values, checked.
  mutating func readValues(_ count: UInt64) throws(DecodingError) -> ByteRange
  /// The value of an embed or a format, checked: JSON text in v1, an Any in v2.
  mutating func readJSONValue() throws(DecodingError) -> ByteRange
  static var jsonValueIsText: Bool { get }
  /// A range of the delete set, its clock relative to the end of the one before (`running`) where the version counts so.
  mutating func readDeleteRange(running: UInt64) throws(DecodingError) -> (clock: UInt64, length: UInt64)
}

/// Names one unit of content: who wrote it, and the how-manieth it was.
struct ID: BitwiseCopyable {
  var client: UInt64
  var clock: UInt64
}

extension ByteReader {
  /// Steps over `count` Any values and checks them.
  /// - Parameter depth: levels of nesting allowed.
  @inline(__always)
  mutating func readValues(_ count: UInt64, depth: Int) throws(DecodingError) -> ByteRange {
    guard count <= UInt64(remaining) else { throw DecodingError(.lengthBeyondInput(count: Int(count)), at: position) }
    let start = position
    for _ in 0..<count { try AnyValue.check(&self, depth: depth, of: depth) }
    return ByteRange(start: start, count: position - start)
  }
}
