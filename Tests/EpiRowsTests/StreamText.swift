import EpiBytes
import EpiRows

/// A row stream as text: what a reader says to it, in words that a test can compare.
struct StreamText {
  /// One line an event or an error: `row notes/a {"id":"a"}`, `deleted notes/a`, `setting theme "dark"`, `error 3:7 …`.
  var said: [String] = []
  var errors: [RowError] = []
  var isTruncated = false
  var sawEnd = false
  var tables: [String] = []

  /// - Parameter piece: bytes fed at a time; nil for all at once.
  init(_ text: String, table: String? = nil, piece: Int? = nil) {
    self.init(bytes: Array(text.utf8), table: table, piece: piece)
  }

  init(bytes: [UInt8], table: String? = nil, piece: Int? = nil) {
    var reader = RowReader(defaultTable: table)
    var offset = 0
    var hasEnded = false
    while !hasEnded {
      if offset < bytes.count {
        let count = min(piece ?? bytes.count, bytes.count - offset)
        reader.input.append(bytes.span, in: offset..<offset + count)
        offset += count
      } else {
        reader.endOfInput()
        hasEnded = true
      }
      drain(&reader)
    }
    isTruncated = reader.isTruncated
    sawEnd = reader.sawEnd
    tables = reader.tables
  }

  private mutating func drain(_ reader: inout RowReader) {
    while true {
      do {
        guard let event = try reader.next() else { return }
        said.append(Self.words(event, reader))
      } catch {
        errors.append(error)
        said.append("error \(error.line)" + (error.column.map { ":\($0)" } ?? "") + " \(error.message)")
      }
    }
  }

  private static func words(_ event: RowEvent, _ reader: borrowing RowReader) -> String {
    switch event {
    case .begin(let begin): "begin \(begin.mode)" + (begin.since.map { " since \($0)" } ?? "")
    case .schema(let schema): "schema \(schema.name) " + schema.fields.map { "\($0.name):\($0.type)" }.joined(separator: " ")
    case .row: "row \(reader.tables[reader.table])/\(text(reader.id, reader)) \(fields(reader))"
    case .deletedRow: "deleted \(reader.tables[reader.table])/\(text(reader.id, reader))"
    case .setting: "setting \(text(reader.settingKey, reader)) " + (reader.settingValue.map { json($0, reader) } ?? "deleted")
    case .end(let end): "end \(end.rows) \(end.tables) \(end.pending) \(end.state ?? "-") \(end.hash ?? "-")"
    }
  }

  /// The row's fields as an object, names without escapes.
  static func fields(_ reader: borrowing RowReader) -> String {
    var members: [String] = []
    for field in reader.fields {
      var name = ByteWriter(capacity: 16)
      reader.appendName(of: field, to: &name)
      members.append("\"\(string(name))\":\(json(field.value, reader))")
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  static func text(_ value: RowValue, _ reader: borrowing RowReader) -> String {
    var text = ByteWriter(capacity: 16)
    reader.appendText(of: value, to: &text)
    return string(text)
  }

  static func json(_ value: RowValue, _ reader: borrowing RowReader) -> String {
    var text = ByteWriter(capacity: 16)
    reader.appendJSON(of: value, to: &text)
    return string(text)
  }

  static func string(_ writer: borrowing ByteWriter) -> String {
    let span = writer.span
    return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }
}
