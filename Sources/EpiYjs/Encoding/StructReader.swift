internal import EpiBytes

/// Runs of consecutive structs of one client, as updates bring them, waiting to be integrated.
struct StructRun: BitwiseCopyable {
  var client: UInt32
  /// First block of the run; the others follow it in the store.
  var first: UInt32
  var count: UInt32
  var clock: UInt64
}

/// Reads the structs and the delete set of updates into a store, without integrating them.
struct StructReader: ~Copyable {
  private(set) var runs: [StructRun] = []
  var deletes = DeleteSet()
  /// Structs that all updates together may still announce.
  private(set) var allowance: Int
  private let itemLimit: Int
  private let depth: Int
  /// Per client, the update that last had a group of it, and the runs of that group.
  private var groups: [(update: UInt32, runs: Range<Int>)] = []
  private var updateCount: UInt32 = 0

  /// - Parameters:
  ///   - itemLimit: structs that all updates together may announce.
  ///   - allowance: those of them that are left; all unless told.
  ///   - depth: levels of nesting allowed in values.
  init(itemLimit: Int, allowance: Int? = nil, depth: Int) {
    self.itemLimit = itemLimit
    self.allowance = allowance ?? itemLimit
    self.depth = depth
  }

  /// Reads the update in `frame`.
  /// - Throws: at the first fault. The store then holds parts of the update and is good for nothing any more.
  mutating func read(
    _ frame: ByteRange, by decoder: inout UpdateDecoder, into store: inout BlockStore, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    try decoder.begin(frame)
    updateCount += 1
    let groupCount = try decoder.readVarUint()
    for _ in 0..<groupCount {
      let count = try decoder.readVarUint()
      let client = store.client(try decoder.readGroupClient())
      let clock = try decoder.readVarUint()
      dropEarlierGroup(of: client)
      let first = runs.count
      try readGroup(&decoder, count: count, client: client, clock: clock, into: &store, bytes)
      groups[Int(client)] = (updateCount, first..<runs.count)
    }
    let clients = try decoder.readVarUint()
    for _ in 0..<clients {
      let client = store.client(try decoder.readVarUint())
      let count = try decoder.readVarUint()
      var running: UInt64 = 0
      for _ in 0..<count {
        let (clock, length) = try decoder.readDeleteRange(running: running)
        running = clock + length
        deletes.add(client: client, clock: clock, end: running)
      }
    }
  }

  /// Of two groups of one client in one update the later counts, as in the reference; no writer makes such updates.
  private mutating func dropEarlierGroup(of client: UInt32) {
    while groups.count <= Int(client) { groups.append((0, 0..<0)) }
    guard groups[Int(client)].update == updateCount else { return }
    for run in groups[Int(client)].runs { runs[run].count = 0 }
  }

  private mutating func readGroup(
    _ decoder: inout UpdateDecoder, count: UInt64, client: UInt32, clock: UInt64, into store: inout BlockStore, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    var clock = clock
    var run = runContinuing(client, at: clock, in: store)
    for _ in 0..<count {
      let start = decoder.position
      // Run-length columns can announce structs for free, so counting them is what bounds the work.
      guard allowance > 0 else { throw DecodingError(.itemsExceeded(limit: itemLimit), at: start) }
      allowance &-= 1
      let info = try decoder.readInfo()
      let length: UInt64
      if info & 31 == 10 {
        length = try decoder.readVarUint()
        finish(run)
        run = StructRun(client: client, first: UInt32(store.blocks.count), count: 0, clock: clock + length)
      } else {
        var block = Block(clock: clock, client: client, length: 1, kind: .gc)
        if info & 31 == 0 {
          length = try decoder.readLength()
        } else {
          try readOrigins(&decoder, info: info, of: &block, into: &store, bytes, at: start)
          length = try readContent(&decoder, info: info, of: &block, into: &store, bytes, at: start)
        }
        guard length > 0 else { throw DecodingError(.zeroLength, at: start) }
        guard clock + length <= ByteReader.maximumInteger else { throw DecodingError(.numberTooLarge, at: start) }
        if length > Block.maximumLength { try addLong(&block, length, to: &run, of: &store, at: start) }
        block.length = UInt32(block.clock == clock ? length : clock + length - block.clock)
        add(block, to: &run, of: &store)
      }
      clock += length
      guard clock <= ByteReader.maximumInteger else { throw DecodingError(.numberTooLarge, at: start) }
    }
    finish(run)
  }

  /// The run that a client's group beginning at `clock` goes on with: the last one, where that ends there, else a new one.
  private mutating func runContinuing(_ client: UInt32, at clock: UInt64, in store: borrowing BlockStore) -> StructRun {
    let next = UInt32(store.blocks.count)
    if let last = runs.last, last.client == client, last.count > 0, last.first + last.count == next, store.blocks[next - 1].end == clock {
      runs.removeLast()
      return last
    }
    return StructRun(client: client, first: next, count: 0, clock: clock)
  }

  private mutating func finish(_ run: StructRun) {
    if run.count > 0 { runs.append(run) }
  }

  /// Nobody writes two thousand million units and deletes them: a block of that length counts as many items, else a struct of 2^53
  /// clocks would become four million blocks.
  private static let longRunCost = 1024

  /// Adds blocks for a run of collected or deleted clocks that is too long for one, all but the last, which `block` then is.
  @inline(never)
  private mutating func addLong(
    _ block: inout Block, _ length: UInt64, to run: inout StructRun, of store: inout BlockStore, at offset: Int
  ) throws(DecodingError) {
    var left = length
    while left > Block.maximumLength {
      guard allowance >= Self.longRunCost else { throw DecodingError(.itemsExceeded(limit: itemLimit), at: offset) }
      allowance -= Self.longRunCost
      block.length = UInt32(Block.maximumLength)
      add(block, to: &run, of: &store)
      left -= Block.maximumLength
      block.clock = block.end
      // As a split would make it (section 15).
      block.flags = []
      block.originClient = block.kind == .gc ? none : block.client
      block.originClock = block.clock - 1
    }
  }

