internal import CEpiKernels
internal import Glibc

/// Looks for bytes eight at a time.
///
/// The tests are the classic ones on the bytes of a word (Warren, Hacker's Delight, 6-1): a borrow can only raise a false flag above
/// a true one, so the lowest flag is always right.
@usableFromInline
package enum ByteScan {
  @inlinable package static var ones: UInt64 { 0x0101_0101_0101_0101 }
  @inlinable package static var highs: UInt64 { 0x8080_8080_8080_8080 }

  /// Eight bytes from `offset`, the first in the low bits. Requires `offset >= 0 && offset + 8 <= bytes.count`.
  @inlinable
  @inline(__always)
  package static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The same where nothing looks whether those bytes are there: for loops that have seen to it.
  @inline(__always)
  static func uncheckedWord(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// Four bytes from `offset`, the first in the low bits. Requires `offset >= 0 && offset + 4 <= bytes.count`.
  @inlinable
  @inline(__always)
  package static func halfWord(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
    unsafe UInt32(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The bytes of `bytes[start..<end]`, fewer than eight, the first in the low bits, zeros behind the last. They are the end of the
  /// word that ends with them, where there is one.
  @inlinable
  @inline(__always)
  package static func rest(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
    guard start < end else { return 0 }
    if end >= 8 { return word(bytes, at: end &- 8) &>> UInt64(64 &- 8 &* (end &- start)) }
    var rest: UInt64 = 0
    for offset in start..<end { rest |= UInt64(bytes[offset]) &<< UInt64(8 &* (offset &- start)) }
    return rest
  }

  /// Sets the high bit of each byte that equals `byte`; above the lowest flag there may be false ones.
  @inlinable
  @inline(__always)
  package static func flags(_ word: UInt64, equal byte: UInt8) -> UInt64 {
    let difference = word ^ (ones &* UInt64(byte))
    return (difference &- ones) & ~difference & highs
  }

  /// Offset of the first `byte` in `bytes[range]`, or the range's end.
  package static func first(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var offset = range.lowerBound
    // From here on the C library is faster, which knows the machine's wide registers.
    if range.count >= 64 {
      precondition(offset >= 0 && range.upperBound <= bytes.count)
      return unsafe bytes.withUnsafeBytes { memory in
        let start = unsafe memory.baseAddress! + offset
        guard let found = unsafe memchr(start, Int32(byte), range.count) else { return range.upperBound }
        return unsafe offset &+ (UnsafeRawPointer(found) - start)
      }
    }
    while offset &+ 8 <= range.upperBound {
      let found = flags(word(bytes, at: offset), equal: byte)
      if found != 0 { return offset &+ found.trailingZeroBitCount / 8 }
      offset &+= 8
    }
    while offset < range.upperBound, bytes[offset] != byte { offset &+= 1 }
    return offset
  }

  /// Sets the high bit of each quote, backslash and control character; above the lowest flag there may be false ones.
  @inlinable
  @inline(__always)
  package static func flagsOfEscapes(_ word: UInt64) -> UInt64 {
    flags(word, equal: UInt8(ascii: "\"")) | flags(word, equal: UInt8(ascii: "\\")) | ((word &- ones &* 0x20) & ~word & highs)
  }

  /// Two words from `offset`. Requires `offset >= 0 && offset + 16 <= bytes.count`.
  @inlinable
  @inline(__always)
  static func words(_ bytes: Span<UInt8>, at offset: Int) -> SIMD2<UInt64> {
    unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
  }

  /// The same for two words at a time.
  @inlinable
  @inline(__always)
  static func flagsOfEscapes(_ words: SIMD2<UInt64>) -> SIMD2<UInt64> {
    let (ones, highs) = (SIMD2(repeating: Self.ones), SIMD2(repeating: Self.highs))
    let quotes = words ^ SIMD2(repeating: Self.ones &* UInt64(UInt8(ascii: "\"")))
    let backslashes = words ^ SIMD2(repeating: Self.ones &* UInt64(UInt8(ascii: "\\")))
    let controls = (words &- SIMD2(repeating: Self.ones &* 0x20)) & ~words
    return ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | controls) & highs
  }

  /// Offset of the first quote, backslash or control character in `bytes[start..<end]`, or `end`.
  /// - Parameter nonASCII: gets set when a byte before that offset is not ASCII; never cleared.
  @inlinable
  @inline(__always)
  package static func endOfPlainText(_ bytes: Span<UInt8>, from start: Int, to end: Int, nonASCII: inout Bool) -> Int {
    var offset = start
    var pairs = SIMD2<UInt64>()
    while offset &+ 16 <= end {
      let words = words(bytes, at: offset)
      let found = flagsOfEscapes(words)
      if found[0] | found[1] != 0 { break }
      pairs |= words
      offset &+= 16
    }
    var seen = pairs[0] | pairs[1]
    while offset &+ 8 <= end {
      let word = word(bytes, at: offset)
      let found = flagsOfEscapes(word)
      if found != 0 {
        let bits = found.trailingZeroBitCount & ~7
        seen |= word & ((1 &<< UInt64(truncatingIfNeeded: bits)) &- 1)
        if seen & highs != 0 { nonASCII = true }
        return offset &+ bits / 8
      }
      seen |= word
      offset &+= 8
    }
    if offset < end {
      // What is behind the end must not be taken for control characters.
      let word = rest(bytes, from: offset, to: end) | (ones &* 0x20) &<< UInt64(8 &* (end &- offset))
      let found = flagsOfEscapes(word)
      let bits = found == 0 ? 8 &* (end &- offset) : found.trailingZeroBitCount & ~7
      seen |= word & ((1 &<< UInt64(truncatingIfNeeded: bits)) &- 1)
      offset &+= bits / 8
    }
    if seen & highs != 0 { nonASCII = true }
    return offset
  }

  /// Whether sixteen bytes from `offset` are plain in the sense of `endOfPlainText`. Requires `offset >= 0 && offset + 16 <= bytes.count`.
  @inlinable
  @inline(__always)
  package static func isPlain(_ bytes: Span<UInt8>, at offset: Int) -> Bool {
    let found = flagsOfEscapes(words(bytes, at: offset))
    return found[0] | found[1] == 0
  }

  /// Steps over blocks of 64 bytes that are plain in the sense of `endOfPlainText`, by wide registers (`epi_plain_text`): for long texts.
  /// - Returns: where the last of them ends.
  package static func skipPlainBlocks(_ bytes: Span<UInt8>, from start: Int, to end: Int, nonASCII: inout Bool) -> Int {
    var seen: UInt8 = 0
    let count = unsafe bytes.extracting(start..<end).withUnsafeBufferPointer { unsafe epi_plain_text($0.baseAddress, $0.count, &seen) }
    if seen & 0x80 != 0 { nonASCII = true }
    return start &+ count
  }

  /// Whether the up to sixteen bytes of a range, behind whose start sixteen are there, are all ASCII; false for longer ranges too.
  @inlinable
  @inline(__always)
  package static func isShortASCII(_ bytes: Span<UInt8>, at start: Int, count: Int) -> Bool {
    guard count <= 16, start &+ 16 <= bytes.count else { return false }
    // Of a count of 8 and more all of the first word counts, of fewer none of the second.
    let low = word(bytes, at: start) & (count >= 8 ? UInt64.max : (1 &<< UInt64(8 &* count)) &- 1)
    let high = word(bytes, at: start &+ 8) & (count <= 8 ? 0 : UInt64.max &>> UInt64(8 &* (16 &- count)))
    return (low | high) & highs == 0
  }

  /// Offset of the first byte of `bytes[range]` that is not ASCII, or the range's end.
  @inlinable
  package static func endOfASCII(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int {
    var offset = range.lowerBound
    while offset &+ 32 <= range.upperBound {
      let early = word(bytes, at: offset) | word(bytes, at: offset &+ 8)
      let late = word(bytes, at: offset &+ 16) | word(bytes, at: offset &+ 24)
      if (early | late) & highs != 0 { break }
      offset &+= 32
    }
    while offset &+ 8 <= range.upperBound {
      let found = word(bytes, at: offset) & highs
      if found != 0 { return offset &+ found.trailingZeroBitCount / 8 }
      offset &+= 8
    }
    let found = rest(bytes, from: offset, to: range.upperBound) & highs
    return found == 0 ? range.upperBound : offset &+ found.trailingZeroBitCount / 8
  }

  /// Whether `a[start...]` begins with all of `b`. Requires `start >= 0 && start + b.count <= a.count`.
  @inlinable
  package static func equal(_ a: Span<UInt8>, at start: Int, _ b: Span<UInt8>) -> Bool {
    guard b.count >= 8 else { return rest(a, from: start, to: start &+ b.count) == rest(b, from: 0, to: b.count) }
    // The last word may overlap the one before.
    let last = b.count &- 8
    var offset = 0
    while offset < last {
      if word(a, at: start &+ offset) != word(b, at: offset) { return false }
      offset &+= 8
    }
    return word(a, at: start &+ last) == word(b, at: last)
  }
}
