internal import EpiBytes
internal import EpiCommand
internal import EpiSystem

/// Standard output, written in blocks of whole lines.
struct OutputStream: ~Copyable {
  var writer = ByteWriter(capacity: 1 << 18)
  private let descriptor = Descriptor.standardOutput

  private static let blockSize = 1 << 17

  /// Writes out what has gathered once it fills a block. Call it between lines.
  mutating func drain() throws(ToolFailure) {
    if writer.count >= Self.blockSize { try flush() }
  }

  /// Writes out everything.
  mutating func finish() throws(ToolFailure) { try flush() }

  private mutating func flush() throws(ToolFailure) {
    do {
      try descriptor.write(writer.span)
    } catch {
      throw ToolFailure(error)
    }
    writer.removeAll()
  }
}
