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
  /// The settings, as one object.
  case settingsObject
}

/// Prints the lines of a workspace, piece by piece, a line a call, so that the caller decides when to write.
///
/// A printer changes nothing but itself: several may print one workspace at once.
package struct RowPrinter: ~Copyable {
  private var piece = Workspace.Piece.settings
  /// Rows of the piece that are left, or settings.
  private var left = 0..<0
  private var isSchemaDue = false
  private var isObjectDue = false
  /// Rows printed of the piece.
  package private(set) var rowCount = 0
  /// The key that names the row or the setting of the line printed last; nil after a schema.
  private(set) var lineKey: UInt32?
  /// The table whose field order and line start are at hand.
  private var table = -1
  /// Fields of the current row, as they came.
  private var fields: [Field] = []
  private var order = FieldOrder()
  /// Whether the current row is an object: then `order` was found for the keys in `shape`, and `values` tells where its values lie.
  private var isObject = false
  private var shape = ObjectShape()
  private var values: [ByteRange] = []
  /// Everything of a row's line that the rows of a table share: `{"table":"…","id":`.
  private var lineStart = ByteWriter(capacity: 256)
  private var entries: [AnyView.Entry] = []
  private let form: RowForm

  struct Field {
    var key: UInt32
    var value: Workspace.Value
  }

  package init(_ form: RowForm = .stream) { self.form = form }

  /// Turns to a piece.
  package mutating func begin(_ piece: Workspace.Piece, of workspace: borrowing Workspace, _ document: borrowing Document) {
    self.piece = piece
    rowCount = 0
    switch piece {
    case .rows(let table, let rows):
      left = rows
      isSchemaDue = form == .stream && rows.lowerBound == 0 && workspace.tables[table].schema != nil
      if table != self.table { beginTable(workspace.tables[table], document) }
      self.table = table
    case .settings:
      left = workspace.settings.indices
      isObjectDue = true
    }
  }

  /// Prints the next line of the piece.
  /// - Returns: false when there was none left.
  package mutating func printNext(
    _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) -> Bool {
    switch piece {
    case .rows(let table, _):
      if isSchemaDue, let schema = workspace.tables[table].schema {
        isSchemaDue = false
        lineKey = nil
        RowWriter.appendSchema(schema, to: &writer)
        return true
      }
      guard let row = left.popFirst() else { return false }
      try print(workspace.tables[table].rows[row], cells: workspace.tables[table].cells, document, bytes, to: &writer)
      rowCount += 1
      lineKey = workspace.tables[table].rows[row].id
      return true
    case .settings where form == .settingsObject:
      guard isObjectDue else { return false }
      isObjectDue = false
      try printSettings(workspace, document, bytes, to: &writer)
      return true
    case .settings:
      while form == .stream, let index = left.popFirst() {
        let setting = workspace.settings[index]
        if setting.value.isUndefined(document, bytes) { continue }
        writer.append("{\"kv\":")
        Self.appendName(setting.name, document, to: &writer)
        writer.append(",\"value\":")
        try append(setting.value, document, bytes, to: &writer)
        writer.append("}\n")
        lineKey = setting.name
        return true
      }
      return false
    }
  }

  private mutating func beginTable(_ table: Workspace.Table, _ document: borrowing Document) {
    order.begin(schema: table.schema?.fields ?? [])
    isObject = false
    lineStart.removeAll()
    lineStart.append("{\"table\":")
    Self.appendName(table.name, document, to: &lineStart)
    lineStart.append(",\"id\":")
  }

  private mutating func print(
    _ row: Workspace.Row, cells: [Workspace.Cell], _ document: borrowing Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    if case .object(let range) = row.fields {
      let isLikeLast = isObject ? try shape.readValues(of: range, bytes, into: &values) : false
      if !isLikeLast { try gatherEntries(of: range, bytes) }
      isObject = true
    } else {
      isObject = false
      gatherFields(of: row, cells: cells, document)
    }
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
      let value = value(at: index)
      if value.isUndefined(document, bytes) { continue }
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      writer.append(order.labels.span, in: order.labelRanges[index])
      try append(value, document, bytes, to: &writer)
    }
    writer.append(form == .stream ? "}}\n" : "}\n")
  }

  /// Whether the row has a field `id`.
  private func hasID(_ document: borrowing Document, _ bytes: Span<UInt8>) -> Bool {
    for index in order.positions.indices where order.labels.span.equal("\"id\":", in: order.labelRanges[index]) {
      return !value(at: index).isUndefined(document, bytes)
    }
    return false
  }

  /// The value that is printed at `index` of the order.
  @inline(__always)
  private func value(at index: Int) -> Workspace.Value {
    let position = order.positions[index]
    return isObject ? .plain(values[position]) : fields[position].value
  }

  /// Reads an object whose keys are not those of the one before.
  private mutating func gatherEntries(of range: ByteRange, _ bytes: Span<UInt8>) throws(DecodingError) {
    fields.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    _ = try AnyView.readEntries(of: range, bytes, into: &entries)
    for entry in entries {
      fields.append(Field(key: order.key(bytes, in: entry.key.bounds), value: .plain(entry.value)))
      values.append(entry.value)
    }
    order.arrange(fields)
    shape.take(entries, bytes)
  }

  private mutating func gatherFields(of row: Workspace.Row, cells: [Workspace.Cell], _ document: borrowing Document) {
    fields.removeAll(keepingCapacity: true)
    switch row.fields {
    case .map(let cells):
      document.forEachEntry(of: cells) { fields.append(Field(key: $0, value: .member($1))) }
      order.arrange(fields, namedBy: document)
    case .object: break  // gatherEntries reads those
    case .cells(let first, let count):
      for cell in cells[Int(first)..<Int(first + count)] { fields.append(Field(key: cell.column, value: .plain(cell.value))) }
      order.arrange(fields, namedBy: document)
    case .element(let element):
      for (name, value) in [("name", Workspace.Value.nodeName(element)), ("attributes", .attributes(element)), ("text", .textContent(element))] {
        fields.append(Field(key: order.key(named: name), value: value))
      }
      order.arrange(fields)
    case .value(let value):
      fields.append(Field(key: order.key(named: "value"), value: value))
      order.arrange(fields)
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

extension Workspace.Value {
  /// Whether it is JavaScript's undefined, which is printed nowhere.
  func isUndefined(_ document: borrowing Document, _ bytes: Span<UInt8>) -> Bool {
    switch self {
    case .member(let member): document.isUndefined(member, bytes)
    case .plain(let range): AnyView.isUndefined(range, bytes)
    case .type, .nodeName, .attributes, .textContent: false
    }
  }
}
