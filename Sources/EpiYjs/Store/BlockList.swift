/// The blocks of one client in clock order, in chunks: a split in the middle of a long list moves part of one chunk, not the rest
/// of the list.
struct BlockList {
  /// Where a block lies. An insertion moves those behind it.
  struct Position {
    var chunk = 0
    var slot = 0
  }

  /// Blocks a chunk can hold.
  static let capacity = 512

  /// No chunk is empty.
  private(set) var chunks: [[UInt32]] = []

  @inline(__always)
  subscript(position: Position) -> UInt32 { chunks[position.chunk][position.slot] }

  @inline(__always)
  func contains(_ position: Position) -> Bool {
    position.chunk < chunks.count && position.slot < chunks[position.chunk].count
  }

  /// The place behind a block; `contains` tells whether one lies there.
  @inline(__always)
  func next(after position: Position) -> Position {
    position.slot + 1 < chunks[position.chunk].count
      ? Position(chunk: position.chunk, slot: position.slot + 1) : Position(chunk: position.chunk + 1, slot: 0)
  }

  /// The last block's place; the list must not be empty.
  @inline(__always)
  var last: Position { Position(chunk: chunks.count - 1, slot: chunks[chunks.count - 1].count - 1) }

  @inline(__always)
  mutating func append(_ block: UInt32) {
    let chunk = chunks.count - 1
    if chunk >= 0, chunks[chunk].count < Self.capacity { chunks[chunk].append(block) } else { chunks.append([block]) }
  }

  /// Puts a block behind another.
  /// - Complexity: O(`capacity`), and once every half of that many O(chunks).
  mutating func insert(_ block: UInt32, after position: Position) {
    var position = position
    if chunks[position.chunk].count == Self.capacity {
      let half = Self.capacity / 2
      let upper = Array(chunks[position.chunk][half...])
      chunks[position.chunk].removeLast(Self.capacity - half)
      chunks.insert(upper, at: position.chunk + 1)
      if position.slot >= half { position = Position(chunk: position.chunk + 1, slot: position.slot - half) }
    }
    chunks[position.chunk].insert(block, at: position.slot + 1)
  }
}
