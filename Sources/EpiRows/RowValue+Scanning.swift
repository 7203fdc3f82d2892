internal import EpiBytes
internal import EpiJSON

extension RowValue {
  /// Reads the value at the scanner's place; objects that stand for bytes or floats are seen as such.
  init(_ scanner: inout FieldScanner, _ numbers: inout ScannedNumbers) throws(JSONError) {
    if scanner.nextByte == UInt8(ascii: "{"), let tagged = try RowValue.tagged(&scanner) {
      self = tagged
      return
    }
    self.init(try scanner.value(keeping: &numbers))
  }

  init(_ value: ScannedValue) {
    let kind: Kind =
      switch value.kind {
      case .null: .null
      case .true: .true
      case .false: .false
      case .integer: .integer
      case .real: .real
      case .string: .string(hasEscapes: false)
      case .escapedString: .string(hasEscapes: true)
      case .array: .array
      case .object: .object
      }
    self.init(kind: kind, range: value.range)
  }
}

// MARK: Objects that stand for bytes or floats

extension RowValue {
  private static var floatsOpening: String { "{\"$f32\":\"" }
  private static var bytesOpening: String { "{\"$base64\":true,\"encoded\":\"" }

  /// Reads `{"$base64":true,"encoded":"…"}` or `{"$f32":"…"}`; leaves any other object unread.
  private static func tagged(_ scanner: inout FieldScanner) throws(JSONError) -> RowValue? {
    let place = scanner.place
    try scanner.enterObject()
    var encoded: ScannedValue?
    var floats: ScannedValue?
    var hasMark = false
    var isOther = false
    while !isOther, let name = try scanner.nextName() {
      let bytes = scanner.bytes
      let range = name.range.bounds
      if bytes.holds("$f32", at: range) {
        floats = try scanner.value()
      } else if bytes.holds("encoded", at: range) {
        encoded = try scanner.value()
      } else if bytes.holds("$base64", at: range) {
        hasMark = try scanner.value().kind == .true
      } else {
        isOther = true
      }
    }
    if !isOther {
      if let floats, floats.isString, encoded == nil, !hasMark { return RowValue(kind: .floats, range: floats.range) }
      if let encoded, encoded.isString, floats == nil, hasMark { return RowValue(kind: .bytes, range: encoded.range) }
    }
    scanner.rewind(to: place)
    return nil
  }

  /// Reads bytes or floats that begin at `start` where they stand as most programs write them: nothing escaped, no white space.
  /// - Returns: nil for all else; and where the object ends.
  /// - Complexity: O(bytes of the value)
  @inline(__always)
  static func plainlyTagged(_ bytes: Span<UInt8>, at start: Int, end: Int) -> (value: RowValue, next: Int)? {
    // Both begin with {"$, and most objects do not.
    guard start &+ 2 < end, bytes[start &+ 2] == UInt8(ascii: "$") else { return nil }
    return plainlyTagged(.floats, floatsOpening, bytes, at: start, end: end) ?? plainlyTagged(.bytes, bytesOpening, bytes, at: start, end: end)
  }

  @inline(never)
  private static func plainlyTagged(
    _ kind: Kind, _ opening: String, _ bytes: Span<UInt8>, at start: Int, end: Int
  ) -> (value: RowValue, next: Int)? {
    let text = start &+ opening.utf8.count
    guard text <= end, bytes.holds(opening, at: start..<text) else { return nil }
    var hasOthers = false
    let blocks = ByteScan.skipPlainBlocks(bytes, from: text, to: end, nonASCII: &hasOthers)
    let quote = ByteScan.endOfPlainText(bytes, from: blocks, to: end, nonASCII: &hasOthers)
    guard !hasOthers, quote &+ 2 <= end, bytes.holds("\"}", at: quote..<quote &+ 2) else { return nil }
    return (RowValue(kind: kind, range: ByteRange(start: text, count: quote &- text)), quote &+ 2)
  }

  /// All bytes of the value, in the text that it was read from; nil where that cannot be told.
  func extent(in bytes: Span<UInt8>) -> Range<Int>? {
    switch kind {
    case .null, .true, .false, .integer, .real, .array, .object: return range.bounds
    case .string: return Int(range.start) - 1..<range.end + 1
    case .floats, .bytes:
      let start = Int(range.start) - (kind == .floats ? Self.floatsOpening : Self.bytesOpening).utf8.count
      guard start >= 0, let (value, end) = Self.plainlyTagged(bytes, at: start, end: bytes.count),
        value.kind == kind, value.range.bounds == range.bounds
      else { return nil }
      return start..<end
    }
  }
}
