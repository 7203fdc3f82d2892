/// One bit a number: f1bit, 1 for what is greater than 0. Number i is bit i mod 8, the lowest first, of byte i / 8; a bit reads as 1
/// or -1.
package enum SignBits {
  /// Bytes that the bits of a vector take.
  package static func byteCount(dimensions: Int) -> Int { dimensions / 8 + (dimensions % 8 == 0 ? 0 : 1) }

  @inline(__always)
  package static func decode(_ bytes: Span<UInt8>, at index: Int) -> Float { bytes[index / 8] >> UInt8(index % 8) & 1 == 1 ? 1 : -1 }

  /// How many bits of two vectors of equal length differ, those of the last byte that belong to no number among them.
  /// - Complexity: O(`a.count`)
  package static func differences(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int { DistanceKernel.differingBits(a, b) }
}
