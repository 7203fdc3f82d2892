internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// When an index without vectors is what was asked for, and not a mistake.
package enum EmptyIndex: Sendable {
  case refused
  /// The rows are known to be complete, and there is none that could have a vector.
  case whereNoRows
  case allowed
}

extension IndexBuilder {
  /// Chooses the column and sorts its rows. What was collected moves into the result; `resume` gives it back.
  /// - Parameter state: the hash of the state that the rows are of, as the stream's `end` line told it.
  /// - Throws: when no field, or more than one, holds vectors, and when a row of the chosen field was rejected and such rows are not
  ///   to be skipped.
  package mutating func finish(empty: EmptyIndex = .refused, state: String? = nil) throws(IndexError) -> IndexedRows {
    guard let column = try chosenColumn() else { return try emptyRows(of: nil, empty, state) }
    guard let form = column.form, column.accepted > 0 else { return try emptyRows(of: column, empty, state) }

    let latest = column.ids.sortedKeepingLast()
    var places: [IndexedRows.Place] = []
    places.reserveCapacity(min(latest.count, column.accepted))
    var summary = IndexSummary(
      column: column.name, missing: column.missing, rejected: column.rejected, unseenFields: storedFields.unseen,
      rejections: column.takeRejections())
    joined.sort()
    for entry in latest {
      let vector = column.vectorOfEntry[Int(entry)]
      guard vector != VectorColumn.noVector else { continue }
      var fields: UInt32?
      if !storedFields.isEmpty {
        fields = options.join == nil ? entry : joined.find(key: Int(entry), of: column.keys)
        if fields == nil { summary.unjoined += 1 }
      }
      places.append(IndexedRows.Place(entry: entry, vector: vector, stored: fields))
    }
    if places.isEmpty, empty != .allowed { throw noVectors() }
    summary.vectors = places.count
    summary.dimensions = form.dimensions

    var ids = ByteStrings()
    swap(&ids, &column.ids)
    var slots = VectorSlots()
    swap(&slots, &column.slots)
    var stored = ByteStrings()
    if options.join == nil { swap(&stored, &column.stored) } else { joined.swapFields(with: &stored) }
    return IndexedRows(
      form: form, table: column.name.table, slots: slots, hashes: column.hashes, textHashes: column.textHashes, ids: ids,
      stored: stored,
      hasStoredFields: !storedFields.isEmpty, places: places, origin: origin(of: column.name, state), summary: summary)
  }

  /// The rows when there is no vector.
  private borrowing func emptyRows(of column: VectorColumn?, _ empty: EmptyIndex, _ state: String?) throws(IndexError) -> IndexedRows {
    let hasRows = column.map { $0.missing > 0 || $0.rejected > 0 } ?? (rowNumber > 0)
    guard empty == .allowed || empty == .whereNoRows && !hasRows else { throw noVectors() }
    let name = column?.name ?? options.column ?? FieldName(table: "", field: "")
    let form = VectorForm(
      metric: options.metric, element: options.element ?? column?.element ?? .float32, dimensions: options.dimensions ?? column?.dimensions ?? 0)
    let summary = IndexSummary(
      column: name, dimensions: form.dimensions, missing: column?.missing ?? 0, rejected: column?.rejected ?? 0, unseenFields: [], rejections: column?.takeRejections() ?? [])
    return IndexedRows(
      form: form, table: name.table, slots: VectorSlots(), hashes: [], textHashes: [], ids: ByteStrings(), stored: ByteStrings(),
      hasStoredFields: !storedFields.isEmpty, places: [], origin: origin(of: name, state), summary: summary)
  }

  /// The column that holds the vectors; nil when there is none.
  private borrowing func chosenColumn() throws(IndexError) -> VectorColumn? {
    if options.column != nil { return columns[0] }
    var candidates = columns.filter { $0.accepted > 0 && (!$0.isMostlyRejected || $0.isDeclared) }
    if candidates.contains(where: { $0.isDeclared }) { candidates.removeAll { !$0.isDeclared } }
    guard let column = candidates.first else {
      let declared = columns.filter { $0.isDeclared }
      return declared.count == 1 ? declared[0] : nil
    }
    guard candidates.count == 1 else {
      let list = candidates.map { "'\($0.title)' (\($0.dimensions ?? 0) numbers, \($0.accepted) rows)" }.sorted()
      throw IndexError(
        .ambiguousColumn, "several fields hold vectors: \(list.joined(separator: ", "))",
        hint: "choose one, as with --column \(column.title)")
    }
    if !options.skipsRejected, let first = column.rejections.first {
      throw IndexError(.malformedInput, at: first.place, first.message, hint: first.hint)
    }
    return column
  }

  private borrowing func noVectors() -> IndexError {
    guard options.column != nil else {
      let refused = columns.first { !$0.rejections.isEmpty }?.rejections[0]
      return IndexError(
        .noVectors, at: refused?.place, refused.map { "no vectors found; the first array of numbers was refused: \($0.message)" } ?? "no vectors found",
        hint: "a vector is a field of a row that holds an array of numbers, or {\"$f32\":\"<base64>\"}, of one length in every row")
    }
    let column = columns[0]
    let reason =
      column.missing > 0
      ? "none of the \(column.missing) rows of table '\(column.name.table)' has a field '\(column.name.field)'"
      : column.rejected > 0 ? "all \(column.rejected) rows with that field were rejected" : "there is no row of table '\(column.name.table)'"
    return IndexError(.noVectors, "no vectors found in '\(column.title)': \(reason)", hint: "check the name after --column, TABLE.FIELD")
  }

  /// How the index is made, for whoever finds the file.
  private borrowing func origin(of column: FieldName, _ state: String?) -> [UInt8] {
    var origin = IndexOrigin(column: column.field.isEmpty ? "" : "\(column.table).\(column.field)", store: options.store)
    origin.join = options.join.map { "\($0.table):\($0.field)" }
    origin.text = options.text.map { "\($0.table).\($0.field)" }
    origin.chunk = options.chunk
    origin.state = state
    return origin.json
  }
}
