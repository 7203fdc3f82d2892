package import EpiBytes

/// The version of the update format.
package enum UpdateEncoding: String, Sendable, CaseIterable {
  /// Found by the rules of yjs-format section 22.
  case auto
  case v1
  case v2

  /// The version of updates that are all of one: every v2 update begins with a 0, and one that does not settles it; a first update
  /// that begins with a 0 is v2 when it can be read as that to the last byte.
  package static func detect(_ frames: [ByteRange], of bytes: Span<UInt8>, limits: UpdateLimits = UpdateLimits()) -> UpdateEncoding {
    for frame in frames where frame.count > 0 && bytes[Int(frame.start)] != 0 { return .v1 }
    guard let first = frames.first, isExactly(.v2, first, of: bytes, limits: limits) else { return .v1 }
    return .v2
  }

  /// Whether `frame` is an update of a version from its first byte to its last, columns included. One that asks for more than it may
  /// cannot be read to its end and counts as one, so that what is wrong with it is told.
  static func isExactly(_ encoding: UpdateEncoding, _ frame: ByteRange, of bytes: Span<UInt8>, limits: UpdateLimits) -> Bool {
    var store = BlockStore()
    var reader = StructReader(itemLimit: limits.items(forBytes: Int(frame.count)), depth: limits.depth)
    do {
      var decoder = UpdateDecoder(encoding, of: bytes, depth: limits.depth)
      try reader.read(frame, by: &decoder, into: &store, bytes)
      return decoder.isExhausted
    } catch {
      switch error.code {
      case .itemsExceeded, .depthExceeded: return true
      default: return false
      }
    }
  }
}
