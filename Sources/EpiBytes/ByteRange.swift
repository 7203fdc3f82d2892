/// A run of bytes in an input, by offset: what is kept instead of a copy. 8 bytes.
@usableFromInline
package struct ByteRange: Equatable, Sendable {
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
