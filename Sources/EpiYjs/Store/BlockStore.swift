internal import EpiBytes

/// Everything known of a document: its blocks, writers, types and names. Contents stay in the input, whose bytes are handed to
/// every operation that needs them.
struct BlockStore: ~Copyable {
  /// Blocks in the order they were read or split off; links are indexes into it.
  var blocks = GrowingBuffer<Block>()
  var rightOrigins = GrowingBuffer<ID>()
  var clients = ClientTable()
  var lists = BlockLists()
  var types = TypeTable()
  var keys = KeyTable()
  /// Strings that a block cannot hold as its own content: elements of JSON contents, guids of sub documents.
  var slices = GrowingBuffer<TextSlice>()
  /// Where the values of long runs lie that have been split.
  var valueOffsets: [ValueOffsets] = []

  /// The item that was last asked for its type, and the type.
  var lastParent: (client: UInt32, clock: UInt64, type: UInt32) = (none, 0, none)

  // MARK: What has changed

  /// Whether blocks that are put in, deleted or split off are noted in `touched`.
  var isTracking = false
  var touched = GrowingBuffer<UInt32>()

  // MARK: Marks of the conflict loop

  /// Per block, when the conflict loop last visited it; 0 = never. Grows with the first conflict.
  var visits: [UInt32] = []
  var visitCount: UInt32 = 0
  /// Steps it has taken in all.
  var conflictSteps = 0

  /// The root type named by `key`, made when missing.
  mutating func root(named key: UInt32) -> UInt32 {
    let known = keys.root(of: key)
    if known != none { return known }
    let type = types.add(.root, name: key, item: none)
    keys.setRoot(of: key, to: type)
    return type
  }

  /// Clocks known of a client.
  @inline(__always)
  func state(_ client: UInt32) -> UInt64 { clients.state(client) }

  /// Reads the number of a client and gives its index.
  @inline(__always)
  mutating func readClient(_ reader: inout ByteReader) throws(DecodingError) -> UInt32 { try clients.readIndex(&reader, in: &lists) }

  /// The index of the client of this number.
  mutating func client(_ number: UInt64) -> UInt32 { clients.index(of: number, in: &lists) }
}

// MARK: - Find

extension BlockStore {
  /// Position, among the client's blocks, of the one that contains `clock`.
  /// - Precondition: `clock` is below the client's state.
  /// - Complexity: O(1) near the last search, else O(log blocks).
  mutating func position(client: UInt32, clock: UInt64) -> BlockLists.Position {
    let hint = clients.hint(client)
    var candidate = hint
    for step in 0..<4 {
      if step == 1 { candidate = lists.next(after: hint, of: client) }
      if step == 2 { candidate = lists.last(ofChunk: lists.chunkCount(of: client) - 1, of: client) }
      if step == 3 { candidate = expected(behind: hint, client: client, clock: clock) }
      guard lists.contains(candidate, of: client) else { continue }
      let block = lists.block(candidate, of: client)
      if blocks[block].clock <= clock, clock < blocks[block].end {
        clients.setHint(of: client, to: candidate)
        return candidate
      }
    }
    let found = search(client: client, clock: clock)
    clients.setHint(of: client, to: found)
    return found
  }

  /// Where a clock not far behind a block lies if every block between takes one: the rows of a table are named one after the other, and
  /// their cells lie between them.
  private func expected(behind hint: BlockLists.Position, client: UInt32, clock: UInt64) -> BlockLists.Position {
    guard lists.contains(hint, of: client) else { return hint }
    let start = blocks[lists.block(hint, of: client)].clock
    guard clock > start, clock - start < UInt64(BlockLists.capacity) else { return hint }
    let next = hint.chunk + 1
    if next < lists.chunkCount(of: client), lists.clock(ofChunk: next, of: client) <= clock {
      return BlockLists.Position(chunk: next, slot: Int(clock - lists.clock(ofChunk: next, of: client)))
    }
    return BlockLists.Position(chunk: hint.chunk, slot: hint.slot + Int(clock - start))
  }

  /// The last chunk, and in it the last block, that does not begin behind the clock. A client's blocks are many and of about one
  /// length, so that where one lies is guessed closely from its clock.
  private func search(client: UInt32, clock: UInt64) -> BlockLists.Position {
    var chunks = ClockBracket(of: lists.chunkCount(of: client), between: 0, and: state(client))
    while let guess = chunks.guess(for: clock) {
      chunks.narrow(by: lists.clock(ofChunk: guess, of: client), at: guess, for: clock)
    }
    let chunk = chunks.low
    let last = lists.last(ofChunk: chunk, of: client).slot
    var slots = ClockBracket(of: last + 1, between: chunks.lowClock, and: chunks.highClock)
    while let guess = slots.guess(for: clock) {
      let block = lists.block(.init(chunk: chunk, slot: guess), of: client)
      let start = blocks[block].clock
      // Most guesses are right, and a look at the block behind, to be sure, would be waited for.
      if start <= clock, clock < blocks[block].end { return BlockLists.Position(chunk: chunk, slot: guess) }
      slots.narrow(by: start, at: guess, for: clock)
    }
    return BlockLists.Position(chunk: chunk, slot: slots.low)
  }

