internal import EpiBytes
internal import EpiJSON

/// Puts strings side by side and escapes them for the inside of a JSON string.
///
/// Halves of surrogate pairs that meet become a character; alone they are U+FFFD.
struct TextJoiner {
  /// The first half that waits for its second.
  private var high: UInt32?

  mutating func append(_ slice: TextSlice, _ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    var lead = slice.edges.lead
    if lead == .half, let first = high {
      let low = Self.surrogates(bytes, at: Int(slice.range.start) - 4).low
      appendScalar(0x10000 + (first - 0xd800) << 10 + (low - 0xdc00), to: &writer)
      high = nil
      lead = .whole
    }
    guard slice.range.count > 0 || lead != .whole || slice.edges.trail != .whole else { return }
    finish(to: &writer)
    if lead != .whole { writer.append("\u{fffd}") }
    JSONWriter.appendEscaped(bytes, in: slice.range.bounds, to: &writer)
    switch slice.edges.trail {
    case .whole: break
    case .replaced: writer.append("\u{fffd}")
    case .half: high = Self.surrogates(bytes, at: slice.range.end).high
    }
  }

  /// A half that found no second half is U+FFFD.
  mutating func finish(to writer: inout ByteWriter) {
    if high != nil { writer.append("\u{fffd}") }
    high = nil
  }

  /// The two halves of the four-byte character at `offset`.
  private static func surrogates(_ bytes: Span<UInt8>, at offset: Int) -> (high: UInt32, low: UInt32) {
    var scalar = UInt32(bytes[offset] & 7)
    for index in 1...3 { scalar = scalar << 6 | UInt32(bytes[offset + index] & 0x3f) }
    scalar -= 0x10000
    return (0xd800 + scalar >> 10, 0xdc00 + scalar & 0x3ff)
  }

  private func appendScalar(_ value: UInt32, to writer: inout ByteWriter) {
    writer.append(UInt8(0xf0 | value >> 18))
    for shift in [UInt32(12), 6, 0] { writer.append(UInt8(0x80 | value >> shift & 0x3f)) }
  }
}

extension Block {
  /// The text of a string content.
  var text: TextSlice { TextSlice(range: content, edges: edges) }
}
