internal import EpiBytes

/// The form that dates have in a workspace: a moment as ISO 8601 writes it, `|`, and the name of a time zone.
///
///     2024-01-01T20:00:00.000Z|America/New_York
///
/// The application checks the form and not the calendar, and so does this: the time and its parts from the back on may lack, the
/// fraction has one to three digits, what follows the moment is `Z`, an offset or nothing, and a zone is a letter and then letters,
/// digits and `_ / + -`.
enum DateForm {
  static func isValid(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    let zone = range.lowerBound + 25
    guard zone < range.upperBound, isUsual(bytes, at: range.lowerBound) else { return isAny(bytes, in: range) }
    var text = Text(bytes: bytes, position: zone, end: range.upperBound)
    return text.takeZone()
  }

  /// Whether `0000-00-00T00:00:00.000Z|` begins at `start`, with any digits: what Date.toISOString() writes, 25 bytes, eight at a time.
  @inline(__always)
  private static func isUsual(_ bytes: Span<UInt8>, at start: Int) -> Bool {
    let date = differences(ByteScan.word(bytes, at: start), from: 0x2d30_302d_3030_3030, slack: 0x7f76_767f_7676_7676)
    let hour = differences(ByteScan.word(bytes, at: start + 8), from: 0x3030_3a30_3054_3030, slack: 0x7676_7f76_767f_7676)
    let rest = differences(ByteScan.word(bytes, at: start + 16), from: 0x5a30_3030_2e30_303a, slack: 0x7f76_7676_7f76_767f)
    return date | hour | rest == 0 && bytes[start + 24] == UInt8(ascii: "|")
  }

  /// Sets the high bit of bytes that differ from those of `form` by more than is left to 127 from those of `slack`: 9 where a digit
  /// stands, 0 elsewhere. Above the lowest there may be false ones.
  @inline(__always)
  private static func differences(_ word: UInt64, from form: UInt64, slack: UInt64) -> UInt64 {
    let difference = word ^ form
    return (difference | (difference &+ slack)) & ByteScan.highs
  }

  private static func isAny(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
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
        // One bit for each of the letters, digits and _ / + -.
        let byte = UInt64(bytes[offset])
        let set: UInt64 = byte < 64 ? 0x03ff_a800_0000_0000 : byte < 128 ? 0x07ff_fffe_87ff_fffe : 0
        guard set &>> (byte & 63) & 1 == 1 else { return false }
      }
      return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
  }
}
