/// The same memory as floats and as bytes, least significant byte first as the processors that epi runs on have them.
enum FloatBytes {
  /// The bytes of `floats`.
  @_lifetime(copy floats)
  static func bytes(of floats: Span<Float>) -> Span<UInt8> { unsafe Span<UInt8>(_bytes: floats.bytes) }

  /// `bytes` as floats where they lie.
  /// - Precondition: the bytes begin at a multiple of 4 in memory, and are as many.
  @_lifetime(copy bytes)
  static func floats(in bytes: Span<UInt8>) -> Span<Float> { unsafe Span<Float>(_bytes: bytes.bytes) }
}
