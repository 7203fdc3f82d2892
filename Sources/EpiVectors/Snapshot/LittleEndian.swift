internal import EpiBytes

/// Integers read from anywhere in a file, least significant byte first.
extension Span where Element == UInt8 {
  /// - Precondition: the bytes lie inside the span.
  @inline(__always)
  func littleEndian16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

  @inline(__always)
  func littleEndian32(at offset: Int) -> UInt32 { ByteScan.halfWord(self, at: offset) }

  @inline(__always)
  func littleEndian64(at offset: Int) -> UInt64 { ByteScan.word(self, at: offset) }
}
