/// UTF-8 as Yjs measures it: lengths and clocks count UTF-16 code units.
@usableFromInline
package enum UTF8Text {
  /// Whether `bytes[range]` is well-formed UTF-8 (no overlong forms, no encoded surrogates).
  /// - Complexity: O(`range.count`), the same for every script.
  @usableFromInline
  package static func isValid(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    var offset = ByteScan.endOfASCII(bytes, in: range)
    if offset == range.upperBound { return true }
    var state = UTF8Automaton.start
    while offset < range.upperBound {
      state = UTF8Automaton.step(state, bytes[offset])
      offset &+= 1
    }
    return UTF8Automaton.isAccepting(state)
  }

  /// Offset of the first byte of `bytes[range]` that is not part of well-formed UTF-8; nil when there is none.
  package static func firstInvalid(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int? {
    do {
      _ = try UTF8Span(validating: bytes.extracting(range))
      return nil
    } catch {
      return range.lowerBound + error.byteOffsets.lowerBound
    }
  }

  /// `bytes[range]` as a string; nil when it is not well-formed UTF-8.
  package static func string(_ bytes: Span<UInt8>, in range: Range<Int>) -> String? {
    guard let text = try? UTF8Span(validating: bytes.extracting(range)) else { return nil }
    return String(copying: text)
  }

  /// UTF-16 code units of the well-formed UTF-8 in `bytes[range]`: one a character, two beyond U+FFFF.
  package static func utf16Count(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int {
    // ASCII, which most text begins with or is: a unit a byte.
    let start = ByteScan.endOfASCII(bytes, in: range)
    var units = start - range.lowerBound
    for offset in start..<range.upperBound {
      let byte = bytes[offset]
      // Continuation bytes add nothing; a lead of four bytes stands for a surrogate pair.
      units += (byte & 0xc0 != 0x80 ? 1 : 0) + (byte >= 0xf0 ? 1 : 0)
    }
    return units
  }

  /// Where UTF-16 unit `units` of `bytes[range]` begins.
  package struct Cut {
    /// Offset of the character that holds the unit.
    package var offset: Int
    /// The unit is the second half of the four-byte character at `offset`.
    package var insidePair: Bool
  }

  /// Finds the place `units` UTF-16 units into `bytes[range]`, or nil when the text is shorter.
  /// - Complexity: O(bytes before the cut)
  package static func cut(_ bytes: Span<UInt8>, in range: Range<Int>, atUnit units: Int) -> Cut? {
    var offset = range.lowerBound
    var left = units
    while left > 0 {
      guard offset < range.upperBound else { return nil }
      let lead = bytes[offset]
      if lead >= 0xf0 {
        if left == 1 { return Cut(offset: offset, insidePair: true) }
        left -= 1
      }
      left -= 1
      offset += sequenceLength(lead: lead)
    }
    return Cut(offset: min(offset, range.upperBound), insidePair: false)
  }

  /// As above for text of `total` units, from whichever end is nearer.
  ///
  /// Whatever the order, cutting a text into pieces so costs O(n log n) in all: each cut pays for the smaller piece.
  /// - Complexity: O(bytes between the cut and the nearer end)
  package static func cut(_ bytes: Span<UInt8>, in range: Range<Int>, atUnit units: Int, of total: Int) -> Cut? {
    guard units > total / 2, units <= total else { return cut(bytes, in: range, atUnit: units) }
    var offset = range.upperBound
    var left = total - units
    while left > 0 {
      repeat {
        guard offset > range.lowerBound else { return nil }
        offset -= 1
      } while bytes[offset] & 0xc0 == 0x80
      if bytes[offset] >= 0xf0 {
        if left == 1 { return Cut(offset: offset, insidePair: true) }
        left -= 1
      }
      left -= 1
    }
    return Cut(offset: offset, insidePair: false)
  }

  /// Bytes of the sequence that begins with `lead`.
  @inlinable
  package static func sequenceLength(lead: UInt8) -> Int {
    lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  }
}
