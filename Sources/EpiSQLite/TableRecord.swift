internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// What is known of a table that was written: enough to go on with it, and to tell whether it is as it was written.
struct TableRecord {
  struct Column {
    var field: String
    var kinds: KindSet
    var dimensions: Int?
    /// Rows lack the field or have null.
    var isLacking: Bool
  }

  /// The table's name in the rows.
  var source: String
  /// Its name in the database.
  var name: String
  var schema: TableSchema?
  var columns: [Column]
  var content = TableContent()

  init(_ scan: TableScan, named name: String, content: TableContent) {
    source = scan.name
    self.name = name
    schema = scan.schema
    columns = scan.columns.indices.map { index in
      let tally = scan.tallies[index]
      // A row without the field has the default, if there is one.
      let hasDefault = scan.definitions[index]?.defaultJSON.map { $0 != Array("null".utf8) } ?? false
      let lacks = tally.wasLacking || tally.nulls > 0 || scan.rows > tally.present && !hasDefault
      return Column(field: scan.columns[index], kinds: tally.kinds, dimensions: tally.dimensions, isLacking: index != scan.keyColumn && lacks)
    }
    self.content = content
  }

  /// What the rows in the database have shown.
  func scan(_ choices: TableChoices) -> TableScan {
    var scan = TableScan(name: source, schema: schema, choices: choices)
    for column in columns { scan.resume(column.field, kinds: column.kinds, dimensions: column.dimensions, wasLacking: column.isLacking) }
    return scan
  }

  // MARK: As JSON

  /// `{"table":…,"schema":{"epi":1,…},"columns":[{"field":…,"kinds":"integer real"},…]}`
  var json: String {
    var text = ByteWriter()
    text.append("{\"table\":")
    JSONWriter.appendString(source, to: &text)
    if let schema {
      text.append(",\"schema\":")
      RowWriter.appendSchema(schema, to: &text)
      text.truncate(to: text.count - 1)  // the newline
    }
    text.append(",\"columns\":[")
    for (index, column) in columns.enumerated() {
      if index > 0 { text.append(",") }
      text.append("{\"field\":")
      JSONWriter.appendString(column.field, to: &text)
      text.append(",\"kinds\":")
      JSONWriter.appendString(column.kinds.names, to: &text)
      if let dimensions = column.dimensions {
        text.append(",\"dimensions\":")
        text.append(decimal: dimensions)
      }
      if column.isLacking { text.append(",\"lacking\":true") }
      text.append("}")
    }
    text.append("]}")
    return UTF8Text.string(text.span, in: 0..<text.count) ?? ""
  }

  /// Nil when the text is no such record.
  init?(name: String, json: String, content: TableContent) {
    let bytes = Array(json.utf8)
    guard let value = try? JSONValue(parsing: bytes.span, in: bytes.indices), let source = value["table"]?.string, let list = value["columns"] else {
      return nil
    }
    self.name = name
    self.source = source
    self.content = content
    columns = []
    for index in 0..<list.count {
      guard let entry = list[index], let field = entry["field"]?.string, let kinds = entry["kinds"]?.string else { return nil }
      columns.append(
        Column(field: field, kinds: KindSet(names: kinds), dimensions: entry["dimensions"]?.integer, isLacking: entry["lacking"]?.boolean ?? false))
    }
    guard let schema = value["schema"] else { return }
    var text = ByteWriter()
    schema.appendJSON(to: &text)
    guard let read = try? WorkspaceSchema(reading: text), let table = read.tables.first else { return nil }
    self.schema = table
  }
}
