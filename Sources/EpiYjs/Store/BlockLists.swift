/// The blocks of every client in clock order, in chunks: a split in the middle of a long list moves part of one chunk, not the
/// rest of the list.
struct BlockLists: ~Copyable {
  /// Where a block lies in its client's list. An insertion moves those behind it.
  struct Position: BitwiseCopyable {
    var chunk = 0
    var slot = 0
  }

  /// A part of a client's list.
  private struct Chunk: BitwiseCopyable {
    /// Where its first block begins. That one stays: what is split off comes behind. A search for a clock so finds the chunk without
    /// a look at blocks, each of which would be waited for.
    var clock: UInt64
    /// Where its room in `slots` begins.
    var start: UInt32
    /// Blocks in it. No chunk is empty; that of a client's last one is told by `tails`.
    var count: UInt32
  }

  /// Where the next block of a client goes, which is nearly always all there is to know.
  private struct Tail: BitwiseCopyable {
    /// Where its last chunk begins, and how many blocks that holds; a client without blocks has a full one.
    var start: UInt32 = 0
    var count = UInt32(capacity)
  }

  /// Blocks a chunk can hold.
  static let capacity = 512

  /// Room of `capacity` blocks a chunk.
  private var slots = GrowingBuffer<UInt32>()
  private var tails = GrowingBuffer<Tail>()
  /// By client.
  private var chunks: [[Chunk]] = []

  /// Makes room for as many blocks.
  mutating func reserve(_ blocks: Int) { slots.reserve(blocks) }

  mutating func addClient() {
    tails.append(Tail())
    chunks.append([])
  }

  func chunkCount(of client: UInt32) -> Int { chunks[Int(client)].count }

  /// Blocks in a chunk.
  private func count(_ client: UInt32, _ chunk: Int) -> Int {
    let isLast = chunk == chunks[Int(client)].count - 1
    return Int(isLast ? tails[client].count : chunks[Int(client)][chunk].count)
  }

  /// Where the first block of a chunk begins.
  func clock(ofChunk chunk: Int, of client: UInt32) -> UInt64 { chunks[Int(client)][chunk].clock }

  func block(_ position: Position, of client: UInt32) -> UInt32 {
    slots[Int(chunks[Int(client)][position.chunk].start) + position.slot]
  }

  func contains(_ position: Position, of client: UInt32) -> Bool {
    position.chunk < chunks[Int(client)].count && position.slot < count(client, position.chunk)
  }

  /// The place behind a block; `contains` tells whether one lies there.
  func next(after position: Position, of client: UInt32) -> Position {
    position.slot + 1 < count(client, position.chunk)
      ? Position(chunk: position.chunk, slot: position.slot + 1) : Position(chunk: position.chunk + 1, slot: 0)
  }

  /// The place of a chunk's last block.
  func last(ofChunk chunk: Int, of client: UInt32) -> Position { Position(chunk: chunk, slot: count(client, chunk) - 1) }

  /// Puts a block behind the last one of its client.
  @inline(__always)
  mutating func append(_ block: UInt32, beginningAt clock: UInt64, to client: UInt32) {
    if tails[client].count == UInt32(Self.capacity) { addChunk(to: client, clock: clock) }
    slots[tails[client].start + tails[client].count] = block
    tails[client].count += 1
  }

  @inline(never)
  private mutating func addChunk(to client: UInt32, clock: UInt64) {
    let last = chunks[Int(client)].count - 1
    if last >= 0 { chunks[Int(client)][last].count = tails[client].count }
    let start = addRoom()
    chunks[Int(client)].append(Chunk(clock: clock, start: start, count: 0))
    tails[client] = Tail(start: start, count: 0)
  }

  private mutating func addRoom() -> UInt32 {
    let start = UInt32(slots.count)
    slots.append(repeating: none, count: Self.capacity)
    return start
  }

  /// Puts a block behind another.
  /// - Complexity: O(`capacity`), and once every half of that many O(chunks).
  mutating func insert(_ block: UInt32, after position: Position, of client: UInt32, in blocks: borrowing GrowingBuffer<Block>) {
    var position = position
    if count(client, position.chunk) == Self.capacity {
      halve(position.chunk, of: client, in: blocks)
      let half = Self.capacity / 2
      if position.slot >= half { position = Position(chunk: position.chunk + 1, slot: position.slot - half) }
    }
    let start = Int(chunks[Int(client)][position.chunk].start)
    let end = start + count(client, position.chunk)
    for slot in stride(from: end, to: start + position.slot + 1, by: -1) { slots[slot] = slots[slot - 1] }
    slots[start + position.slot + 1] = block
    setCount(of: position.chunk, client, to: end - start + 1)
  }

  /// Moves the upper half of a full chunk into a new one behind it.
  private mutating func halve(_ chunk: Int, of client: UInt32, in blocks: borrowing GrowingBuffer<Block>) {
    let half = Self.capacity / 2
    let start = Int(chunks[Int(client)][chunk].start)
    let upper = addRoom()
    for slot in 0..<half { slots[Int(upper) + slot] = slots[start + half + slot] }
    let wasLast = chunk == chunks[Int(client)].count - 1
    chunks[Int(client)][chunk].count = UInt32(half)
    let clock = blocks[slots[upper]].clock
    chunks[Int(client)].insert(Chunk(clock: clock, start: upper, count: UInt32(half)), at: chunk + 1)
    if wasLast { tails[client] = Tail(start: upper, count: UInt32(half)) }
  }

  private mutating func setCount(of chunk: Int, _ client: UInt32, to count: Int) {
    chunks[Int(client)][chunk].count = UInt32(count)
    if chunk == chunks[Int(client)].count - 1 { tails[client].count = UInt32(count) }
  }
}
