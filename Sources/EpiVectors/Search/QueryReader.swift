package import EpiBytes
internal import EpiJSON
package import EpiRows

/// Reads queries, one a line, fed with bytes: an array of numbers, `{"id":…,"embedding":…}`, or `{"$f32":"…"}`.
///
/// In an object `embedding` holds the vector, an array or again `{"$f32":"…"}`; other names are passed over.
package struct QueryReader: ~Copyable {
  /// Bytes not read yet lie at the end of it; append more here.
  package var input = ByteWriter()
  /// Number of the current line, from 1.
  package private(set) var lineNumber = 0
  /// Queries read so far, with those of earlier readers.
  package private(set) var count: Int
  /// The current query's vector, as it was given.
  package private(set) var vector: [Float] = []
  /// The current query's name as JSON text: its id, else its number.
  package private(set) var label: [UInt8] = []

  private var lines = LineReader()
  private var scanned = ScannedNumbers()

  /// Bytes to append to `input` at a time.
  package static let readSize = LineReader.readSize

  private static let hint = "a query is a line with an array of numbers, or {\"id\":…,\"embedding\":[…]}"

  /// - Parameter count: queries that earlier readers have read; numbers go on from there.
  package init(continuing count: Int = 0) { self.count = count }

  /// No more bytes will come.
  package mutating func endOfInput() { lines.endOfInput() }

  /// Moves on to the next query; false when more bytes are wanted (after `endOfInput()`: when there are no more).
  package mutating func next() throws(RowError) -> Bool {
    while true {
      let range: Range<Int>?
      do {
        range = try lines.next(in: &input)
      } catch {
        throw RowError(line: error.line, "the line is longer than \(error.limit) bytes", hint: Self.hint)
      }
      guard let range else { return false }
      lineNumber = lines.number
      // The numbers are taken out while the line is borrowed, so that their memory is used again.
      var numbers: [Float] = []
      swap(&numbers, &vector)
      var kept = ScannedNumbers()
      swap(&kept, &scanned)
      defer { swap(&kept, &scanned) }
      numbers.removeAll(keepingCapacity: true)
      do {
        guard let line = try QueryLine(scanning: input.span, in: range, keeping: &kept) else { continue }
        try line.appendVector(from: input.span, kept, to: &numbers)
        count += 1
        label = line.label(in: input.span) ?? Array(String(count).utf8)
        vector = numbers
        return true
      } catch {
        throw RowError(line: lineNumber, column: error.offset - range.lowerBound + 1, error.message, hint: Self.hint)
      }
    }
  }
}
