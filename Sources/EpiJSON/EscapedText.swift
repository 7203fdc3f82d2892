package import EpiBytes

/// The text that a JSON string with escapes stands for.
package enum EscapedText {
  /// Appends the text of the string between the quotes around `bytes[range]`, which has been checked to be one.
  ///
  /// Two-character escapes are resolved here; from the first `\u` on jansson does it.
  /// - Complexity: O(`range.count`)
  package static func append(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    let start = writer.count
    var offset = range.lowerBound
    while offset < range.upperBound {
      let escape = ByteScan.first(UInt8(ascii: "\\"), in: bytes, offset..<range.upperBound)
      writer.append(bytes, in: offset..<escape)
      guard escape + 1 < range.upperBound else { return }
      guard let character = Self.character(of: bytes[escape + 1]) else {
        writer.truncate(to: start)
        let quoted = range.lowerBound - 1..<range.upperBound + 1
        if let value = try? JSONValue(parsing: bytes, in: quoted) { value.appendText(to: &writer) }
        return
      }
      writer.append(character)
      offset = escape + 2
    }
  }

  /// What a backslash and `letter` stand for; nil for `u` and for letters that make no escape.
  @inline(__always)
  static func character(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "n"): 0x0a
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0d
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    default: nil
    }
  }
}
