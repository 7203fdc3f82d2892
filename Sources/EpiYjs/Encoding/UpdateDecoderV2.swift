internal import EpiBytes

/// Version 2: most fields lie in nine columns in front, the others in what follows them (yjs-format section 6).
struct UpdateDecoderV2: ~Copyable, ~Escapable {
  private var keyClocks: DifferenceRunColumn
  private var clients: UnsignedRunColumn
  private var leftClocks: DifferenceRunColumn
  private var rightClocks: DifferenceRunColumn
  private var infos: ByteRunColumn
  private var strings: StringColumn
  private var parentInfos: ByteRunColumn
  private var typeReferences: UnsignedRunColumn
  private var lengths: UnsignedRunColumn
  private var rest: ByteReader
  private let depth: Int
  /// Keys read so far, as those of the store: a later struct may name them by number, for free, so their bytes are not looked at
  /// again.
  private var keys: [UInt32] = []

  /// - Parameter depth: levels of nesting allowed in values.
  /// - Throws: when the columns do not fit into `range` or the string column is not one.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, in range: Range<Int>, depth: Int) throws(DecodingError) {
    var reader = ByteReader(bytes, in: range)
    _ = try reader.readVarUint()  // the feature flag, which the reference ignores as well
    var columns = InlineArray<9, ByteRange>(repeating: .empty)
    for index in columns.indices { columns[index] = try reader.readVarBytes() }
    strings = try StringColumn(bytes, in: columns[5])
    keyClocks = DifferenceRunColumn(bytes, in: columns[0])
    clients = UnsignedRunColumn(bytes, in: columns[1])
    leftClocks = DifferenceRunColumn(bytes, in: columns[2])
    rightClocks = DifferenceRunColumn(bytes, in: columns[3])
    infos = ByteRunColumn(bytes, in: columns[4])
    parentInfos = ByteRunColumn(bytes, in: columns[6])
    typeReferences = UnsignedRunColumn(bytes, in: columns[7])
    lengths = UnsignedRunColumn(bytes, in: columns[8])
    rest = ByteReader(bytes, in: reader.position..<range.upperBound)
    self.depth = depth
  }
}

extension UpdateDecoderV2: UpdateDecoder {
  var position: Int { rest.position }
  var remaining: Int { rest.remaining }

  var isExhausted: Bool {
    rest.isAtEnd && keyClocks.isExhausted && clients.isExhausted && leftClocks.isExhausted && rightClocks.isExhausted
      && infos.isExhausted && strings.isExhausted && parentInfos.isExhausted && typeReferences.isExhausted && lengths.isExhausted
  }

  mutating func readVarUint() throws(DecodingError) -> UInt64 { try rest.readVarUint() }
  mutating func readGroupClient() throws(DecodingError) -> UInt64 { try clients.next() }
  mutating func readInfo() throws(DecodingError) -> UInt8 { try infos.next() }

  mutating func readLeftID() throws(DecodingError) -> ID {
    let client = try clients.next()
    return ID(client: client, clock: try leftClocks.next())
  }

  mutating func readRightID() throws(DecodingError) -> ID {
    let client = try clients.next()
    return ID(client: client, clock: try rightClocks.next())
  }

  mutating func readParentIsRoot() throws(DecodingError) -> Bool { try parentInfos.next() == 1 }
  /// A parent's ID goes through the columns of left IDs.
  mutating func readParentID() throws(DecodingError) -> ID { try readLeftID() }
  mutating func readString() throws(DecodingError) -> TextSlice { try strings.next().slice }
  mutating func readMeasuredString() throws(DecodingError) -> (slice: TextSlice, units: Int) { try strings.next() }

  mutating func readKey(into store: inout BlockStore, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt32 {
    let number = try keyClocks.next()
    if number < UInt64(keys.count) { return keys[Int(number)] }
    let key = store.intern(try strings.next().slice, bytes)
    keys.append(key)
    return key
  }

  mutating func readTypeReference() throws(DecodingError) -> UInt64 { try typeReferences.next() }
  mutating func readLength() throws(DecodingError) -> UInt64 { try lengths.next() }
  mutating func readVarBytes() throws(DecodingError) -> ByteRange { try rest.readVarBytes() }
  mutating func readValues(_ count: UInt64) throws(DecodingError) -> ByteRange { try rest.readValues(count, depth: depth) }
  static var jsonValueIsText: Bool { false }
  mutating func readJSONValue() throws(DecodingError) -> ByteRange { try rest.readValues(1, depth: depth) }

  /// Ranges ascend: each is counted from the end of the one before, and a length of 0 cannot be written.
  mutating func readDeleteRange(running: UInt64) throws(DecodingError) -> (clock: UInt64, length: UInt64) {
    let clock = running + (try rest.readVarUint())
    let length = try rest.readVarUint() + 1
    guard clock + length <= ByteReader.maximumInteger else { throw DecodingError(.numberTooLarge, at: position) }
    return (clock, length)
  }
}
