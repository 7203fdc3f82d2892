internal import EpiBytes
package import EpiRows

/// Collects vectors from rows, in whatever order and from however many inputs they come.
///
/// Where no column is named, every field that holds arrays of numbers is collected as a candidate until most of its rows turn out
/// not to be vectors of one length; `finish()` demands that one candidate is left.
package struct IndexBuilder: ~Copyable {
  let options: IndexOptions
  var columns: [VectorColumn] = []
  var joined = JoinedRows()
  var storedFields: StoredFields
  /// The join's own field, as bytes.
  private let joinField: [UInt8]
  /// By the bytes of their tables' names.
  private var schemas: [[UInt8]: TableSchema] = [:]
  /// What to do with the tables of the current reader, by its numbers for them.
  private var roles: [TableRole] = []
  private(set) var rowNumber = 0
  // Buffers for one row.
  var numbers = GivenVector<Float>()
  var doubles = GivenVector<Double>()
  var id = ByteWriter(capacity: 256)
  var stored = ByteWriter(capacity: 1024)
  /// Texts that wait to be made vectors.
  var texts = WaitingTexts()
  private var key = ByteWriter(capacity: 256)
  /// Rows of an older snapshot that are likely to come again.
  var known: KnownRows?
  /// What the row that was added last is there.
  package private(set) var addedRow = RowMatch.none

  /// A candidate is not given up before so many rows were rejected.
  private static let patience = 16

  /// What an expected snapshot has of a row.
  package enum RowMatch: Equatable, Sendable {
    /// No snapshot is expected, or the row has no vector.
    case none
    /// A row of this number, with this vector or another one.
    case known(Int)
    /// No row of its id, as far as was looked.
    case unknown
  }

  private struct TableRole {
    var name: String
    var isJoined: Bool
    var mayHoldVectors: Bool
    /// Indices into `columns`.
    var columns: [Int]
    /// Of the stored fields.
    var defaults: [[UInt8]?]
  }

  package init(_ options: IndexOptions) {
    self.options = options
    storedFields = StoredFields(options.store)
    joinField = Array((options.join?.field ?? "").utf8)
    if let column = options.column {
      columns = [VectorColumn(name: column, dimensions: options.dimensions)]
      columns[0].keepsTexts = options.text != nil
    }
  }

  /// To be called before the rows of another reader: it numbers its tables anew.
  package mutating func beginInput() { roles = [] }

  /// Takes in a table's schema: a field of type vector is the column, or at least a candidate.
  package mutating func add(_ schema: TableSchema) {
    schemas[Array(schema.name.utf8)] = schema
    for index in roles.indices where roles[index].name.utf8.elementsEqual(schema.name.utf8) {
      roles[index].defaults = storedFields.defaults(in: schema)
    }
    for field in schema.fields where field.type == .vector {
      let name = FieldName(table: schema.name, field: field.name)
      if let known = columns.first(where: { $0.name == name }) {
        known.isDeclared = true
        if known.accepted == 0 {
          known.dimensions = known.dimensions ?? field.dimensions
          known.element = field.element.flatMap { ElementType(name: $0.rawValue) }
        }
      } else if options.column == nil {
        let column = VectorColumn(name: name, dimensions: options.dimensions ?? field.dimensions)
        column.isDeclared = true
        column.element = field.element.flatMap { ElementType(name: $0.rawValue) }
        columns.append(column)
        for index in roles.indices where name.isOf(table: roles[index].name) { roles[index].columns.append(columns.count - 1) }
      }
    }
  }

  /// Takes in the reader's current row.
  /// - Parameter file: the input's name, for messages.
  /// - Throws: when the row is rejected and rejected rows are not to be skipped.
  package mutating func addRow(_ reader: borrowing RowReader, file: String) throws(IndexError) {
    try countRow(of: reader, file: file)
    let role = role(in: reader)
    guard roles[role].isJoined || roles[role].mayHoldVectors else { return }
    id.removeAll()
    reader.appendText(of: reader.id, to: &id)
    stored.removeAll()
    if !storedFields.isEmpty, roles[role].isJoined || options.join == nil { storedFields.append(from: reader, defaults: roles[role].defaults, to: &stored) }
    if roles[role].isJoined { joined.append(id: id, fields: stored) }
    guard roles[role].mayHoldVectors else { return }
    key.removeAll()
    if options.join != nil, let value = reader.value(of: joinField) { reader.appendText(of: value, to: &key) }
    if options.column == nil {
      try offerAllFields(of: reader, role: role, file: file)
    } else if options.text != options.column, let value = reader.value(of: columns[0].fieldBytes), value.kind != .null {
      try offer(value, to: columns[0], of: reader, file: file)
    }
    for index in roles[role].columns where columns[index].lastRow != rowNumber {
      appendGone(to: columns[index])
      let hasText = try noteText(of: reader, defaults: roles[role].defaults, file: file)
      if !hasText { columns[index].noteMissing() }
    }
    if options.chunk != nil, columns[0].lastRow == rowNumber { hidePieces(after: 0) }
  }

  /// Takes in that the reader's current row is gone.
  package mutating func removeRow(_ reader: borrowing RowReader, file: String) throws(IndexError) {
    try countRow(of: reader, file: file)
    let role = role(in: reader)
    id.removeAll()
    reader.appendText(of: reader.id, to: &id)
    stored.removeAll()
    if roles[role].isJoined { joined.append(id: id, fields: stored) }
    for index in roles[role].columns { appendGone(to: columns[index]) }
    if options.chunk != nil, !roles[role].columns.isEmpty { hidePieces(after: 0) }
  }

  /// Rejected rows since the last call, when the column was named; other candidates' wait for `finish()`.
  package mutating func takeRejections() -> [RejectedRow] {
    guard options.column != nil, !columns[0].rejections.isEmpty else { return [] }
    return columns[0].takeRejections()
  }
}

