internal import EpiBytes

/// Where the values of one run of Any values lie: the offset of every 64th.
///
/// Values have no fixed size, so a split has to step over those before it. Without this, cutting a long run into pieces from its end
/// would step over most of it again and again.
struct ValueOffsets {
  /// Clock of the run's first value; its pieces keep their clocks.
  let clock: UInt64
  let offsets: [UInt32]

  static let stride = 64
  /// Shorter runs are stepped through.
  static let minimumLength: UInt32 = 128
}

extension BlockStore {
  /// Notes where the values of a block lie, if it is a long run of them that is about to be cut.
  /// - Complexity: O(bytes of the run), once for a run and all its pieces.
  mutating func noteValues(of index: UInt32, _ bytes: Span<UInt8>) {
    let block = blocks[index]
    guard block.kind == .any, block.extra == none, block.length >= ValueOffsets.minimumLength else { return }
    var offsets: [UInt32] = []
    var offset = Int(block.content.start)
    for first in Swift.stride(from: 0, to: Int(block.length), by: ValueOffsets.stride) {
      offsets.append(UInt32(offset))
      offset = AnyValue.end(of: min(ValueOffsets.stride, Int(block.length) - first), in: bytes, from: offset..<block.content.end)
    }
    blocks[index].extra = UInt32(valueOffsets.count)
    valueOffsets.append(ValueOffsets(clock: block.clock, offsets: offsets))
  }

  /// Where the first `count` values of a block end.
  func end(ofValues count: UInt32, in block: Block, _ bytes: Span<UInt8>) -> Int {
    guard block.extra != none else { return AnyValue.end(of: Int(count), in: bytes, from: block.content.bounds) }
    let noted = valueOffsets[Int(block.extra)]
    let (chunk, rest) = Int(block.clock - noted.clock + UInt64(count)).quotientAndRemainder(dividingBy: ValueOffsets.stride)
    guard chunk < noted.offsets.count else { return block.content.end }
    return AnyValue.end(of: rest, in: bytes, from: Int(noted.offsets[chunk])..<block.content.end)
  }
}
