internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// Picks the fields that are kept for results out of rows, as a JSON object in the order they were asked for.
struct StoredFields {
  private struct Field {
    var name: [UInt8]
    /// The name and its colon as JSON text.
    var label: [UInt8]
    var wasSeen = false
  }

  private var fields: [Field]

  init(_ names: [String]) {
    fields = names.map { name in
      var label = ByteWriter(capacity: 64)
      JSONWriter.appendString(name, to: &label)
      label.append(UInt8(ascii: ":"))
      return Field(name: Array(name.utf8), label: label.span.copied())
    }
  }

  var isEmpty: Bool { fields.isEmpty }

  /// Names that no row had.
  var unseen: [String] { fields.filter { !$0.wasSeen }.map { String(decoding: $0.name, as: UTF8.self) } }

  /// Appends the object for the reader's current row. Fields that the row lacks have their default, or are left out.
  /// - Parameters:
  ///   - defaults: for each field its default as JSON, in the row's table.
  ///   - piece: stands in place of the value of one field, as JSON.
  mutating func append(
    from reader: borrowing RowReader, defaults: [[UInt8]?], replacing piece: (field: [UInt8], json: [UInt8])? = nil, to writer: inout ByteWriter
  ) {
    writer.append(UInt8(ascii: "{"))
    let start = writer.count
    for index in fields.indices {
      let value = reader.value(of: fields[index].name)
      guard value != nil || defaults[index] != nil else { continue }
      fields[index].wasSeen = true
      if writer.count > start { writer.append(UInt8(ascii: ",")) }
      writer.append(fields[index].label)
      if let piece, piece.field == fields[index].name {
        writer.append(piece.json)
      } else if let value {
        reader.appendJSON(of: value, to: &writer)
      } else if let json = defaults[index] {
        writer.append(json)
      }
    }
    writer.append(UInt8(ascii: "}"))
  }

  /// What rows of a table have where they lack one of the fields, as JSON.
  func defaults(in schema: TableSchema?) -> [[UInt8]?] {
    fields.map { field in schema?.fields.first { $0.name.utf8.elementsEqual(field.name) }?.defaultJSON }
  }
}

extension RowReader {
  /// The current row's value of the field with this name; nil when the row has no such field.
  borrowing func value(of name: [UInt8]) -> RowValue? {
    for field in fields where isNamed(field, name) { return field.value }
    return nil
  }

  borrowing func isNamed(_ field: RowField, _ name: [UInt8]) -> Bool {
    if field.nameHasEscapes {
      var resolved = ByteWriter(capacity: 64)
      appendName(of: field, to: &resolved)
      return ByteOrder.compare(resolved.span, name.span) == 0
    }
    return Int(field.name.count) == name.count && ByteOrder.compare(input.span.extracting(field.name.bounds), name.span) == 0
  }
}
