internal import EpiBytes

/// Names and values as SQL text.
enum SQLText {
  /// A name between double quotes, so that any name can be one: keywords, spaces, the empty name.
  /// - Precondition: `name` holds no NUL, where SQLite would end the statement.
  static func name(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// Appends a text value between single quotes; as a cast of its bytes when it holds a NUL, which no literal can, or a carriage
  /// return, which those who read scripts take for a part of a line's end.
  static func append(text bytes: Span<UInt8>, in range: Range<Int>, to output: inout ByteWriter) {
    guard ByteScan.first(0, in: bytes, range) == range.upperBound, ByteScan.first(UInt8(ascii: "\r"), in: bytes, range) == range.upperBound else {
      output.append("(CAST(")
      append(blob: bytes, in: range, to: &output)
      return output.append(" AS TEXT))")
    }
    output.append("'")
    var start = range.lowerBound
    while true {
      let quote = ByteScan.first(UInt8(ascii: "'"), in: bytes, start..<range.upperBound)
      output.append(bytes, in: start..<quote)
      if quote == range.upperBound { return output.append("'") }
      output.append("''")
      start = quote + 1
    }
  }

  static func append(blob bytes: Span<UInt8>, in range: Range<Int>, to output: inout ByteWriter) {
    output.append("X'")
    for offset in range {
      for digit in [bytes[offset] >> 4, bytes[offset] & 15] { output.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
    output.append("'")
  }

  /// A text value as `append` has it.
  static func literal(text bytes: Span<UInt8>) -> String {
    var output = ByteWriter(capacity: bytes.count + 2)
    append(text: bytes, in: bytes.indices, to: &output)
    return UTF8Text.string(output.span, in: 0..<output.count) ?? "''"
  }

  /// A text value, or NULL.
  static func literal(_ text: String?) -> String {
    guard let text else { return "NULL" }
    let bytes = Array(text.utf8)
    return literal(text: bytes.span)
  }

  static func literal(blob bytes: Span<UInt8>) -> String {
    var output = ByteWriter(capacity: 2 * bytes.count + 3)
    append(blob: bytes, in: bytes.indices, to: &output)
    return UTF8Text.string(output.span, in: 0..<output.count) ?? "X''"
  }
}
