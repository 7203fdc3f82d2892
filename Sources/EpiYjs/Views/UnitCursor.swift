internal import EpiBytes
internal import EpiJSON

/// The UTF-16 units of a string one after the other, for lists, which show each by itself. Half of a pair is U+FFFD.
///
/// Finding each unit from the start of its string would be quadratic.
struct UnitCursor {
  private var offset: Int
  private let end: Int
  /// Units still to come that are halves of the character passed last, or of the one before the string.
  private var halves: Int

  init(_ text: TextSlice) {
    offset = Int(text.range.start)
    end = text.range.end
    halves = text.edges.lead == .whole ? 0 : 1
  }

  /// Appends the next unit, for the inside of a JSON string. Behind the last whole character there is at most half of one.
  mutating func appendNext(_ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    if halves > 0 || offset >= end {
      halves = max(halves - 1, 0)
      return writer.append("\u{fffd}")
    }
    let length = UTF8Text.sequenceLength(lead: bytes[offset])
    if length == 4 {
      halves = 1
      writer.append("\u{fffd}")
    } else {
      JSONWriter.appendEscaped(bytes, in: offset..<min(offset + length, end), to: &writer)
    }
    offset += length
  }
}