  /// Appends a block that continues a run. Collected clocks join those before them.
  @inline(__always)
  private func add(_ block: Block, to run: inout StructRun, of store: inout BlockStore) {
    if block.kind == .gc, run.count > 0, joins(block, of: &store) { return }
    run.count += 1
    store.blocks.append(block)
  }

  /// Lengthens the last block by collected clocks, if it holds such and has room for them.
  private func joins(_ block: Block, of store: inout BlockStore) -> Bool {
    let last = UInt32(store.blocks.count) - 1
    guard store.blocks[last].kind == .gc, UInt64(store.blocks[last].length) + UInt64(block.length) <= Block.maximumLength else { return false }
    store.blocks[last].length += block.length
    return true
  }

  @inline(__always)
  private func readOrigins(
    _ decoder: inout UpdateDecoder, info: UInt8, of block: inout Block, into store: inout BlockStore, _ bytes: Span<UInt8>, at start: Int
  ) throws(DecodingError) {
    if info & 0x80 != 0 {
      let id = try decoder.readLeftID(&store)
      block.originClient = id.client
      block.originClock = id.clock
    }
    if info & 0x40 != 0 {
      let id = try decoder.readRightID(&store)
      guard id.client != block.client || id.clock < block.clock else { throw DecodingError(.selfReference, at: start) }
      block.rightOrigin = UInt32(store.rightOrigins.count)
      store.rightOrigins.append(id)
    }
    if info & 0xc0 == 0 {
      if try decoder.readParentIsRoot() {
        block.flags.insert(.parentIsRoot)
        block.parent = try decoder.readName(&store, bytes)
      } else {
        let id = try decoder.readParentID(&store)
        block.flags.insert(.parentIsID)
        block.originClient = id.client
        block.originClock = id.clock
      }
      if info & 0x20 != 0 { block.key = try decoder.readName(&store, bytes) }
    }
    // Whatever a struct names was there before it.
    guard block.originClient != block.client || block.originClock < block.clock else { throw DecodingError(.selfReference, at: start) }
  }

  /// - Returns: the clocks that the content takes.
  @inline(__always)
  private func readContent(
    _ decoder: inout UpdateDecoder, info: UInt8, of block: inout Block, into store: inout BlockStore, _ bytes: Span<UInt8>, at start: Int
  ) throws(DecodingError) -> UInt64 {
    guard let kind = ContentKind(rawValue: info & 31) else { throw DecodingError(.unknownContent(reference: info & 31), at: start) }
    block.kind = kind
    switch kind {
    case .gc: return 0
    case .deleted: return try decoder.readLength()
    case .any:
      let count = try decoder.readLength()
      block.content = try decoder.readValues(count)
      return count
    case .string:
      let (slice, units) = try decoder.readMeasuredString()
      block.content = slice.range
      block.edges = slice.edges
      return UInt64(units)
    case .json:
      let count = try decoder.readLength()
      block.extra = UInt32(store.slices.count)
      for _ in 0..<count {
        let offset = decoder.position
        let slice = try decoder.readString()
        guard slice.edges.areWhole, slice.range.count > 0 else { throw DecodingError(.invalidJSON, at: offset) }
        try JSONText.checkElement(bytes, in: slice.range.bounds, depth: depth)
        store.slices.append(slice)
      }
      return count
    case .binary: block.content = try decoder.readVarBytes()
    case .embed:
      try readJSONValue(&decoder, of: &block)
    case .format:
      block.extra = try decoder.readKey(into: &store, bytes)
      try readJSONValue(&decoder, of: &block)
    case .type:
      let reference = try decoder.readTypeReference()
      guard reference < 255, let type = TypeTable.Kind(rawValue: UInt8(reference)) else {
        throw DecodingError(.unknownType(reference: Int(reference)), at: start)
      }
      let name = type == .xmlElement || type == .xmlHook ? try decoder.readKey(into: &store, bytes) : none
      block.extra = store.types.add(type, name: name, item: none)
      block.content = ByteRange(start: start, count: 0)  // where it stands, for what is wrong with it
    case .document:
      block.extra = UInt32(store.slices.count)
      store.slices.append(try decoder.readString())
      block.content = try decoder.readValues(1)
    }
    return 1
  }

  private func readJSONValue(_ decoder: inout UpdateDecoder, of block: inout Block) throws(DecodingError) {
    let value = try decoder.readJSONValue()
    block.content = value.range
    if value.isText { block.flags.insert(.valueIsText) }
  }
}

extension BlockStore {
  /// The number of the key that a slice spells; halves of surrogate pairs read as U+FFFD.
  mutating func intern(_ slice: TextSlice, _ bytes: Span<UInt8>) -> UInt32 {
    if slice.edges.areWhole { return keys.intern(bytes, in: slice.range.bounds) }
    var text = ByteWriter(capacity: slice.range.bounds.count + 6)
    slice.append(bytes, to: &text)
    return keys.intern(text.span, in: 0..<text.count)
  }
}

extension TextSlice {
  /// Appends the text as UTF-8; what is left of a cut character is U+FFFD.
  func append(_ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    if edges.lead != .whole { writer.append("\u{fffd}") }
    writer.append(bytes, in: range.bounds)
    if edges.trail != .whole { writer.append("\u{fffd}") }
  }
}
