/// A run of bytes in an input, by offset: what is kept instead of a copy. 8 bytes.
@usableFromInline
package struct ByteRange: BitwiseCopyable, Equatable, Sendable {
  @usableFromInline package var start: UInt32
  @usableFromInline package var count: UInt32

  @inlinable
  package init(start: Int, count: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  @inlinable package var end: Int { Int(start) + Int(count) }
  @inlinable package var bounds: Range<Int> { Int(start)..<end }

  package static let empty = ByteRange(start: 0, count: 0)
}

extension Array<UInt8> {
  /// The bytes of `source[range]`, as an array of their own.
  package init(copying source: Span<UInt8>, in range: Range<Int>) {
    let part = source.extracting(range)
    self = [UInt8](capacity: part.count) { output in
      for offset in 0..<part.count { output.append(part[offset]) }
    }
  }
}

extension Span<UInt8> {
  /// Whether two ranges hold the same bytes.
  package func equal(_ a: ByteRange, _ b: ByteRange) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<Int(a.count) where self[Int(a.start) + index] != self[Int(b.start) + index] { return false }
    return true
  }
}

extension Span<UInt8> {
  /// Whether `self[range]` spells `text`.
  package func equal(_ text: String, in range: Range<Int>) -> Bool {
    guard range.count == text.utf8.count else { return false }
    for (offset, byte) in zip(range, text.utf8) where self[offset] != byte { return false }
    return true
  }
}
