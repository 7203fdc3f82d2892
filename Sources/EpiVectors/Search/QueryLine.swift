internal import EpiBytes
internal import EpiJSON

/// Where the parts of a query lie in its line.
struct QueryLine {
  private enum Content {
    /// `[n,n,…]`
    case numbers(Range<Int>)
    /// The text between the quotes of `{"$f32":"…"}`.
    case base64(Range<Int>)
    /// A text that is to be made a vector.
    case text(ScannedValue)
  }

  private var content: Content
  /// The id as JSON text.
  private var id: Range<Int>?

  /// Reads the line `bytes[range]`; nil when it is blank.
  /// - Parameters:
  ///   - takesText: a string, or an object with `text` and no vector, is a query too.
  ///   - numbers: takes the arrays of numbers that are read on the way, for `appendVector`.
  init?(scanning bytes: Span<UInt8>, in range: Range<Int>, takesText: Bool, keeping numbers: inout ScannedNumbers) throws(JSONError) {
    numbers.removeAll()
    var start = range.lowerBound
    while start < range.upperBound, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    guard start < range.upperBound else { return nil }
    var scanner = FieldScanner(bytes, in: start..<range.upperBound)
    guard bytes[start] != UInt8(ascii: "[") else {
      content = .numbers(try scanner.value(keeping: &numbers).range.bounds)
      try scanner.finish()
      return
    }
    if takesText, bytes[start] == UInt8(ascii: "\"") {
      content = .text(try scanner.value())
      try scanner.finish()
      return
    }
    var members = Members()
    try members.read(&scanner, keeping: &numbers)
    try scanner.finish()
    if let embedding = members.embedding, embedding.kind == .object {
      var inner = FieldScanner(bytes, in: embedding.range.bounds)
      members.embedding = nil
      members.floats = nil
      try members.read(&inner, keeping: &numbers)
    }
    if let embedding = members.embedding {
      guard embedding.kind == .array else { throw Self.noVector(at: Int(embedding.range.start), in: bytes) }
      content = .numbers(embedding.range.bounds)
    } else if let floats = members.floats, floats.kind == .string {
      content = .base64(floats.range.bounds)
    } else if takesText, let text = members.text, text.isString {
      content = .text(text)
    } else {
      throw Self.noVector(at: start, in: bytes)
    }
    guard let id = members.id, id.kind != .null else { return }
    switch id.kind {
    case .integer, .real: self.id = id.range.bounds
    case .string, .escapedString: self.id = (id.range.bounds.lowerBound - 1)..<(id.range.bounds.upperBound + 1)
    default: throw JSONError(.expectedValue, at: Int(id.range.start), found: bytes[Int(id.range.start)])
    }
  }

  /// The id as JSON text; nil when there is none.
  func label(in bytes: Span<UInt8>) -> [UInt8]? { id.map { bytes.extracting($0).copied() } }

  /// The text of a query that is one.
  func text(in bytes: Span<UInt8>) -> [UInt8]? {
    guard case .text(let value) = content else { return nil }
    guard value.kind == .escapedString else { return bytes.extracting(value.range.bounds).copied() }
    var writer = ByteWriter(capacity: Int(value.range.count))
    EscapedText.append(bytes, in: value.range.bounds, to: &writer)
    return writer.span.copied()
  }

  /// - Parameter numbers: what the scan has kept.
  func appendVector(from bytes: Span<UInt8>, _ numbers: ScannedNumbers, to floats: inout [Float]) throws(JSONError) {
    switch content {
    case .text: return
    case .numbers(let range):
      if let kept = numbers.range(ofArrayAt: range.lowerBound) { return floats.append(contentsOf: numbers.floats[kept]) }
      try NumberArrayReader.appendFloats(bytes, in: range, to: &floats)
    case .base64(let range):
      var raw = ByteWriter(capacity: range.count)
      guard Base64.decode(bytes, in: range, into: &raw), raw.count % 4 == 0 else { throw Self.noVector(at: range.lowerBound - 1, in: bytes) }
      raw.append(to: &floats)
    }
  }

  private static func noVector(at offset: Int, in bytes: Span<UInt8>) -> JSONError {
    JSONError(.expectedNumber, at: offset, found: bytes[offset])
  }
}

/// The values of an object that matter to a query; of equal names the last one counts.
private struct Members {
  var id: ScannedValue?
  var embedding: ScannedValue?
  var floats: ScannedValue?
  var text: ScannedValue?

  mutating func read(_ scanner: inout FieldScanner, keeping numbers: inout ScannedNumbers) throws(JSONError) {
    try scanner.enterObject()
    while let name = try scanner.nextName() {
      let value = try scanner.value(keeping: &numbers)
      guard name.kind == .string else { continue }
      let text = scanner.bytes.extracting(name.range.bounds)
      if Self.equals(text, "id") { id = value }
      if Self.equals(text, "embedding") { embedding = value }
      if Self.equals(text, "$f32") { floats = value }
      if Self.equals(text, "text") { self.text = value }
    }
  }

  private static func equals(_ text: Span<UInt8>, _ word: String) -> Bool {
    text.count == word.utf8.count && zip(0..<text.count, word.utf8).allSatisfy { text[$0] == $1 }
  }
}
