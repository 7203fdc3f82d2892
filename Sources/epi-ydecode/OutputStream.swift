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

  /// Writes whole lines, behind what has gathered.
  mutating func write(_ lines: Span<UInt8>) throws(ToolFailure) {
    if writer.count + lines.count < Self.blockSize { return writer.append(lines) }
    try flush()
    try write(out: lines)
  }

  /// Writes out everything.
  mutating func finish() throws(ToolFailure) { try flush() }

  private mutating func flush() throws(ToolFailure) {
    try write(out: writer.span)
    writer.removeAll()
  }

  private func write(out bytes: Span<UInt8>) throws(ToolFailure) {
    do {
      try descriptor.write(bytes)
    } catch {
      throw ToolFailure(error)
    }
  }
}