// MARK: - One row

extension IndexBuilder {
  private mutating func countRow(of reader: borrowing RowReader, file: String) throws(IndexError) {
    rowNumber += 1
    addedRow = .none
    if rowNumber >= SnapshotFormat.maximumRows {
      throw IndexError(.tooLarge, at: "\(file):\(reader.lineNumber)", "more than \(SnapshotFormat.maximumRows - 1) rows")
    }
  }

  private mutating func role(in reader: borrowing RowReader) -> Int {
    while roles.count <= reader.table {
      let name = reader.tables[roles.count]
      roles.append(
        TableRole(
          name: name, isJoined: options.join?.isOf(table: name) ?? false, mayHoldVectors: options.column?.isOf(table: name) ?? true,
          columns: columns.indices.filter { columns[$0].name.isOf(table: name) },
          defaults: storedFields.defaults(in: schemas[Array(name.utf8)])))
    }
    return reader.table
  }

  private mutating func offerAllFields(of reader: borrowing RowReader, role: Int, file: String) throws(IndexError) {
    for field in reader.fields where field.value.kind != .null {
      if let index = roles[role].columns.first(where: { reader.isNamed(field, columns[$0].fieldBytes) }) {
        try offer(field.value, to: columns[index], of: reader, file: file)
      } else if field.value.kind == .array || field.value.kind == .floats {
        addCandidate(for: field, of: reader, role: role)
        try offer(field.value, to: columns[columns.count - 1], of: reader, file: file)
      }
    }
  }

  /// Makes a candidate of a field.
  private mutating func addCandidate(for field: RowField, of reader: borrowing RowReader, role: Int) {
    var name = ByteWriter(capacity: 64)
    reader.appendName(of: field, to: &name)
    let text = UTF8Text.string(name.span, in: 0..<name.count) ?? ""
    roles[role].columns.append(columns.count)
    columns.append(VectorColumn(name: FieldName(table: roles[role].name, field: text), dimensions: options.dimensions))
  }

  private mutating func offer(
    _ value: RowValue, to column: VectorColumn, of reader: borrowing RowReader, file: String
  ) throws(IndexError) {
    column.lastRow = rowNumber
    guard !isGivenUp(column) else { return }
    do {
      if element(of: column) == .float64 { try doubles.read(value, of: reader) } else { try numbers.read(value, of: reader) }
    } catch {
      let message = "row '\(rowTitle(column))' has no vector in '\(column.name.field)': \(error.message)"
      try reject(column, reader, file, at: error.column, message, hint: error.hint)
      return
    }
    do throws(VectorFault) {
      addedRow = Self.match(id, of: column, in: &known)
      column.append(vector: try take(into: column, of: addedRow), id: id.span)
    } catch {
      addedRow = .none
      let model = options.model.isEmpty ? "" : " (model '\(options.model)')"
      var hint: String?
      var message = "row '\(rowTitle(column))' \(error.predicate())"
      if case .dimensions(_, .some) = error {
        message += model
        hint = "embed every row with \(options.model.isEmpty ? "one model" : "'\(options.model)'"), or leave this one out with --on-error=skip"
      }
      try reject(column, reader, file, message, hint: hint)
      return
    }
    appendExtras(to: column)
  }

