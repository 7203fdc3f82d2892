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

  @inline(__always)
  private static func load64(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
    ByteScan.word(bytes, at: offset)
  }

  private mutating func consume(_ bytes: Span<UInt8>, at offset: Int) {
    lanes.0 = Self.round(lanes.0, Self.load64(bytes, offset))
    lanes.1 = Self.round(lanes.1, Self.load64(bytes, offset + 8))
    lanes.2 = Self.round(lanes.2, Self.load64(bytes, offset + 16))
    lanes.3 = Self.round(lanes.3, Self.load64(bytes, offset + 24))
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
      consume(block.span, at: 0)
      tailCount = 0
    }
    while offset + 32 <= bytes.count {
      consume(bytes, at: offset)
      offset += 32
    }
    while offset < bytes.count {
      tail[tailCount] = bytes[offset]
      tailCount += 1
      offset += 1
    }
  }

  /// The hash of everything taken in so far.
  package var value: UInt64 {
    var hash: UInt64
    if total >= 32 {
      hash = Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12) &+ Self.rotate(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
      }
    } else {
      hash = Self.prime5
    }
    hash &+= total
    var offset = 0
    while offset + 8 <= tailCount {
      hash = Self.rotate(hash ^ Self.round(0, Self.load64(tail.span, offset)), 27) &* Self.prime1 &+ Self.prime4
      offset += 8
    }
    if offset + 4 <= tailCount {
      let word = UInt64(tail[offset]) | UInt64(tail[offset + 1]) << 8 | UInt64(tail[offset + 2]) << 16 | UInt64(tail[offset + 3]) << 24
      hash = Self.rotate(hash ^ word &* Self.prime1, 23) &* Self.prime2 &+ Self.prime3
      offset += 4
    }
    while offset < tailCount {
      hash = Self.rotate(hash ^ UInt64(tail[offset]) &* Self.prime5, 11) &* Self.prime1
      offset += 1
    }
    hash = (hash ^ hash >> 33) &* Self.prime2
    hash = (hash ^ hash >> 29) &* Self.prime3
    return hash ^ hash >> 32
  }
}
