package import EpiBytes
internal import EpiJSON

/// A row or line that was left out, with what a person needs to mend it.
package struct RejectedRow: Equatable, Sendable {
  /// Which row it was and what is wrong with it, where it could be read.
  package struct Identity: Equatable, Sendable {
    package var table: String
    package var id: String
    package var fault: FieldFault
  }

  package var file: String
  /// Number of the line; nil where rows come from no lines.
  package var line: Int?
  package var column: Int?
  package var message: String
  package var hint: String?
  /// The line as it was read, without its end.
  package var text: [UInt8]
  /// Of a row that does not fit its schema.
  package var identity: Identity?
  /// No row was rejected for this reason before: of those that do not fit their schema, the first of each table, field and kind.
  package var isFirstOfItsKind = true

  package init(
    file: String, line: Int?, column: Int? = nil, message: String, hint: String? = nil, text: [UInt8], identity: Identity? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.hint = hint
    self.text = text
    self.identity = identity
  }

  /// The reader's current line, which it could not read.
  package init(_ error: RowError, of reader: borrowing RowReader, file: String) {
    self.init(
      file: file, line: error.line, column: error.column, message: error.message, hint: error.hint,
      text: Array(copying: reader.input.span, in: reader.line.bounds))
  }

  /// The reader's current row, which does not fit its schema.
  /// - Parameter line: its number where it has one that means something to a person.
  init(_ fault: FieldFault, of reader: borrowing RowReader, file: String, line: Int?) {
    let identity = Identity(table: reader.tables[reader.table], id: reader.string(reader.id), fault: fault)
    self.init(
      file: file, line: line, message: "row '\(ShortText.of(identity.table))/\(ShortText.of(identity.id))': \(fault.sentence)",
      text: Array(copying: reader.input.span, in: reader.line.bounds), identity: identity)
  }

  /// The reader's current setting, which does not fit its definition.
  init(setting fault: FieldFault, of reader: borrowing RowReader, file: String) {
    self.init(file: file, line: nil, message: "setting \(fault.sentence)", text: Array(copying: reader.input.span, in: reader.line.bounds))
  }

  /// `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`.
  package var place: String { file + (line.map { ":\($0)" } ?? "") + (column.map { ":\($0)" } ?? "") }

  /// Appends the row as a line: where it was, why it was left out, and the line itself; one that is not UTF-8 travels as base64.
  package func appendLine(to writer: inout ByteWriter) {
    writer.append("{\"file\":")
    JSONWriter.appendString(file, to: &writer)
    if let line {
      writer.append(",\"line\":")
      writer.append(decimal: line)
    }
    writer.append(",\"reason\":")
    JSONWriter.appendString(message, to: &writer)
    if let identity {
      let fault = identity.fault
      for (key, value) in [
        ("table", identity.table), ("id", identity.id), ("field", fault.field + fault.path), ("kind", fault.kind.rawValue), ("expected", fault.expected),
        ("got", fault.got),
      ] {
        writer.append(",\"\(key)\":")
        JSONWriter.appendString(value, to: &writer)
      }
    }
    writer.append(",\"text\":")
    if UTF8Text.isValid(text.span, in: text.indices) {
      JSONWriter.appendString(text.span, in: text.indices, to: &writer)
    } else {
      JSONWriter.appendBytes(text.span, in: text.indices, to: &writer)
    }
    writer.append("}\n")
  }
}
