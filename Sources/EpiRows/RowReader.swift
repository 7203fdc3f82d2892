package import EpiBytes
internal import EpiJSON

/// Reads a row stream (epi-rows.5), fed with bytes.
///
///     while let event = try reader.next() { … }      // what is at hand
///     try descriptor.read(upTo: RowReader.readSize, into: &reader.input)
///
/// After an error the next call goes on with the line after the bad one.
package struct RowReader: ~Copyable {
  /// Bytes not read yet lie at the end of it; append more here. Ranges of the current line point into it.
  package var input: ByteWriter
  /// Number of the current line, from 1.
  package internal(set) var lineNumber = 0
  /// The current line, without its end.
  package internal(set) var line = ByteRange.empty
  /// Tables in the order they were first named; `table` is an index into it.
  package internal(set) var tables: [String] = []
  package internal(set) var table = 0
  /// The row's id as it stands between its quotes, in `RowValue` form (`.string`).
  package internal(set) var id = RowValue(kind: .null, range: .empty)
  /// The row's fields in the order of the line. Where a name repeats, the first place holds the last value.
  package internal(set) var fields: [RowField] = []
  /// Rows with equal `shape` have the same field names in the same order.
  package var shape: Int { names.shape }
  /// After a `.setting`: its key, a `.string`.
  package internal(set) var settingKey = RowValue(kind: .null, range: .empty)
  /// After a `.setting`: its value; nil when the setting is gone.
  package internal(set) var settingValue: RowValue?
  /// Whether an `end` was read.
  package internal(set) var sawEnd = false
  /// The mode that the last `begin` announced.
  package internal(set) var mode: StreamMode?

  /// Bytes to append to `input` at a time.
  package static let readSize = LineReader.readSize

  let defaultTable: String?
  /// Which tables are read; it has seen all that were named.
  package internal(set) var selection: TableSelection
  var lines: LineReader
  /// Fields of the line's outermost object.
  var members: [RowField] = []
  var names = RowNames()
  var template = LineTemplate()
  /// The shape and table of the last row that was read without a template.
  var lastRead = (shape: -1, table: -1)
  var numbers = ScannedNumbers()
  /// By the bytes of the name: Swift takes some different names for equal texts.
  var tableIndex: [[UInt8]: Int] = [:]
  /// Per table, whether it is read.
  var isSelected: [Bool] = []
  /// Place of `defaultTable` in `tables`, once it has been named.
  var defaultTableIndex: Int?
  /// Name of `table`, to see at once that it is the same again.
  var tableName = ByteWriter(capacity: 64)
  /// Whether anything was read after the last `begin`, if there was one.
  var hasContent = false
  /// Whether a `begin`, or a row after an `end` in mode "changes", waits for its `end`.
  var isOpen = false

  /// - Parameters:
  ///   - defaultTable: table of bare objects; without it they are an error.
  ///   - selection: which tables are read; of the others only errors are told.
  ///   - maximumLineLength: bytes a line may have.
  package init(
    defaultTable: String? = nil, selection: TableSelection = TableSelection(),
    maximumLineLength: Int = LineReader.defaultMaximumLength
  ) {
    input = ByteWriter()
    self.defaultTable = defaultTable
    self.selection = selection
    lines = LineReader(maximumLength: maximumLineLength)
  }

  /// No more bytes will come: a last line without a newline is a line too.
  package mutating func endOfInput() { lines.endOfInput() }

  /// The next event, or nil when more bytes are wanted (after `endOfInput()`: when the stream is over).
  package mutating func next() throws(RowError) -> RowEvent? {
    while true {
      let range: Range<Int>?
      do {
        range = try lines.next(in: &input)
      } catch {
        lineNumber = error.line
        line = .empty
        throw RowError(
          line: error.line, "the line is longer than \(error.limit) bytes", hint: "rows are newline-delimited JSON, one object a line")
      }
      guard let range else { return nil }
      lineNumber = lines.number
      line = ByteRange(start: range.lowerBound, count: range.count)
      guard !Self.isBlank(range, of: input.span) else { continue }
      if let event = try readLine() { return event }
    }
  }

  /// Whether a `begin` was read and its `end` was not: the stream was cut.
  package var isTruncated: Bool { isOpen }

  /// Of the input and not of the reader, which would be copied once a line to be asked.
  private static func isBlank(_ line: Range<Int>, of bytes: Span<UInt8>) -> Bool {
    guard bytes[line.lowerBound] <= 0x20 else { return false }
    return line.allSatisfy { bytes[$0] == 0x20 || bytes[$0] == 0x09 || bytes[$0] == 0x0d }
  }
}

// MARK: - Errors

extension RowReader {
  /// An error in the current line. `offset` counts in `input`.
  func error(at offset: Int? = nil, _ message: String, hint: String? = nil) -> RowError {
    RowError(line: lineNumber, column: offset.map { $0 - Int(line.start) + 1 }, message, hint: hint)
  }

  /// An error at a value of the current line: at the quote that opens a string.
  func error(in value: RowValue?, _ message: String, hint: String? = nil) -> RowError {
    let offset = value.map { value in
      if case .string = value.kind { Int(value.range.start) - 1 } else { Int(value.range.start) }
    }
    return error(at: offset, message, hint: hint)
  }

  func error(_ error: JSONError) -> RowError {
    let bytes = input.span
    guard error.code == .expectedObject, error.offset < line.end else { return self.error(at: error.offset, error.message) }
    switch bytes[error.offset] {
    case 0xef where lineNumber == 1:
      return self.error(at: error.offset, "the input begins with a byte order mark", hint: "remove it: sed '1s/^\\xEF\\xBB\\xBF//'")
    case 0xfe, 0xff, 0x00:
      return self.error(at: error.offset, "the input is not UTF-8", hint: "if it is UTF-16, convert it: iconv -f UTF-16 -t UTF-8")
    case UInt8(ascii: "["):
      return self.error(at: error.offset, error.message, hint: "rows are one object a line; 'jq -c .[]' makes lines of an array")
    default:
      return self.error(at: error.offset, error.message, hint: "rows are newline-delimited JSON, one object a line; epi-ydecode makes them of Yjs updates")
    }
  }
}
