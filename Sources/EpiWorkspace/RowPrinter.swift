package import EpiBytes
internal import EpiJSON
internal import EpiRows
package import EpiYjs

/// Prints a workspace as the row stream (epi-rows.5), a line a call, so that the caller decides when to write.
package struct RowPrinter {
  private var table = 0
  private var row = 0
  private var didPrintSchema = false
  private var setting = 0
  private var rowCount = 0
  private var hash = ContentHash()
  /// Fields of the current row, in the order they are printed.
  private var fields: [PrintedField] = []
  private var scratch: [AnyView.Entry] = []
  /// Places of the schema's fields, by key of their name; of the current table.
  private var ranks: [UInt32: Int] = [:]

  private struct PrintedField {
    var key: UInt32
    var rank: Int
    /// Place in the object: of a repeated name the last one counts.
    var position: Int
    var value: Workspace.Setting.Value
  }

  package init() {}

  package func begin(to writer: inout ByteWriter) {
    RowWriter.appendBegin(.snapshot, to: &writer)
  }

  /// Prints the next line.
  /// - Returns: false when there was none left.
  package mutating func printNext(
    _ workspace: borrowing Workspace, _ document: inout Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) -> Bool {
    let start = writer.count
    guard try printLine(workspace, &document, bytes, to: &writer) else { return false }
    hash.update(writer.span.extracting(start..<writer.count))
    return true
  }

  /// Prints the line that says that all went before.
  package func end(_ workspace: borrowing Workspace, _ document: borrowing Document, to writer: inout ByteWriter) {
    var vector = ByteWriter()
    document.writeStateVector(to: &vector)
    var state = ByteWriter()
    Base64.encode(vector.span, in: 0..<vector.count, into: &state)
    var digest = ByteWriter()
    digest.append(hex: hash.value)
    RowWriter.appendEnd(
      StreamEnd(
        rows: rowCount, tables: workspace.tables.count, pending: document.pending.count, state: Self.text(state.span),
        hash: Self.text(digest.span)),
      to: &writer)
  }

  private static func text(_ bytes: Span<UInt8>) -> String {
    String(decoding: Array(copying: bytes, in: 0..<bytes.count), as: UTF8.self)
  }

  private mutating func printLine(
    _ workspace: borrowing Workspace, _ document: inout Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) -> Bool {
    while table < workspace.tables.count {
      if !didPrintSchema {
        didPrintSchema = true
        ranks = [:]
        if let schema = workspace.tables[table].schema {
          for (rank, field) in schema.fields.enumerated() {
            if let key = document.key(named: field.name) { ranks[key] = rank }
          }
          RowWriter.appendSchema(schema, to: &writer)
          return true
        }
      }
      if row < workspace.tables[table].rows.count {
        try print(workspace.tables[table].rows[row], of: workspace.tables[table], &document, bytes, to: &writer)
        row += 1
        rowCount += 1
        return true
      }
      table += 1
      row = 0
      didPrintSchema = false
    }
    while setting < workspace.settings.count {
      let next = workspace.settings[setting]
      setting += 1
      if isUndefined(next.value, document, bytes) { continue }
      writer.append("{\"kv\":")
      appendName(next.name, document, to: &writer)
      writer.append(",\"value\":")
      try append(next.value, document, bytes, to: &writer)
      writer.append("}\n")
      return true
    }
    return false
  }

  private mutating func print(
    _ row: Workspace.Row, of table: Workspace.Table, _ document: inout Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    try gatherFields(of: row, in: table, &document, bytes)
    writer.append("{\"table\":")
    appendName(table.name, document, to: &writer)
    writer.append(",\"id\":")
    appendName(row.id, document, to: &writer)
    writer.append(",\"row\":{")
    var isFirst = true
    for (index, field) in fields.enumerated() {
      if index + 1 < fields.count, fields[index + 1].key == field.key { continue }
      if isUndefined(field.value, document, bytes) { continue }
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      appendName(field.key, document, to: &writer)
      writer.append(UInt8(ascii: ":"))
      try append(field.value, document, bytes, to: &writer)
    }
    writer.append("}}\n")
  }

  /// Fields in schema order, then by name.
  private mutating func gatherFields(
    of row: Workspace.Row, in table: Workspace.Table, _ document: inout Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    fields.removeAll(keepingCapacity: true)
    switch row.fields {
    case .map(let cells):
      document.forEachEntry(of: cells) { key, value in
        add(key, .member(value))
      }
    case .object(let range):
      _ = try AnyView.readEntries(of: range, bytes, into: &scratch)
      for entry in scratch {
        let key = document.internKey(bytes, in: entry.key.bounds)
        add(key, .plain(entry.value))
      }
    case .cells(let first, let count):
      for cell in table.cells[first..<(first + count)] {
        add(cell.column, .plain(cell.value))
      }
    }
    fields.sort { a, b in
      if a.rank != b.rank { return a.rank < b.rank }
      return a.key != b.key ? document.keyPrecedes(a.key, b.key) : a.position < b.position
    }
  }

  private mutating func add(_ key: UInt32, _ value: Workspace.Setting.Value) {
    fields.append(PrintedField(key: key, rank: ranks[key] ?? .max, position: fields.count, value: value))
  }

  private func isUndefined(_ value: Workspace.Setting.Value, _ document: borrowing Document, _ bytes: Span<UInt8>) -> Bool {
    switch value {
    case .member(let member): document.isUndefined(member, bytes)
    case .plain(let range): AnyView.isUndefined(range, bytes)
    }
  }

  private func append(
    _ value: Workspace.Setting.Value, _ document: borrowing Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    switch value {
    case .member(let member): try document.appendJSON(of: member, bytes, to: &writer)
    case .plain(let range): try AnyView.appendJSON(of: range, bytes, to: &writer)
    }
  }

  private func appendName(_ key: UInt32, _ document: borrowing Document, to writer: inout ByteWriter) {
    JSONWriter.appendString(document.names, in: document.nameRange(ofKey: key), to: &writer)
  }
}
