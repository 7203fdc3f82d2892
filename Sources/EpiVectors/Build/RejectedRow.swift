package import EpiBytes
internal import EpiJSON
package import EpiRows

/// A row that was left out, with what a person needs to mend it.
package struct RejectedRow: Equatable, Sendable {
  package var file: String
  package var line: Int
  package var column: Int?
  package var message: String
  package var hint: String?
  /// The line as it was read, without its end.
  package var text: [UInt8]

  /// `FILE:LINE` or `FILE:LINE:COLUMN`.
  package var place: String { "\(file):\(line)" + (column.map { ":\($0)" } ?? "") }

  init(file: String, line: Int, column: Int?, message: String, hint: String?, text: [UInt8]) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.hint = hint
    self.text = text
  }

  /// The reader's current line, which it could not read.
  package init(_ error: RowError, of reader: borrowing RowReader, file: String) {
    self.init(
      file: file, line: error.line, column: error.column, message: error.message, hint: error.hint,
      text: reader.input.span.extracting(reader.line.bounds).copied())
  }

  /// Appends the row as a line: where it was, why it was left out, and the line itself; one that is not UTF-8 travels as base64.
  package func appendLine(to writer: inout ByteWriter) {
    writer.append("{\"file\":")
    JSONWriter.appendString(file, to: &writer)
    writer.append(",\"line\":")
    writer.append(decimal: line)
    writer.append(",\"reason\":")
    JSONWriter.appendString(message, to: &writer)
    writer.append(",\"text\":")
    if UTF8Text.isValid(text.span, in: text.indices) {
      JSONWriter.appendString(text.span, in: text.indices, to: &writer)
    } else {
      JSONWriter.appendBytes(text.span, in: text.indices, to: &writer)
    }
    writer.append("}\n")
  }
}
