internal import EpiBytes

/// The nine columns in front of a version 2 update, in which most fields of its structs lie (yjs-format section 6).
struct UpdateColumns: ~Copyable, ~Escapable {
  private var keyClocks: DifferenceRunColumn
  private var clients: UnsignedRunColumn
  private var leftClocks: DifferenceRunColumn
  private var rightClocks: DifferenceRunColumn
  private var infos: ByteRunColumn
  private var strings: StringColumn
  private var parentInfos: ByteRunColumn
  private var typeReferences: UnsignedRunColumn
  private var lengths: UnsignedRunColumn
  /// Keys read so far, as those of the store: a later struct may name them by number, for free, so their bytes are not looked at
  /// again.
  private var keys: [UInt32] = []

  /// Steps over the columns.
  /// - Throws: when they do not fit into what `reader` has left, or the string column is not one.
  @_lifetime(copy reader)
  init(_ reader: inout ByteReader) throws(DecodingError) {
    let bytes = reader.bytes
    _ = try reader.readVarUint()  // the feature flag, which the reference ignores as well
    var columns = InlineArray<9, ByteRange>(repeating: .empty)
    for index in columns.indices { columns[index] = try reader.readVarBytes() }
    self.init(columns, strings: try StringColumn(bytes, in: columns[5]), of: bytes)
  }

  /// No columns at all: those of a version 1 update.
  @_lifetime(copy bytes)
  init(noneOf bytes: Span<UInt8>) {
    self.init(InlineArray(repeating: .empty), strings: StringColumn(emptyOf: bytes), of: bytes)
  }

  @_lifetime(copy bytes, copy strings)
  private init(_ columns: InlineArray<9, ByteRange>, strings: consuming StringColumn, of bytes: Span<UInt8>) {
    keyClocks = DifferenceRunColumn(bytes, in: columns[0])
    clients = UnsignedRunColumn(bytes, in: columns[1])
    leftClocks = DifferenceRunColumn(bytes, in: columns[2])
    rightClocks = DifferenceRunColumn(bytes, in: columns[3])
    infos = ByteRunColumn(bytes, in: columns[4])
    self.strings = strings
    parentInfos = ByteRunColumn(bytes, in: columns[6])
    typeReferences = UnsignedRunColumn(bytes, in: columns[7])
    lengths = UnsignedRunColumn(bytes, in: columns[8])
  }

  var isExhausted: Bool {
    keyClocks.isExhausted && clients.isExhausted && leftClocks.isExhausted && rightClocks.isExhausted && infos.isExhausted
      && strings.isExhausted && parentInfos.isExhausted && typeReferences.isExhausted && lengths.isExhausted
  }

  @inline(never)
  mutating func readClient() throws(DecodingError) -> UInt64 { try clients.next() }
  @inline(never)
  mutating func readInfo() throws(DecodingError) -> UInt8 { try infos.next() }

  @inline(never)
  mutating func readLeftID(_ store: inout BlockStore) throws(DecodingError) -> ID {
    let client = store.client(try clients.next())
    return ID(client: client, clock: try leftClocks.next())
  }

  @inline(never)
  mutating func readRightID(_ store: inout BlockStore) throws(DecodingError) -> ID {
    let client = store.client(try clients.next())
    return ID(client: client, clock: try rightClocks.next())
  }

  @inline(never)
  mutating func readParentInfo() throws(DecodingError) -> UInt8 { try parentInfos.next() }
  @inline(never)
  mutating func readString() throws(DecodingError) -> (slice: TextSlice, units: Int) { try strings.next() }
  @inline(never)
  mutating func readTypeReference() throws(DecodingError) -> UInt64 { try typeReferences.next() }
  @inline(never)
  mutating func readLength() throws(DecodingError) -> UInt64 { try lengths.next() }

  mutating func readKey(into store: inout BlockStore, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt32 {
    let number = try keyClocks.next()
    if number < UInt64(keys.count) { return keys[Int(number)] }
    let key = store.intern(try strings.next().slice, bytes)
    keys.append(key)
    return key
  }
}
