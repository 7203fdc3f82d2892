/// XXH64 (Yann Collet's specification, seed 0) over a stream of bytes: tells whether two outputs are the same.
///
/// Not a cryptographic hash: it finds changes, it does not withstand forgery.
package struct ContentHash: Sendable {
  private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
  private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
  private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
  private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
  private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

  private var lanes: (UInt64, UInt64, UInt64, UInt64)
  private var total: UInt64 = 0
  /// Bytes that do not fill a block of 32 yet.
  private var tail = InlineArray<32, UInt8>(repeating: 0)
  private var tailCount = 0

  package init() {
    lanes = (Self.prime1 &+ Self.prime2, Self.prime2, 0, 0 &- Self.prime1)
  }

  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotate(lane &+ input &* prime2, 31) &* prime1
  }

  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

  /// Takes in all blocks of 32 bytes from an offset on that are there in full.
  /// - Returns: the offset behind them.
  private mutating func consumeBlocks(_ bytes: Span<UInt8>, from start: Int) -> Int {
    precondition(start >= 0)
    var (first, second, third, fourth) = lanes
    var offset = start
    let last = bytes.count - 32
    while offset <= last {
      first = Self.round(first, ByteScan.uncheckedWord(bytes, at: offset))
      second = Self.round(second, ByteScan.uncheckedWord(bytes, at: offset &+ 8))
      third = Self.round(third, ByteScan.uncheckedWord(bytes, at: offset &+ 16))
      fourth = Self.round(fourth, ByteScan.uncheckedWord(bytes, at: offset &+ 24))
      offset &+= 32
    }
    lanes = (first, second, third, fourth)
    return offset
  }

  /// Takes in more bytes; how they are cut into calls does not matter.
  package mutating func update(_ bytes: Span<UInt8>) {
    total &+= UInt64(bytes.count)
    var offset = 0
    if tailCount > 0 {
      while tailCount < 32, offset < bytes.count {
        tail[tailCount] = bytes[offset]
        tailCount += 1
        offset += 1
      }
      guard tailCount == 32 else { return }
      let block = tail
      _ = consumeBlocks(block.span, from: 0)
      tailCount = 0
    }
    offset = consumeBlocks(bytes, from: offset)
    while offset < bytes.count {
      tail[tailCount] = bytes[offset]
      tailCount += 1
      offset += 1
    }
  }

  /// The hash of everything taken in so far.
  package var value: UInt64 { Self.finish(lanes, total: total, tail.span, in: 0..<tailCount) }

  /// The hash of `bytes[range]`.
  package static func of(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt64 {
    var hash = ContentHash()
    let part = bytes.extracting(range)
    let offset = hash.consumeBlocks(part, from: 0)
    return finish(hash.lanes, total: UInt64(range.count), part, in: offset..<range.count)
  }

  /// - Parameter rest: the bytes that do not fill a block.
  private static func finish(
    _ lanes: (UInt64, UInt64, UInt64, UInt64), total: UInt64, _ bytes: Span<UInt8>, in rest: Range<Int>
  ) -> UInt64 {
    var hash: UInt64
    if total >= 32 {
      hash = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
      hash = merge(merge(merge(merge(hash, lanes.0), lanes.1), lanes.2), lanes.3)
    } else {
      hash = prime5
    }
    hash &+= total
    var offset = rest.lowerBound
    while offset + 8 <= rest.upperBound {
      hash = rotate(hash ^ round(0, ByteScan.word(bytes, at: offset)), 27) &* prime1 &+ prime4
      offset += 8
    }
    if offset + 4 <= rest.upperBound {
      hash = rotate(hash ^ ByteScan.rest(bytes, from: offset, to: offset + 4) &* prime1, 23) &* prime2 &+ prime3
      offset += 4
    }
    while offset < rest.upperBound {
      hash = rotate(hash ^ UInt64(bytes[offset]) &* prime5, 11) &* prime1
      offset += 1
    }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  @inline(__always)
  private static func merge(_ hash: UInt64, _ lane: UInt64) -> UInt64 { (hash ^ round(0, lane)) &* prime1 &+ prime4 }
}
