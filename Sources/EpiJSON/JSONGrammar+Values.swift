internal import EpiBytes

extension JSONGrammar {
  /// A text of so many bytes may have strings that are long enough for wide registers: embeddings in base64 are. What lies 48 bytes behind
  /// the quote tells most others.
  private static var longText: Int { 1024 }

  /// A string from its opening quote on.
  @inline(__always)
  func scanString(at start: Int, isName: Bool) throws(JSONError) -> Scanned {
    var nonASCII = false
    var offset = start + 1
    if end &- start >= Self.longText, ByteScan.isPlain(bytes, at: offset &+ 48) { offset = ByteScan.skipPlainBlocks(bytes, from: offset, to: end, nonASCII: &nonASCII) }
    let stop = ByteScan.endOfPlainText(bytes, from: offset, to: end, nonASCII: &nonASCII)
    guard stop < end, bytes[stop] == UInt8(ascii: "\""), !nonASCII else {
      return try scanOddString(at: start, from: stop, nonASCII: nonASCII, isName: isName)
    }
    let range = ByteRange(start: start + 1, count: stop - start - 1)
    return Scanned(value: ScannedValue(kind: .string, range: range), next: stop + 1)
  }

  /// The rest of a string that has escapes or characters beyond ASCII, or is not well formed.
  @inline(never)
  private func scanOddString(at start: Int, from stop: Int, nonASCII: Bool, isName: Bool) throws(JSONError) -> Scanned {
    var nonASCII = nonASCII
    var hasEscapes = false
    var hasUnicodeEscapes = false
    var offset = stop
    while true {
      guard offset < end else { throw JSONError(.endOfText, at: offset) }
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\") else { throw unexpected(.controlCharacter, at: offset) }
      guard offset + 1 < end else { throw JSONError(.endOfText, at: offset + 1) }
      hasEscapes = true
      if bytes[offset + 1] == UInt8(ascii: "u") {
        hasUnicodeEscapes = true
      } else if EscapedText.character(of: bytes[offset + 1]) == nil {
        throw JSONError(.invalidEscape, at: offset)
      }
      offset = ByteScan.endOfPlainText(bytes, from: offset + 2, to: end, nonASCII: &nonASCII)
    }
    if nonASCII, !UTF8Text.isValid(bytes, in: start + 1..<offset) {
      throw JSONError(.invalidUTF8, at: UTF8Text.firstInvalid(bytes, in: start + 1..<offset) ?? start)
    }
    if hasUnicodeEscapes {
      try JSONValue.check(bytes, in: start..<offset + 1)
      if isName, try JSONValue(parsing: bytes, in: start..<offset + 1).hasZero { throw JSONError(.zeroInName, at: start) }
    }
    let range = ByteRange(start: start + 1, count: offset - start - 1)
    return Scanned(value: ScannedValue(kind: hasEscapes ? .escapedString : .string, range: range), next: offset + 1)
  }

  /// Digits that no number can overflow with, fraction included, when it has no exponent.
  private static var safeDigits: Int { 300 }

  @inline(__always)
  private func skipDigits(_ start: Int) throws(JSONError) -> Int {
    var offset = start
    while offset < end, bytes[offset] &- 0x30 < 10 { offset &+= 1 }
    guard offset > start else { throw unexpected(.expectedDigit, at: offset) }
    return offset
  }

  /// A number: integers and decimals are taken here, an exponent or very many digits are left to jansson.
  @inline(__always)
  func scanNumber(at start: Int) throws(JSONError) -> Scanned {
    let first = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
    var offset = try skipDigits(first)
    if bytes[first] == UInt8(ascii: "0"), offset > first + 1 { throw JSONError(.leadingZero, at: first) }
    var kind = ScannedValue.Kind.integer
    if offset < end, bytes[offset] == UInt8(ascii: ".") {
      kind = .real
      offset = try skipDigits(offset + 1)
    }
    if offset - start > Self.safeDigits || (offset < end && bytes[offset] | 0x20 == UInt8(ascii: "e")) {
      return try scanOddNumber(at: start, from: offset, kind: kind)
    }
    return Scanned(value: ScannedValue(kind: kind, range: ByteRange(start: start, count: offset - start)), next: offset)
  }

  @inline(never)
  private func scanOddNumber(at start: Int, from exponent: Int, kind: ScannedValue.Kind) throws(JSONError) -> Scanned {
    var kind = kind
    var offset = exponent
    if offset < end, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      kind = .real
      offset += 1
      if offset < end, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      offset = try skipDigits(offset)
    }
    do {
      try JSONValue.check(bytes, in: start..<offset)
    } catch {
      throw JSONError(error.code, at: start)
    }
    return Scanned(value: ScannedValue(kind: kind, range: ByteRange(start: start, count: offset - start)), next: offset)
  }
}
