/// The form that dates have in a workspace: a moment as ISO 8601 writes it, `|`, and the name of a time zone.
///
///     2024-01-01T20:00:00.000Z|America/New_York
///
/// The application checks the form and not the calendar, and so does this: the time and its parts from the back on may lack, the
/// fraction has one to three digits, what follows the moment is `Z`, an offset or nothing, and a zone is a letter and then letters,
/// digits and `_ / + -`.
enum DateForm {
  static func isValid(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    var text = Text(bytes: bytes, position: range.lowerBound, end: range.upperBound)
    guard text.takeDigits(4), text.take("-"), text.takeDigits(2), text.take("-"), text.takeDigits(2) else { return false }
    if text.take("T") {
      guard text.takeDigits(2), text.take(":"), text.takeDigits(2) else { return false }
      if text.take(":") {
        guard text.takeDigits(2) else { return false }
        if text.take(".") {
          guard text.takeDigits(1) else { return false }
          _ = text.takeDigits(1) && text.takeDigits(1)
        }
      }
      if !text.take("Z"), text.take("+") || text.take("-") {
        guard text.takeDigits(2), text.take(":"), text.takeDigits(2) else { return false }
      }
    }
    return text.take("|") && text.takeZone()
  }

  private struct Text: ~Escapable {
    let bytes: Span<UInt8>
    var position: Int
    let end: Int

    @_lifetime(copy bytes)
    init(bytes: Span<UInt8>, position: Int, end: Int) {
      self.bytes = bytes
      self.position = position
      self.end = end
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func takeDigits(_ count: Int) -> Bool {
      guard end - position >= count else { return false }
      for offset in position..<position + count where bytes[offset] &- 0x30 > 9 { return false }
      position += count
      return true
    }

    /// The rest, if it is the name of a zone.
    mutating func takeZone() -> Bool {
      guard position < end, Self.isLetter(bytes[position]) else { return false }
      for offset in position..<end {
        let byte = bytes[offset]
        guard Self.isLetter(byte) || byte &- 0x30 <= 9 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
        else { return false }
      }
      return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
  }
}
