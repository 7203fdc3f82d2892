package import EpiBytes

/// JSON text the way JavaScript's JSON.stringify writes it.
package enum JSONWriter {
  /// Appends `bytes[range]`, well-formed UTF-8, as a quoted string.
  package static func appendString(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    writer.append(UInt8(ascii: "\""))
    appendEscaped(bytes, in: range, to: &writer)
    writer.append(UInt8(ascii: "\""))
  }

  package static func appendString(_ text: String, to writer: inout ByteWriter) {
    let bytes = Array(text.utf8)
    appendString(bytes.span, in: 0..<bytes.count, to: &writer)
  }

  /// Appends the inside of a string: quotes, backslashes and control characters escaped, all else as it is.
  /// - Complexity: O(`range.count`); runs without escapes are copied whole.
  package static func appendEscaped(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    var start = range.lowerBound
    while true {
      let end = writer.appendPlainText(bytes, from: start, to: range.upperBound)
      if end == range.upperBound { return }
      appendEscape(of: bytes[end], to: &writer)
      start = end + 1
    }
  }

  private static func appendEscape(of byte: UInt8, to writer: inout ByteWriter) {
    switch byte {
    case 0x22: writer.append("\\\"")
    case 0x5c: writer.append("\\\\")
    case 0x08: writer.append("\\b")
    case 0x09: writer.append("\\t")
    case 0x0a: writer.append("\\n")
    case 0x0c: writer.append("\\f")
    case 0x0d: writer.append("\\r")
    default:
      writer.append("\\u00")
      for digit in [byte >> 4, byte & 15] { writer.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
  }
}

extension JSONWriter {
  /// Appends bytes in the shape sqlite-utils reads too: `{"$base64":true,"encoded":"…"}`.
  package static func appendBytes(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    writer.append("{\"$base64\":true,\"encoded\":\"")
    Base64.encode(bytes, in: range, into: &writer)
    writer.append("\"}")
  }
}
