/// The same memory as floats and as bytes, least significant byte first as the processors that epi runs on have them.
enum FloatBytes {
  /// The bytes of `floats`.
  @_lifetime(copy floats)
  static func bytes(of floats: Span<Float>) -> Span<UInt8> { unsafe Span<UInt8>(_bytes: floats.bytes) }

  /// Four floats from `index` on, which need no alignment.
  /// - Precondition: they lie inside the span.
  @inline(__always)
  static func four(_ floats: Span<Float>, at index: Int) -> SIMD4<Float> {
    unsafe floats.bytes.unsafeLoadUnaligned(fromByteOffset: index * 4, as: SIMD4<Float>.self)
  }

  /// `bytes` as floats where they lie.
  /// - Precondition: the bytes begin at a multiple of 4 in memory, and are as many.
  @_lifetime(copy bytes)
  static func floats(in bytes: Span<UInt8>) -> Span<Float> { unsafe Span<Float>(_bytes: bytes.bytes) }
}
