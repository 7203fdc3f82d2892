/// Bytes as pairs of hexadecimal digits.
package enum Hexadecimal {
  /// Appends the bytes that `bytes[range]` spells, in digits of either case.
  /// - Returns: false when the text is not hexadecimal; what was appended by then must be discarded.
  package static func decode(_ bytes: Span<UInt8>, in range: Range<Int>, into writer: inout ByteWriter) -> Bool {
    guard range.count % 2 == 0 else { return false }
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      guard let high = value(of: bytes[offset]), let low = value(of: bytes[offset + 1]) else { return false }
      writer.append(high << 4 | low)
    }
    return true
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit & 15
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): digit & 15 + 9
    default: nil
    }
  }
}
