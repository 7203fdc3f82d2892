package import EpiBytes
internal import EpiJSON

/// What one line of a row stream says.
package enum RowEvent: Equatable, Sendable {
  /// `{"epi":1,"begin":{"mode":…}}`: the stream promises an `end`.
  case begin(StreamMode)
  /// A table's schema.
  case schema(TableSchema)
  /// A row; `RowReader.table`, `id` and `fields` hold it until the next call.
  case row
  /// A row that is gone; `RowReader.table` and `id` name it.
  case deletedRow
  /// A workspace setting, or its removal.
  case setting
  /// `{"epi":1,"end":{…}}`: the batch is complete.
  case end(StreamEnd)
}

package enum StreamMode: String, Equatable, Sendable {
  case snapshot
  case changes
}

/// What an `end` line tells of the batch it closes.
package struct StreamEnd: Equatable, Sendable {
  package var rows: Int
  package var tables: Int
  /// Structs and delete ranges of the document that still wait for others.
  package var pending: Int
  package var state: String?
  package var hash: String?
}

/// One field of the current row: name and value as bytes of the current line, nothing copied.
package struct RowField: Sendable {
  /// The name between its quotes.
  package var name: ByteRange
  /// The name contains escapes; `RowReader.text(of:)` resolves them.
  package var nameHasEscapes: Bool
  package var value: RowValue
}

/// A JSON value inside the current line, already checked to be one.
package struct RowValue: Sendable {
  package enum Kind: Equatable, Sendable {
    case null
    case `true`
    case `false`
    /// Digits without fraction and exponent.
    case integer
    case real
    /// `range` lies between the quotes.
    case string(hasEscapes: Bool)
    case array
    case object
    /// `{"$base64":true,"encoded":"…"}`: bytes. `range` is the encoded text between its quotes.
    case bytes
    /// `{"$f32":"…"}`: little-endian floats. `range` is the base64 text between its quotes.
    case floats
  }

  package var kind: Kind
  package var range: ByteRange
}

/// Reads a row stream (epi-rows.5), fed with bytes.
package struct RowReader: ~Copyable {
  /// Bytes not read yet lie at the end of it; append more here. Ranges of the current line point into it.
  package var input: ByteWriter
  /// Number of the current line, from 1.
  package private(set) var lineNumber = 0
  /// Tables in the order they were first named; `table` is an index into it.
  package private(set) var tables: [String] = []
  package private(set) var table = 0
  /// The row's id as it stands between its quotes, in `RowValue` form (`.string`).
  package private(set) var id = RowValue(kind: .null, range: .empty)
  package private(set) var fields: [RowField] = []

  package init(defaultTable: String? = nil) {
    input = ByteWriter()
  }

  /// No more bytes will come: a last line without a newline is a line too.
  package mutating func endOfInput() {}

  /// The next event, or nil when more bytes are wanted (after `endOfInput()`: when the stream is over).
  package mutating func next() throws(RowError) -> RowEvent? { nil }

  /// Whether a `begin` was read and its `end` was not: the stream was cut.
  package var isTruncated: Bool { false }

  /// Appends the text of a `.string` value, escapes resolved, as UTF-8.
  package func appendText(of value: RowValue, to writer: inout ByteWriter) {}

  /// Appends a value as JSON text, as it stands in the line.
  package func appendJSON(of value: RowValue, to writer: inout ByteWriter) {}

  /// Appends the bytes a `.bytes` or `.floats` value stands for.
  package func appendBytes(of value: RowValue, to writer: inout ByteWriter) throws(RowError) {}

  /// Appends the numbers of an `.array` or `.floats` value. Every number is read as the nearest Double and rounded to Float.
  package func appendFloats(of value: RowValue, to floats: inout [Float]) throws(RowError) {}
}
