internal import EpiBytes

/// Names and values as SQL text.
package enum SQLText {
  /// A name between double quotes, so that any name can be one: keywords, spaces, the empty name.
  /// - Precondition: `name` holds no NUL, where SQLite would end the statement.
  package static func name(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// A text value between single quotes; as a cast of its bytes when it holds a NUL, which no literal can.
  package static func literal(text bytes: Span<UInt8>) -> String {
    var quoted = ByteWriter(capacity: bytes.count + 2)
    quoted.append(UInt8(ascii: "'"))
    for offset in bytes.indices {
      let byte = bytes[offset]
      if byte == 0 { return "(CAST(\(literal(blob: bytes)) AS TEXT))" }
      if byte == UInt8(ascii: "'") { quoted.append(byte) }
      quoted.append(byte)
    }
    quoted.append(UInt8(ascii: "'"))
    return UTF8Text.string(quoted.span, in: 0..<quoted.count) ?? "''"
  }

  static func literal(blob bytes: Span<UInt8>) -> String {
    var text = "X'"
    for offset in bytes.indices {
      text += bytes[offset] < 16 ? "0" : ""
      text += String(bytes[offset], radix: 16)
    }
    return text + "'"
  }
}
