package import EpiBytes
internal import EpiJSON
package import EpiRows

/// Reads queries, one a line, fed with bytes: an array of numbers, `{"id":…,"embedding":…}`, or `{"$f32":"…"}`; where texts are taken,
/// a string or `{"id":…,"text":…}` too.
///
/// In an object `embedding` holds the vector, an array or again `{"$f32":"…"}`; other names are passed over. A query may also stand on
/// many lines, as jq and others print it for people: from one with nothing but `[` or `{` to one that begins with the counterpart.
package struct QueryReader: ~Copyable {
  /// Bytes not read yet lie at the end of it; append more here.
  package var input = ByteWriter()
  /// Number of the line that the current query begins in, from 1.
  package private(set) var lineNumber = 0
  /// Queries read so far, with those of earlier readers.
  package private(set) var count: Int
  /// The current query's vector, as it was given; empty when it is a text.
  package private(set) var vector: [Float] = []
  /// The current query's text, when it is one.
  package private(set) var text: [UInt8]?
  /// The current query's name as JSON text: its id, else its number.
  package private(set) var label: [UInt8] = []
  /// The current query as it was read, for those that are rejected.
  package var source: [UInt8] { spread.isEmpty ? Array(copying: input.span, in: place) : spread.span.copied() }

  private let takesText: Bool
  private var lines = LineReader()
  private var isEnded = false
  private var scanned = ScannedNumbers()
  /// Where the current line lies.
  private var place = 0..<0
  /// A query that stands on many lines, as far as it was read.
  private var spread = ByteWriter(capacity: 64)
  /// What ends it; nil while there is none.
  private var closing: UInt8?

  /// Bytes to append to `input` at a time.
  package static let readSize = LineReader.readSize

  private var hint: String {
    takesText
      ? "a query is a line with an array of numbers, {\"id\":…,\"embedding\":[…]}, {\"id\":…,\"text\":\"…\"} or a string"
      : "a query is a line with an array of numbers, or {\"id\":…,\"embedding\":[…]}"
  }

  /// - Parameters:
  ///   - count: queries that earlier readers have read; numbers go on from there.
  ///   - takesText: texts are queries too.
  package init(continuing count: Int = 0, takesText: Bool = false) {
    self.count = count
    self.takesText = takesText
  }

  /// No more bytes will come.
  package mutating func endOfInput() {
    lines.endOfInput()
    isEnded = true
  }

  /// Moves on to the next query; false when more bytes are wanted (after `endOfInput()`: when there are no more).
  /// - Throws: when the line is no query; the next call goes on with the line after it. It counts as a query all the same.
  package mutating func next() throws(RowError) -> Bool {
    if closing == nil { spread.removeAll() }
    while true {
      let range: Range<Int>?
      do {
        range = try lines.next(in: &input)
      } catch {
        lineNumber = error.line
        place = 0..<0
        (closing, count) = (nil, count + 1)
        throw RowError(line: error.line, "the line is longer than \(error.limit) bytes", hint: hint)
      }
      guard let range else {
        guard isEnded, closing != nil else { return false }
        closing = nil
        return try read(0..<spread.count, isSpread: true)
      }
      if let closing {
        try continueSpread(range)
        guard input.span[range.lowerBound] == closing else { continue }
        self.closing = nil
        return try read(0..<spread.count, isSpread: true)
      }
      lineNumber = lines.number
      place = range
      if let opening = opening(range) {
        closing = opening == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
        spread.append(opening)
        continue
      }
      if try read(range, isSpread: false) { return true }
    }
  }

  /// The bracket that is all there is in a line.
  private func opening(_ range: Range<Int>) -> UInt8? {
    let first = input.span[range.lowerBound]
    guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return nil }
    for offset in (range.lowerBound + 1)..<range.upperBound where input.span[offset] != 0x20 && input.span[offset] != 0x09 { return nil }
    return first
  }

  private mutating func continueSpread(_ range: Range<Int>) throws(RowError) {
    // What stands on many lines may be as long as what stands on one.
    guard spread.count + range.count < LineReader.defaultMaximumLength else {
      (closing, count) = (nil, count + 1)
      throw RowError(line: lineNumber, "the query that begins here is longer than \(LineReader.defaultMaximumLength) bytes", hint: hint)
    }
    spread.append(UInt8(ascii: "\n"))
    let bytes = Array(copying: input.span, in: range)
    spread.append(bytes)
  }

  /// Reads the query that the current line, or what was gathered, holds; false when it is blank.
  private mutating func read(_ range: Range<Int>, isSpread: Bool) throws(RowError) -> Bool {
    // Taken out while the bytes are borrowed, so that the memory is used again.
    var numbers: [Float] = []
    swap(&numbers, &vector)
    var kept = ScannedNumbers()
    swap(&kept, &scanned)
    defer { swap(&kept, &scanned) }
    numbers.removeAll(keepingCapacity: true)
    do {
      let takesText = takesText
      let found =
        if isSpread {
          try Self.read(spread.span, range, takesText, &kept, &numbers)
        } else {
          try Self.read(input.span, range, takesText, &kept, &numbers)
        }
      guard let found else { return false }
      count += 1
      label = found.label ?? Array(String(count).utf8)
      text = found.text
      vector = numbers
      return true
    } catch {
      count += 1
      label = Array(String(count).utf8)
      guard isSpread else { throw RowError(line: lineNumber, column: error.offset - range.lowerBound + 1, error.message, hint: hint) }
      let before = spread.span.extracting(first: min(error.offset, spread.count))
      var line = lineNumber
      for offset in before.indices where before[offset] == UInt8(ascii: "\n") { line += 1 }
      throw RowError(line: line, error.message, hint: hint)
    }
  }

  private static func read(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ takesText: Bool, _ kept: inout ScannedNumbers, _ numbers: inout [Float]
  ) throws(JSONError) -> (label: [UInt8]?, text: [UInt8]?)? {
    guard let line = try QueryLine(scanning: bytes, in: range, takesText: takesText, keeping: &kept) else { return nil }
    try line.appendVector(from: bytes, kept, to: &numbers)
    return (line.label(in: bytes), line.text(in: bytes))
  }
}
