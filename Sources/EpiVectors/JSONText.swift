internal import EpiBytes

/// JSON texts that are made here rather than copied.
extension ByteWriter {
  /// Appends a string in quotes; quotes, backslashes and control characters are escaped, all else stays UTF-8.
  /// - Parameter text: well-formed UTF-8.
  mutating func append(jsonString text: Span<UInt8>) {
    append(UInt8(ascii: "\""))
    var start = 0
    for index in 0..<text.count {
      let byte = text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      append(text, in: start..<index)
      start = index + 1
      append(UInt8(ascii: "\\"))
      switch byte {
      case 0x0a: append(UInt8(ascii: "n"))
      case 0x0d: append(UInt8(ascii: "r"))
      case 0x09: append(UInt8(ascii: "t"))
      case 0x00..<0x20:
        append(byte < 0x10 ? "u000" : "u001")
        append(byte & 15 < 10 ? UInt8(ascii: "0") + (byte & 15) : UInt8(ascii: "a") + (byte & 15) - 10)
      default: append(byte)
      }
    }
    append(text, in: start..<text.count)
    append(UInt8(ascii: "\""))
  }

  package mutating func append(jsonString text: String) {
    append(jsonString: Array(text.utf8).span)
  }

  /// Appends the shortest decimal that reads as `value` again; a whole number has no fraction.
  /// - Precondition: the value is finite.
  mutating func append(shortest value: Float) {
    precondition(value.isFinite)
    let text = value.description
    append(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }
}
