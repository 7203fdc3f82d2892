internal import CEpiKernels

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4).
package enum Checksum {
  /// The checksum of `bytes`, or of more bytes after those that gave `seed`.
  package static func crc32c(_ bytes: Span<UInt8>, continuing seed: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe epi_crc32c(seed, $0.baseAddress, $0.count) }
  }
}
