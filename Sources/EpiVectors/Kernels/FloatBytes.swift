package import EpiBytes

/// Floats and their bytes, little-endian as the processors that epi runs on have them.
extension ByteWriter {
  /// Appends the four bytes of each number.
  package mutating func append(littleEndian floats: Span<Float>) {
    append(unsafe Span<UInt8>(_bytes: floats.bytes))
  }
}

extension ContentHash {
  /// Takes in the four bytes of each number.
  package mutating func update(littleEndian floats: Span<Float>) {
    update(unsafe Span<UInt8>(_bytes: floats.bytes))
  }
}
