/// A cursor over borrowed bytes that knows its offset.
///
/// `end` may lie before the end of the bytes: a frame is read by a cursor over the whole input, so that every offset, in an
/// error or in a `ByteRange`, counts from the start of the input.
@usableFromInline
package struct ByteReader: ~Copyable, ~Escapable {
  @usableFromInline package let bytes: Span<UInt8>
  @usableFromInline
  var offset: Int
  @usableFromInline package let end: Int

  /// - Precondition: `range` lies within `bytes`.
  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    self.offset = range.lowerBound
    self.end = range.upperBound
  }

  /// Offset of the next byte to be read.
  @inlinable
  package var position: Int { offset }

  @inlinable
  package var remaining: Int { end - position }

  @inlinable
  package var isAtEnd: Bool { position == end }

  @inlinable
  @inline(__always)
  package mutating func readByte() throws(DecodingError) -> UInt8 {
    guard position < end else { throw DecodingError(.endOfInput, at: position) }
    let byte = bytes[position]
    offset &+= 1
    return byte
  }

  /// Steps over `count` bytes and tells where they lie.
  @inlinable
  @inline(__always)
  package mutating func readRange(count: Int) throws(DecodingError) -> ByteRange {
    guard count <= end - position else { throw DecodingError(.lengthBeyondInput(count: count), at: position) }
    let range = ByteRange(start: position, count: count)
    offset &+= count
    return range
  }

  /// Moves on to `offset`, which a scan of the bytes ahead has found.
  @inlinable
  @inline(__always)
  package mutating func advance(to offset: Int) {
    precondition(offset >= position && offset <= end)
    self.offset = offset
  }
}

// MARK: - lib0 primitives (yjs-format: variable integers, big-endian numbers, strings)

extension ByteReader {
  /// The largest integer JavaScript holds exactly, 2^53 - 1; larger ones are refused.
  @inlinable
  package static var maximumInteger: UInt64 { (1 << 53) - 1 }

  /// `varUint`: groups of 7 bits, least significant first, 0x80 = more follows.
  @inlinable
  @inline(__always)
  package mutating func readVarUint() throws(DecodingError) -> UInt64 {
    let first = try readByte()
    if first < 0x80 { return UInt64(first) }
    // Two or three bytes: what most clocks and lengths take.
    if end &- offset >= 2 {
      let second = bytes[offset]
      if second < 0x80 {
        offset &+= 1
        return UInt64(first & 0x7f) | UInt64(second) &<< 7
      }
      let third = bytes[offset &+ 1]
      if third < 0x80 {
        offset &+= 2
        return UInt64(first & 0x7f) | UInt64(second & 0x7f) &<< 7 | UInt64(third) &<< 14
      }
    }
    return try readVarUintRest(UInt64(first & 0x7f), shift: 7)
  }

  /// The groups behind the first, whose bits are `start`. Up to eight of them are taken from one word.
  @usableFromInline
  mutating func readVarUintRest(_ start: UInt64, shift: UInt64) throws(DecodingError) -> UInt64 {
    guard remaining >= 8 else { return try readVarUintGroups(start, shift: shift) }
    let word = ByteScan.word(bytes, at: offset)
    let ends = ~word & ByteScan.highs
    guard ends != 0 else { return try readVarUintGroups(start, shift: shift) }
    let last = ends.trailingZeroBitCount
    // Seven bits of every byte up to the last one, pushed together two, four and eight at a time.
    var groups = word & 0x7f7f_7f7f_7f7f_7f7f & (UInt64.max &>> UInt64(63 &- last))
    groups = groups & 0x007f_007f_007f_007f | (groups & 0x7f00_7f00_7f00_7f00) &>> 1
    groups = groups & 0x0000_3fff_0000_3fff | (groups & 0x3fff_0000_3fff_0000) &>> 2
    groups = groups & 0x0000_0000_0fff_ffff | (groups & 0x0fff_ffff_0000_0000) &>> 4
    guard groups <= Self.maximumInteger &>> shift else { throw DecodingError(.numberTooLarge, at: offset &+ last / 8) }
    offset &+= last / 8 &+ 1
    return start | groups &<< shift
  }

  private mutating func readVarUintGroups(_ start: UInt64, shift: UInt64) throws(DecodingError) -> UInt64 {
    var value = start
    var shift = shift
    while true {
      let byte = try readByte()
      let group = UInt64(byte & 0x7f)
      // Padded encodings (`80 00`) are legal, so a group of zeros is accepted however far up it lies.
      guard group == 0 || (shift < 53 && group << shift <= Self.maximumInteger) else {
        throw DecodingError(.numberTooLarge, at: position - 1)
      }
      if group != 0 { value |= group << shift }
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// A `varUint` that counts or measures something in memory.
  @inlinable
  @inline(__always)
  package mutating func readCount() throws(DecodingError) -> Int { Int(try readVarUint()) }

  /// `varInt`: sign and magnitude. Minus zero exists and is told apart from zero by `isNegative`.
  @inlinable
  @inline(__always)
  package mutating func readVarInt() throws(DecodingError) -> (magnitude: UInt64, isNegative: Bool) {
    let first = try readByte()
    let low = UInt64(first & 0x3f)
    let negative = first & 0x40 != 0
    if first < 0x80 { return (low, negative) }
    return (try readVarUintRest(low, shift: 6), negative)
  }

  /// `varBytes`: a length and that many bytes.
  @inlinable
  @inline(__always)
  package mutating func readVarBytes() throws(DecodingError) -> ByteRange {
    try readRange(count: try readCount())
  }

  /// `varString`: `varBytes` that hold UTF-8. Invalid UTF-8 is an error, a leading byte order mark is kept.
  @inlinable
  @inline(__always)
  package mutating func readVarString() throws(DecodingError) -> ByteRange {
    let range = try readVarBytes()
    // What keys and most values are, without a call.
    if ByteScan.isShortASCII(bytes, at: Int(range.start), count: Int(range.count)) { return range }
    guard UTF8Text.isValid(bytes, in: range.bounds) else { throw DecodingError(.invalidUTF8, at: Int(range.start)) }
    return range
  }

  /// Eight bytes, most significant first.
  @inlinable
  @inline(__always)
  package mutating func readBigEndian64() throws(DecodingError) -> UInt64 {
    let range = try readRange(count: 8)
    return ByteScan.word(bytes, at: Int(range.start)).byteSwapped
  }

  /// Four bytes, most significant first.
  @inlinable
  @inline(__always)
  package mutating func readBigEndian32() throws(DecodingError) -> UInt32 {
    let range = try readRange(count: 4)
    var value: UInt32 = 0
    for offset in range.bounds { value = value << 8 | UInt32(bytes[offset]) }
    return value
  }
}