  /// The block that contains the clock, as it is now.
  mutating func find(client: UInt32, clock: UInt64) -> UInt32 {
    let position = position(client: client, clock: clock)
    return lists.block(position, of: client)
  }

  /// The block that ends with `clock`, split off if needed. A GC is never split and counts as a whole.
  mutating func findEnding(client: UInt32, clock: UInt64, _ bytes: Span<UInt8>) -> UInt32 {
    let position = position(client: client, clock: clock)
    let found = lists.block(position, of: client)
    let block = blocks[found]
    if block.kind != .gc, clock != block.end - 1 { split(at: position, client: client, offset: UInt32(clock - block.clock + 1), bytes) }
    return found
  }

  /// The block that begins with `clock`, split off if needed. A GC is never split and counts as a whole.
  mutating func findStarting(client: UInt32, clock: UInt64, _ bytes: Span<UInt8>) -> UInt32 {
    let position = position(client: client, clock: clock)
    let found = lists.block(position, of: client)
    let block = blocks[found]
    if block.kind == .gc || clock == block.clock { return found }
    return split(at: position, client: client, offset: UInt32(clock - block.clock), bytes)
  }
}

// MARK: - Split (yjs-format section 15)

extension BlockStore {
  /// Splits the item at `position` of its client's blocks so that a new one begins `offset` units in.
  /// - Returns: the right part.
  /// - Precondition: 0 < `offset` < length; the block is no GC.
  @discardableResult
  mutating func split(at position: BlockLists.Position, client: UInt32, offset: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
    let leftIndex = lists.block(position, of: client)
    let rightIndex = UInt32(blocks.count)
    noteValues(of: leftIndex, bytes)
    var right = blocks[leftIndex]
    var left = right
    cut(&left, &right, at: offset, bytes)
    blocks[leftIndex] = left
    blocks[leftIndex].length = offset
    right.clock += UInt64(offset)
    right.length -= offset
    right.originClient = client
    right.originClock = right.clock - 1
    right.left = leftIndex
    blocks[leftIndex].right = rightIndex
    blocks.append(right)
    if right.right != none {
      blocks[right.right].left = rightIndex
    } else if right.key != none {
      let entry = types.entry(of: right.parent, key: right.key)
      if entry != none { types.setEntryItem(entry, to: rightIndex) }
    }
    if isTracking { touched.append(rightIndex) }
    lists.insert(rightIndex, after: position, of: client, in: blocks)
    return rightIndex
  }

  /// Drops the first `offset` units of a block that is not in the store yet: they are known already.
  mutating func cutKnownPrefix(of index: UInt32, offset: UInt32, _ bytes: Span<UInt8>) {
    noteValues(of: index, bytes)
    var left = blocks[index]
    var right = left
    cut(&left, &right, at: offset, bytes)
    right.clock += UInt64(offset)
    right.length -= offset
    blocks[index] = right
  }

  /// Shares out the content: `right`, a copy of `left`, keeps what begins `offset` units in.
  private func cut(_ left: inout Block, _ right: inout Block, at offset: UInt32, _ bytes: Span<UInt8>) {
    switch left.kind {
    case .string: Self.cutString(&left, &right, at: Int(offset), bytes)
    case .any:
      let end = end(ofValues: offset, in: left, bytes)
      right.content = ByteRange(start: end, count: left.content.end - end)
      left.content = ByteRange(start: Int(left.content.start), count: end - Int(left.content.start))
    case .json: right.extra += offset
    case .gc, .deleted, .binary, .embed, .format, .type, .document: break
    }
  }

  private static func cutString(_ left: inout Block, _ right: inout Block, at offset: Int, _ bytes: Span<UInt8>) {
    let range = left.content.bounds
    let leadUnits = left.edges.lead == .whole ? 0 : 1
    // The last unit is an edge and stands alone on the right.
    let wholeUnits = Int(left.length) - left.edges.units
    let target = min(offset - leadUnits, wholeUnits)
    left.edges.trail = .whole
    right.edges.lead = .whole
    if range.count == wholeUnits {
      split(range, at: range.lowerBound + target, &left, &right)
    } else if let place = UTF8Text.cut(bytes, in: range, atUnit: target, of: wholeUnits) {
      split(range, at: place.offset, &left, &right)
      if place.insidePair {
        // Both halves become U+FFFD and stay so.
        right.content = ByteRange(start: place.offset + 4, count: range.upperBound - place.offset - 4)
        left.edges.trail = .replaced
        right.edges.lead = .replaced
      }
    }
  }

  private static func split(_ range: Range<Int>, at place: Int, _ left: inout Block, _ right: inout Block) {
    left.content = ByteRange(start: range.lowerBound, count: place - range.lowerBound)
    right.content = ByteRange(start: place, count: range.upperBound - place)
  }
}
