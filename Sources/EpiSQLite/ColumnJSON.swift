package import EpiBytes
internal import EpiJSON

extension Statement {
  /// Appends a column of the current row, from 0, as JSON: text as a string, a blob as `{"$base64":true,"encoded":"…"}`, a number that
  /// JSON has no form for as `null`.
  package borrowing func appendJSON(column: Int, to writer: inout ByteWriter) {
    switch kind(column: column) {
    case .null: writer.append("null")
    case .integer: writer.append(decimal: integer(column: column))
    case .real: JSONWriter.append(real(column: column), to: &writer)
    case .text, .blob:
      var bytes = ByteWriter(capacity: 256)
      _ = appendBytes(column: column, to: &bytes)
      // A database may hold any bytes as text.
      if kind(column: column) == .text, UTF8Text.isValid(bytes.span, in: 0..<bytes.count) {
        JSONWriter.appendString(bytes.span, in: 0..<bytes.count, to: &writer)
      } else {
        JSONWriter.appendBytes(bytes.span, in: 0..<bytes.count, to: &writer)
      }
    }
  }
}
