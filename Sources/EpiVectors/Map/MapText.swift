internal import EpiBytes
internal import EpiJSON

/// Texts of a map.
enum MapText {
  /// A JSON value as a person reads it: a string without quotes and escapes, else the JSON text.
  static func plain(_ json: [UInt8]) -> String {
    guard json.count >= 2, json.first == UInt8(ascii: "\""), json.last == UInt8(ascii: "\"") else { return String(decoding: json, as: UTF8.self) }
    var text = ByteWriter(capacity: json.count)
    EscapedText.append(json.span, in: 1..<(json.count - 1), to: &text)
    return String(decoding: text.span.copied(), as: UTF8.self)
  }

  /// A text for XML 1.0: marks escaped, and what XML cannot have replaced.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}