  /// Looks for the row of an id in the expected snapshot.
  private static func match(_ id: borrowing ByteWriter, of column: VectorColumn, in known: inout KnownRows?) -> RowMatch {
    let id = id.span
    return known?.match(id, of: column) ?? .none
  }

  /// The number in the expected snapshot of the vector of a row there, when it was made of this one.
  private mutating func knownSlot(of row: RowMatch, _ form: VectorForm, _ hash: UInt64) -> Int? {
    guard case .known(let number) = row, known?.form == form else { return nil }
    return known?.slot(ofRow: number, ifMadeOf: hash)
  }

  @inline(__always)
  func element(of column: VectorColumn) -> ElementType { options.element ?? column.element ?? .float32 }

  /// Takes the vector that was read into a column.
  /// - Parameters:
  ///   - row: what the expected snapshot has of its row.
  ///   - textHash: that of the text that it was made of; 0 when it was given.
  /// - Returns: its number in the column.
  mutating func take(into column: VectorColumn, of row: RowMatch = .none, textHash: UInt64 = 0) throws(VectorFault) -> UInt32 {
    let element = element(of: column)
    let count = element == .float64 ? doubles.count : numbers.count
    if let wanted = column.dimensions, wanted != count { throw .dimensions(found: count, wanted: wanted) }
    // A single number is no vector unless someone says so.
    if options.column == nil, !column.isDeclared, count < 2 { throw .dimensions(found: count, wanted: nil) }
    let form = VectorForm(metric: options.metric, element: element, dimensions: count)
    let hash = element == .float64 ? doubles.hash : numbers.hash
    let vector: UInt32
    if let older = knownSlot(of: row, form, hash) {
      if column.form != form { settle(column, form) }
      vector = column.add(older: older, hash: hash, textHash: textHash)
    } else if element == .float64 {
      try doubles.prepare(for: options.metric)
      if column.form != form { settle(column, form) }
      vector = column.add(doubles.values, hash: hash, textHash: textHash)
    } else {
      try numbers.prepare(for: options.metric)
      if column.form != form { settle(column, form) }
      vector = try column.add(numbers.values.span, hash: hash, textHash: textHash)
    }
    column.dimensions = count
    return vector
  }

  /// The first vector settles how all are kept.
  func settle(_ column: VectorColumn, _ form: VectorForm) {
    var older = SnapshotSlots.empty
    switch known {
    case .some(let known) where known.form == form && known.holds(column): older = known.slots
    default: break
    }
    column.prepare(form, older: older)
  }

  /// A row that was rejected hides an earlier one of its id: what that held is out of date.
  private mutating func reject(
    _ column: VectorColumn, _ reader: borrowing RowReader, _ file: String, at byte: Int? = nil, _ message: String, hint: String?
  ) throws(IndexError) {
    column.noteRejected()
    if options.skipsRejected || column.rejections.isEmpty {
      let row = RejectedRow(
        file: file, line: reader.lineNumber, column: byte, message: message, hint: hint,
        text: options.skipsRejected ? reader.input.span.extracting(reader.line.bounds).copied() : [])
      guard options.skipsRejected || options.column == nil else {
        throw IndexError(.malformedInput, at: row.place, message, hint: hint)
      }
      column.rejections.append(row)
    }
    if isGivenUp(column) { column.drop() } else { appendGone(to: column) }
  }

  @inline(__always)
  private func isGivenUp(_ column: VectorColumn) -> Bool {
    options.column == nil && !column.isDeclared && column.rejected >= Self.patience && column.isMostlyRejected
  }

  func appendGone(to column: VectorColumn) {
    guard !isGivenUp(column) else { return }
    column.appendGone(id: id.span)
    appendExtras(to: column)
  }

  private func appendExtras(to column: VectorColumn) {
    guard !storedFields.isEmpty else { return }
    if options.join == nil { column.stored.append(stored.span) } else { column.keys.append(key.span) }
  }

  private func rowTitle(_ column: VectorColumn) -> String {
    "\(column.name.table)/\(UTF8Text.string(id.span, in: 0..<id.count) ?? "?")"
  }
}
