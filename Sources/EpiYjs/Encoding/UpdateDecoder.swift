internal import EpiBytes
internal import EpiJSON

/// Where the fields of an update's structs come from: one stream (version 1, yjs-format section 5), or columns and what follows
/// them (version 2, section 6). Nothing above knows which.
///
/// Fields are read in the order of yjs-format sections 6 and 7; every method steps over what it returns. One type for both, as a
/// test of a flag costs less than a call: the fields of version 1 are read in place.
struct UpdateDecoder: ~Copyable, ~Escapable {
  /// Version 1: everything. Version 2: what is in no column.
  private var stream: ByteReader
  /// Empty in version 1. Were they an Optional, every look at it would move them out and back.
  private var columns: UpdateColumns
  private let isColumnar: Bool
  private let depth: Int

  /// A decoder of updates in `bytes`, one after the other; `begin` turns to the first.
  /// - Parameter depth: levels of nesting allowed in values.
  @_lifetime(copy bytes)
  init(_ encoding: UpdateEncoding, of bytes: Span<UInt8>, depth: Int) {
    stream = ByteReader(bytes, in: 0..<0)
    columns = UpdateColumns(noneOf: bytes)
    isColumnar = encoding == .v2
    self.depth = depth
  }

  /// Turns to an update. In a log of many small ones of version 1 this is all that an update costs beside its structs.
  /// - Throws: when a version 2 update has no proper columns.
  mutating func begin(_ frame: ByteRange) throws(DecodingError) {
    stream = ByteReader(stream.bytes, in: frame.bounds)
    if isColumnar { columns = try UpdateColumns(&stream) }
  }

  /// Offset, in the input, of the next byte that is in no column.
  @inline(__always)
  var position: Int { stream.position }
  /// Whether every byte and every repetition has been used up.
  var isExhausted: Bool { stream.isAtEnd && columns.isExhausted }

  /// A count, a clock, or the length of a Skip: what is in no column in either version.
  @inline(__always)
  mutating func readVarUint() throws(DecodingError) -> UInt64 { try stream.readVarUint() }

  mutating func readGroupClient() throws(DecodingError) -> UInt64 {
    isColumnar ? try columns.readClient() : try stream.readVarUint()
  }

  @inline(__always)
  mutating func readInfo() throws(DecodingError) -> UInt8 {
    isColumnar ? try columns.readInfo() : try stream.readByte()
  }

  /// The index of a client, as the store numbers them.
  @inline(__always)
  private mutating func readStreamID(_ store: inout BlockStore) throws(DecodingError) -> ID {
    let client = try store.readClient(&stream)
    return ID(client: client, clock: try stream.readVarUint())
  }

  @inline(__always)
  mutating func readLeftID(_ store: inout BlockStore) throws(DecodingError) -> ID {
    isColumnar ? try columns.readLeftID(&store) : try readStreamID(&store)
  }

  @inline(__always)
  mutating func readRightID(_ store: inout BlockStore) throws(DecodingError) -> ID {
    isColumnar ? try columns.readRightID(&store) : try readStreamID(&store)
  }

  /// Whether the parent is a root, whose name follows; else its ID follows.
  @inline(__always)
  mutating func readParentIsRoot() throws(DecodingError) -> Bool {
    isColumnar ? try columns.readParentInfo() == 1 : try stream.readVarUint() == 1
  }

  /// In columns, a parent's ID goes with the left IDs.
  @inline(__always)
  mutating func readParentID(_ store: inout BlockStore) throws(DecodingError) -> ID { try readLeftID(&store) }

  /// The name of a root or of a map's key, as a key of the store.
  @inline(__always)
  mutating func readName(_ store: inout BlockStore, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt32 {
    if isColumnar { return store.intern(try columns.readString().slice, bytes) }
    let range = try stream.readVarBytes()
    // A name that is known was found to be UTF-8 when it was new.
    if let key = store.keys.expected(bytes, in: range.bounds) { return key }
    guard UTF8Text.isValid(bytes, in: range.bounds) else { throw DecodingError(.invalidUTF8, at: Int(range.start)) }
    return store.keys.intern(bytes, in: range.bounds)
  }

  mutating func readString() throws(DecodingError) -> TextSlice {
    isColumnar ? try columns.readString().slice : TextSlice(range: try stream.readVarString())
  }

  /// A string together with its length in UTF-16 units.
  @inline(__always)
  mutating func readMeasuredString() throws(DecodingError) -> (slice: TextSlice, units: Int) {
    if isColumnar { return try columns.readString() }
    let range = try stream.readVarString()
    return (TextSlice(range: range), UTF8Text.utf16Count(stream.bytes, in: range.bounds))
  }

  /// A format key or the name of an XML node, as a key of the store.
  mutating func readKey(into store: inout BlockStore, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt32 {
    isColumnar ? try columns.readKey(into: &store, bytes) : store.intern(try readString(), bytes)
  }

  mutating func readTypeReference() throws(DecodingError) -> UInt64 {
    isColumnar ? try columns.readTypeReference() : try stream.readVarUint()
  }

  @inline(__always)
  mutating func readLength() throws(DecodingError) -> UInt64 {
    isColumnar ? try columns.readLength() : try stream.readVarUint()
  }

  mutating func readVarBytes() throws(DecodingError) -> ByteRange { try stream.readVarBytes() }

  /// `count` Any values, checked.
  @inline(__always)
  mutating func readValues(_ count: UInt64) throws(DecodingError) -> ByteRange {
    guard count <= UInt64(stream.remaining) else {
      throw DecodingError(.lengthBeyondInput(count: Int(count)), at: position)
    }
    let start = position
    for _ in 0..<count { try AnyValue.check(&stream, depth: depth, of: depth) }
    return ByteRange(start: start, count: position - start)
  }

  /// The value of an embed or a format, checked.
  /// - Returns: where it lies, and whether it is JSON text (version 1) or an Any (version 2).
  mutating func readJSONValue() throws(DecodingError) -> (range: ByteRange, isText: Bool) {
    if isColumnar { return (try readValues(1), false) }
    let range = try stream.readVarString()
    try JSONText.check(stream.bytes, in: range.bounds, depth: depth)
    return (range, true)
  }

  /// A range of the delete set. In version 2 ranges ascend: each is counted from the end of the one before (`running`), and a
  /// length of 0 cannot be written.
  mutating func readDeleteRange(running: UInt64) throws(DecodingError) -> (clock: UInt64, length: UInt64) {
    guard isColumnar else {
      let clock = try stream.readVarUint()
      return (clock, try stream.readVarUint())
    }
    let clock = running + (try stream.readVarUint())
    let length = try stream.readVarUint() + 1
    guard clock + length <= ByteReader.maximumInteger else { throw DecodingError(.numberTooLarge, at: position) }
    return (clock, length)
  }
}

/// Names one unit of content: who wrote it, as the store numbers writers, and the how-manieth it was.
struct ID: BitwiseCopyable {
  var client: UInt32
  var clock: UInt64
}
