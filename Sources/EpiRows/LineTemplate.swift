internal import EpiBytes
internal import EpiJSON

/// The line of an earlier row, as the bytes around its values.
///
///     {"table":"posts","id":"a","row":{"title":"Hello","n":1}}
///     ~~~~~~~~~~~~~~~~~~~~~~   ~~~~~~~~~~~~~~~~       ~~~~~ ~~
///
/// Rows mostly come from one program, which writes the same bytes there in every line. Where they are the same and values stand between
/// them, the table and the names are the same too, whatever white space and escapes there are: nothing of them need be looked at again.
struct LineTemplate: ~Copyable {
  /// The parts around the values: one more than there are values.
  private var parts: [Part] = []
  /// Their bytes, one behind the other.
  private var text = ByteWriter(capacity: 256)
  /// The fields of `row`; each name begins so many bytes behind the beginning of its part.
  private var names: [RowField] = []
  /// Of the row: its place in `RowReader.tables`, and the shape of its names; -1 when there was none.
  private(set) var table = -1
  private(set) var shape = -1

  /// Makes a template of a row, in place of the one before. No line is like one that cannot be a template.
  /// - Parameters:
  ///   - line: of a row in the envelope of a table's row, read in full, with no members but `table`, `id` and `row`.
  ///   - fields: those of `row`; no name came twice.
  /// - Complexity: O(bytes of the line)
  mutating func learn(_ line: ByteRange, id: RowValue, fields: [RowField], in input: borrowing ByteWriter, table: Int, shape: Int) {
    (self.table, self.shape) = (table, shape)
    text.removeAll()
    parts.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
    if !take(line, id: id, fields: fields, in: input) { parts.removeAll(keepingCapacity: true) }
  }

  /// - Returns: false where no template can be made of the row.
  private mutating func take(_ line: ByteRange, id: RowValue, fields: [RowField], in input: borrowing ByteWriter) -> Bool {
    var start = Int(line.start)
    guard let first = id.extent(in: input.span) else { return false }
    append(input.span, start..<first.lowerBound)
    start = first.upperBound
    for field in fields {
      guard let value = field.value.extent(in: input.span), field.name.start >= start, value.lowerBound >= field.name.end else { return false }
      var name = field
      name.name = ByteRange(start: Int(field.name.start) - start, count: Int(field.name.count))
      names.append(name)
      append(input.span, start..<value.lowerBound)
      start = value.upperBound
    }
    append(input.span, start..<line.end)
    return true
  }

  private mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    parts.append(Part(bytes, range, start: text.count))
    text.append(bytes, in: range)
  }

  /// Reads a line that is like the template.
  /// - Parameters:
  ///   - id: gets the row's id.
  ///   - fields: gets its fields.
  ///   - numbers: gets the numbers of arrays.
  /// - Returns: false for a line that is not, or that is not well formed; what was read of it means nothing.
  /// - Complexity: O(bytes of the line)
  func read(
    _ line: ByteRange, of input: borrowing ByteWriter, id: inout RowValue, fields: inout [RowField], numbers: inout ScannedNumbers
  ) -> Bool {
    guard !parts.isEmpty else { return false }
    numbers.removeAll()
    let (bytes, text, parts, names) = (input.span, text.span, parts.span, names.span)
    if fields.count != names.count { fields = self.names }
    var found = fields.mutableSpan
    let grammar = JSONGrammar(bytes: bytes, end: line.end)
    var offset = Int(line.start)
    var next = offset
    for part in parts.indices {
      let count = parts[part].count
      guard offset &+ count <= line.end, parts[part].stands(in: bytes, at: offset, text) else { return false }
      if part > names.count { return offset &+ count == line.end }
      offset &+= count
      let value: RowValue
      do throws(JSONError) {
        let first = offset < line.end ? bytes[offset] : 0
        if first != UInt8(ascii: "{"), first != UInt8(ascii: "[") {
          let scalar = try grammar.scalar(at: offset)
          value = RowValue(scalar.value)
          next = scalar.next
        } else if let tagged = RowValue.plainlyTagged(bytes, at: offset, end: line.end) {
          (value, next) = tagged
        } else {
          var scanner = FieldScanner(bytes, in: offset..<line.end)
          // A row's fields lie in the second object.
          scanner.advance(to: offset, depth: part == 0 ? 1 : 2)
          value = try RowValue(&scanner, &numbers)
          next = scanner.position
        }
      } catch {
        return false
      }
      if part == 0 {
        guard case .string = value.kind else { return false }
        id = value
      } else {
        var field = names[part &- 1]
        field.name.start &+= UInt32(truncatingIfNeeded: offset &- count)
        field.value = value
        found[part &- 1] = field
      }
      offset = next
    }
    return false
  }
}

/// The bytes between two values, of which a line is compared with the first and the last eight at once: mostly that is all.
private struct Part {
  let count: Int
  private let start: Int
  private let first: UInt64
  private let last: UInt64

  /// - Parameter start: where it lies in the template's text.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>, start: Int) {
    count = range.count
    self.start = start
    first = count < 8 ? ByteScan.rest(bytes, from: range.lowerBound, to: range.upperBound) : ByteScan.word(bytes, at: range.lowerBound)
    last = count < 8 ? first : ByteScan.word(bytes, at: range.upperBound - 8)
  }

  /// Whether it stands in a line, which has so many bytes from there on.
  @inline(__always)
  func stands(in bytes: Span<UInt8>, at offset: Int, _ text: Span<UInt8>) -> Bool {
    guard count >= 8 else { return ByteScan.rest(bytes, from: offset, to: offset &+ count) == first }
    guard ByteScan.word(bytes, at: offset) == first, ByteScan.word(bytes, at: offset &+ count &- 8) == last else { return false }
    return count <= 16 || ByteScan.equal(bytes, at: offset, text.extracting(start..<start &+ count))
  }
}
