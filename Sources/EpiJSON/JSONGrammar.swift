internal import EpiBytes

/// The values of RFC 8259, each read from a place in a text: the way on is told, nothing is kept.
@usableFromInline
package struct JSONGrammar: ~Escapable {
  @usableFromInline let bytes: Span<UInt8>
  /// Where the text ends.
  @usableFromInline let end: Int

  /// - Precondition: `end` lies within `bytes`, and within their first 4 GiB.
  @_lifetime(copy bytes)
  package init(bytes: Span<UInt8>, end: Int) {
    precondition(end >= 0 && end <= bytes.count && end <= Int(UInt32.max))
    self.bytes = bytes
    self.end = end
  }

  /// What was read, and the offset after it.
  package struct Scanned {
    package var value: ScannedValue
    package var next: Int
  }

  /// The string, number or literal that begins at `start`.
  package func scalar(at start: Int) throws(JSONError) -> Scanned {
    guard start < end else { throw JSONError(.endOfText, at: start) }
    return bytes[start] == UInt8(ascii: "\"") ? try scanString(at: start, isName: false) : try scanNumberOrLiteral(at: start)
  }

  func unexpected(_ code: JSONError.Code, at offset: Int) -> JSONError {
    JSONError(code, at: offset, found: offset < end ? bytes[offset] : nil)
  }

  @inline(__always)
  func skipSpace(_ start: Int) -> Int {
    if start < end, bytes[start] > 0x20 { return start }
    return skipLongSpace(start)
  }

  @inline(never)
  private func skipLongSpace(_ start: Int) -> Int {
    var offset = start
    while offset < end, bytes[offset] == 0x20 || bytes[offset] == 0x09 || bytes[offset] == 0x0a || bytes[offset] == 0x0d { offset += 1 }
    return offset
  }

  /// A name and its colon; `next` is where the value begins.
  @inline(__always)
  func scanName(at start: Int) throws(JSONError) -> Scanned {
    guard start < end, bytes[start] == UInt8(ascii: "\"") else { throw unexpected(.expectedName, at: start) }
    let name = try scanString(at: start, isName: true)
    let colon = skipSpace(name.next)
    guard colon < end, bytes[colon] == UInt8(ascii: ":") else { throw unexpected(.expectedColon, at: colon) }
    return Scanned(value: name.value, next: skipSpace(colon + 1))
  }

  @inline(__always)
  func scanValue(at start: Int, depth: Int) throws(JSONError) -> Scanned {
    guard start < end else { throw JSONError(.endOfText, at: start) }
    switch bytes[start] {
    case UInt8(ascii: "\""): return try scanString(at: start, isName: false)
    case UInt8(ascii: "{"): return try scanContainer(at: start, kind: .object, depth: depth)
    case UInt8(ascii: "["): return try scanContainer(at: start, kind: .array, depth: depth)
    default: return try scanNumberOrLiteral(at: start)
    }
  }

  @inline(__always)
  func scanNumberOrLiteral(at start: Int) throws(JSONError) -> Scanned {
    switch bytes[start] {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber(at: start)
    case UInt8(ascii: "n"): try scanLiteral(.null, "u", "l", "l", at: start)
    case UInt8(ascii: "t"): try scanLiteral(.true, "r", "u", "e", at: start)
    case UInt8(ascii: "f"): try scanLiteral(.false, "a", "l", "s", "e", at: start)
    default: throw unexpected(.expectedValue, at: start)
    }
  }

  /// A literal of which the first letter has been seen.
  private func scanLiteral(
    _ kind: ScannedValue.Kind, _ second: Unicode.Scalar, _ third: Unicode.Scalar, _ fourth: Unicode.Scalar,
    _ fifth: Unicode.Scalar? = nil, at start: Int
  ) throws(JSONError) -> Scanned {
    let count = fifth == nil ? 4 : 5
    guard
      end - start >= count, bytes[start + 1] == UInt8(ascii: second), bytes[start + 2] == UInt8(ascii: third),
      bytes[start + 3] == UInt8(ascii: fourth), fifth.map({ bytes[start + 4] == UInt8(ascii: $0) }) ?? true
    else { throw unexpected(.expectedValue, at: start) }
    return Scanned(value: ScannedValue(kind: kind, range: ByteRange(start: start, count: count)), next: start + count)
  }
}
