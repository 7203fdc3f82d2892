internal import EpiBytes

/// Values and names in messages: they may be as long as the input, and as many.
enum ShortText {
  /// Bytes of a text that are shown.
  private static let limit = 80

  /// `bytes[range]`, cut where it is long.
  static func of(_ bytes: Span<UInt8>, in range: Range<Int>) -> String {
    guard range.count > limit else { return UTF8Text.string(bytes, in: range) ?? "?" }
    var end = range.lowerBound + limit
    while end > range.lowerBound, bytes[end] & 0xc0 == 0x80 { end -= 1 }
    return (UTF8Text.string(bytes, in: range.lowerBound..<end) ?? "?") + "…"
  }

  static func of(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return of(bytes.span, in: bytes.indices)
  }
}
