internal import EpiBytes
internal import EpiRows

/// Going on after a batch of changes.
extension IndexBuilder {
  /// Takes back what `finish` gave, to go on with more rows.
  package mutating func resume(_ rows: consuming IndexedRows) {
    guard !rows.ids.isEmpty, let column = columns.first(where: { $0.name == rows.summary.column }) else { return }
    let places = rows.places
    column.ids = rows.ids
    column.slots = rows.slots
    if options.join == nil {
      column.stored = rows.stored
    } else {
      var fields = rows.stored
      joined.swapFields(with: &fields)
      joined.compact()
    }
    if column.vectorOfEntry.count > 2 * places.count + 1_024 { column.compact(places) }
  }

  /// Begins with the rows of a snapshot, to which changes are to be applied.
  /// - Parameters:
  ///   - since: the hash of the state that the changes continue from.
  ///   - path: the snapshot's, for messages.
  /// - Throws: when the snapshot is of another state, was made otherwise, or is damaged.
  package mutating func begin(with shared: SharedSnapshot, since: String, path: String) throws(IndexError) {
    if let fault = shared.fault { throw IndexError(.malformedInput, at: path, fault.message, hint: "rebuild it from a whole stream") }
    known = nil
    try begin(with: shared.snapshot, SnapshotSlots(shared), since: since, path: path)
  }

  private mutating func begin(
    with snapshot: borrowing Snapshot, _ slots: SnapshotSlots, since: String, path: String
  ) throws(IndexError) {
    let hint = "rebuild it from a whole stream"
    let origin: IndexOrigin
    do {
      origin = try snapshot.origin()
    } catch {
      throw IndexError(.malformedInput, at: path, error.message, hint: error.hint)
    }
    guard origin.state == since else {
      throw IndexError(
        .malformedInput, at: path, origin.state.map { "is of state '\($0)', the changes continue from '\(since)'" } ?? "does not say of which state it is, the changes continue from '\(since)'",
        hint: hint)
    }
    func refuse(_ what: String, _ found: String, _ wanted: String) -> IndexError {
      IndexError(.malformedInput, at: path, "was made with \(what) '\(found)', not '\(wanted)'", hint: hint)
    }
    guard origin.join == nil, options.join == nil else {
      throw IndexError(.malformedInput, at: path, "was made with --join: it does not hold all rows that changes may join", hint: hint)
    }
    guard origin.store.elementsEqual(options.store, by: { $0.utf8.elementsEqual($1.utf8) }) else {
      throw refuse("--store", origin.store.joined(separator: ","), options.store.joined(separator: ","))
    }
    let text = options.text.map { "\($0.table).\($0.field)" }
    guard (origin.text ?? "").utf8.elementsEqual((text ?? "").utf8) else { throw refuse("--text", origin.text ?? "", text ?? "") }
    guard origin.chunk == options.chunk else {
      throw refuse("--chunk", origin.chunk.map(String.init) ?? "none", options.chunk.map(String.init) ?? "none")
    }
    guard snapshot.head.metric == options.metric else { throw refuse("--metric", snapshot.head.metric.name, options.metric.name) }
    if let element = options.element, snapshot.head.element != element { throw refuse("--type", snapshot.head.element.name, element.name) }
    if let dimensions = options.dimensions, snapshot.head.rows > 0, snapshot.head.dimensions != dimensions {
      throw refuse("dimensions", "\(snapshot.head.dimensions)", "\(dimensions)")
    }
    guard snapshot.head.model.utf8.elementsEqual(options.model.utf8) else { throw refuse("--model", snapshot.head.model, options.model) }
    do {
      try load(snapshot, slots, origin)
    } catch {
      throw IndexError(.malformedInput, at: path, error.message, hint: error.hint)
    }
  }

  /// Takes note of a snapshot whose rows are likely to come again, and has it verified: vectors that do are not kept once more.
  package mutating func expect(_ shared: SharedSnapshot) {
    guard let origin = try? shared.snapshot.origin(), let name = try? Self.columnName(shared.snapshot, origin) else { return }
    known = KnownRows(shared, column: name)
  }

  /// Lets go the snapshot that was expected.
  package mutating func expectNothing() { known = nil }

  private mutating func load(_ snapshot: borrowing Snapshot, _ slots: SnapshotSlots, _ origin: IndexOrigin) throws(SnapshotError) {
    guard let name = try Self.columnName(snapshot, origin) else { return }
    if let wanted = options.column, wanted != name { throw SnapshotError(.otherColumn(origin.column)) }
    let column = options.column == nil ? VectorColumn(name: name, dimensions: nil) : columns[0]
    if options.column == nil { columns.append(column) }
    guard snapshot.head.rows > 0 else { return }
    column.isDeclared = true
    column.dimensions = snapshot.head.dimensions
    column.element = snapshot.head.element
    column.prepare(snapshot.form, older: slots)
    let slotOfRows = try snapshot.slotOfRows()
    let bytes = snapshot.bytes
    for row in 0..<snapshot.head.rows {
      let id = try snapshot.id(ofRow: row)
      let vector = column.add(
        older: Int(slotOfRows[row]), hash: snapshot.vectorHash(ofRow: row), textHash: snapshot.textHash(ofRow: row) ?? 0)
      column.append(vector: vector, id: bytes.extracting(id))
      if origin.chunk != nil { texts.notePiece(bytes.extracting(id)) }
      if let fields = try snapshot.storedFields(ofRow: row) { column.stored.append(bytes.extracting(fields)) }
    }
  }

  /// The column that a snapshot was made of: its rows tell the table.
  private static func columnName(_ snapshot: borrowing Snapshot, _ origin: IndexOrigin) throws(SnapshotError) -> FieldName? {
    guard snapshot.head.tables > 0 else { return FieldName(origin.column, separator: ".") }
    guard snapshot.head.tables == 1 else { throw SnapshotError(.otherColumn(origin.column)) }
    let table = String(decoding: snapshot.bytes.extracting(try snapshot.name(ofTable: 0)).copied(), as: UTF8.self)
    let field = origin.column.utf8.dropFirst(table.utf8.count + 1)
    guard origin.column.utf8.starts(with: table.utf8) else { throw SnapshotError(.otherColumn(origin.column)) }
    return FieldName(table: table, field: String(decoding: Array(field), as: UTF8.self))
  }
}
