package import EpiBytes
internal import EpiJSON
internal import EpiRows
package import EpiYjs

/// What is printed of rows.
package enum RowForm: Sendable {
  /// The row stream: each row with its table and id, control lines around.
  case stream
  /// The objects only, a line each; those that lack a field `id` get the row's id as one.
  case bare
}

/// Prints a workspace as the row stream (epi-rows.5), a line a call, so that the caller decides when to write.
package struct RowPrinter: ~Copyable {
  private var table = 0
  private var row = 0
  private var didBeginTable = false
  private var setting = 0
  /// Rows printed so far.
  package private(set) var rowCount = 0
  private var hash = ContentHash()
  /// Bytes printed so far.
  private var size = 0
  /// Fields of the current row, as they came.
  private var fields: [Field] = []
  private var order = FieldOrder()
  /// Everything of a row's line that the rows of a table share: `{"table":"…","id":`.
  private var lineStart = ByteWriter(capacity: 256)
  private var entries: [AnyView.Entry] = []
  private let form: RowForm

  struct Field {
    var key: UInt32
    var value: Workspace.Value
  }

  package init(_ form: RowForm = .stream) { self.form = form }

  package func begin(to writer: inout ByteWriter) {
    guard form == .stream else { return }
    RowWriter.appendBegin(.snapshot, to: &writer)
  }

  /// Prints the next line.
  /// - Returns: false when there was none left.
  /// - Throws: also when more has been printed than the size of the input explains.
  package mutating func printNext(
    _ workspace: borrowing Workspace, _ document: inout Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) -> Bool {
    let start = writer.count
    guard try printLine(workspace, &document, bytes, to: &writer) else { return false }
    hash.update(writer.span.extracting(start..<writer.count))
    size += writer.count - start
    let limit = Limits.output(forBytes: bytes.count)
    guard size <= limit else { throw DecodingError(.outputExceeded(limit: limit), at: 0) }
    return true
  }

  /// Prints the line that says that all went before.
  package func end(_ workspace: borrowing Workspace, _ document: borrowing Document, to writer: inout ByteWriter) {
    guard form == .stream else { return }
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
      if !didBeginTable {
        didBeginTable = true
        beginTable(workspace.tables[table], document)
        if form == .stream, let schema = workspace.tables[table].schema {
          RowWriter.appendSchema(schema, to: &writer)
          return true
        }
      }
      if row < workspace.tables[table].rows.count {
        try print(workspace.tables[table].rows[row], cells: workspace.tables[table].cells, &document, bytes, to: &writer)
        row += 1
        rowCount += 1
        return true
      }
      table += 1
      row = 0
      didBeginTable = false
    }
    while setting < workspace.settings.count {
      let next = workspace.settings[setting]
      setting += 1
      if isUndefined(next.value, document, bytes) { continue }
      writer.append("{\"kv\":")
      Self.appendName(next.name, document, to: &writer)
      writer.append(",\"value\":")
      try append(next.value, document, bytes, to: &writer)
      writer.append("}\n")
      return true
    }
    return false
  }

  private mutating func beginTable(_ table: Workspace.Table, _ document: borrowing Document) {
    order.begin(schema: (table.schema?.fields ?? []).map { document.key(named: $0.name) })
    lineStart.removeAll()
    lineStart.append("{\"table\":")
    Self.appendName(table.name, document, to: &lineStart)
    lineStart.append(",\"id\":")
  }

  private mutating func print(
    _ row: Workspace.Row, cells: [Workspace.Cell], _ document: inout Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    try gatherFields(of: row, cells: cells, &document, bytes)
    order.arrange(fields, document)
    var isFirst = true
    if form == .stream {
      writer.append(lineStart.span)
      Self.appendName(row.id, document, to: &writer)
      writer.append(",\"row\":{")
    } else {
      writer.append("{")
      // Without its id the object would be no row.
      if !hasID(document, bytes) {
        writer.append("\"id\":")
        Self.appendName(row.id, document, to: &writer)
        isFirst = false
      }
    }
    for index in order.positions.indices {
      let value = fields[order.positions[index]].value
      if isUndefined(value, document, bytes) { continue }
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      writer.append(order.labels.span, in: order.labelRanges[index])
      try append(value, document, bytes, to: &writer)
    }
    writer.append(form == .stream ? "}}\n" : "}\n")
  }

  private func hasID(_ document: borrowing Document, _ bytes: Span<UInt8>) -> Bool {
    guard let key = document.key(named: "id") else { return false }
    return order.positions.contains { fields[$0].key == key && !isUndefined(fields[$0].value, document, bytes) }
  }

  private mutating func gatherFields(
    of row: Workspace.Row, cells: [Workspace.Cell], _ document: inout Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    fields.removeAll(keepingCapacity: true)
    switch row.fields {
    case .map(let cells):
      document.forEachEntry(of: cells) { fields.append(Field(key: $0, value: .member($1))) }
    case .object(let range):
      _ = try AnyView.readEntries(of: range, bytes, into: &entries)
      for entry in entries {
        fields.append(Field(key: document.internKey(bytes, in: entry.key.bounds), value: .plain(entry.value)))
      }
    case .cells(let first, let count):
      for cell in cells[first..<(first + count)] { fields.append(Field(key: cell.column, value: .plain(cell.value))) }
    case .element(let element):
      for (name, value) in [("name", Workspace.Value.nodeName(element)), ("attributes", .attributes(element)), ("text", .textContent(element))] {
        fields.append(Field(key: Self.key(named: name, &document), value: value))
      }
    case .value(let value): fields.append(Field(key: Self.key(named: "value", &document), value: value))
    }
  }

  private static func key(named name: String, _ document: inout Document) -> UInt32 {
    let bytes = Array(name.utf8)
    return document.internKey(bytes.span, in: 0..<bytes.count)
  }

  func isUndefined(_ value: Workspace.Value, _ document: borrowing Document, _ bytes: Span<UInt8>) -> Bool {
    switch value {
    case .member(let member): document.isUndefined(member, bytes)
    case .plain(let range): AnyView.isUndefined(range, bytes)
    case .type, .nodeName, .attributes, .textContent: false
    }
  }

  func append(
    _ value: Workspace.Value, _ document: borrowing Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    switch value {
    case .member(let member): try document.appendJSON(of: member, bytes, to: &writer)
    case .plain(let range): try AnyView.appendJSON(of: range, bytes, to: &writer)
    case .type(let type): try document.appendJSON(of: type, bytes, to: &writer)
    case .nodeName(let element): if let name = document.nodeName(of: element) { Self.appendName(name, document, to: &writer) }
    case .attributes(let element): try document.appendAttributes(of: element, bytes, to: &writer)
    case .textContent(let element): try document.appendTextContent(of: element, bytes, to: &writer)
    }
  }

  static func appendName(_ key: UInt32, _ document: borrowing Document, to writer: inout ByteWriter) {
    JSONWriter.appendString(document.names, in: document.nameRange(ofKey: key), to: &writer)
  }
}
