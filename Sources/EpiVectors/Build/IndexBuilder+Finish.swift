internal import EpiBytes
internal import EpiJSON
internal import EpiRows

extension IndexBuilder {
  /// Chooses the column and sorts its rows.
  /// - Throws: when no field, or more than one, holds vectors, and when a row of the chosen field was rejected and such rows are not
  ///   to be skipped.
  package consuming func finish() throws(IndexError) -> IndexedRows {
    let column = try chosenColumn()
    guard let dimensions = column.dimensions, column.accepted > 0 else { throw noVectors() }

    let latest = column.ids.sortedKeepingLast()
    var places: [IndexedRows.Place] = []
    places.reserveCapacity(min(latest.count, column.accepted))
    var summary = IndexSummary(
      column: column.name, missing: column.missing, rejected: column.rejected, unseenFields: storedFields.unseen,
      rejections: column.rejections)
    joined.sort()
    var keys = ByteStrings()
    swap(&keys, &column.keys)
    for entry in latest {
      let vector = column.vectorOfEntry[Int(entry)]
      guard vector != VectorColumn.noVector else { continue }
      var fields: UInt32?
      if !storedFields.isEmpty {
        fields = options.join == nil ? entry : joined.find(keys.text(Int(entry)))
        if fields == nil { summary.unjoined += 1 }
      }
      places.append(IndexedRows.Place(entry: entry, vector: vector, stored: fields))
    }
    guard !places.isEmpty else { throw noVectors() }

    var ids = ByteStrings()
    swap(&ids, &column.ids)
    var stored = ByteStrings()
    if options.join == nil { swap(&stored, &column.stored) } else { joined.takeFields(into: &stored) }
    return IndexedRows(
      metric: options.metric, dimensions: dimensions, table: column.name.table, vectors: column.vectors, hashes: column.hashes, ids: ids,
      stored: stored, hasStoredFields: !storedFields.isEmpty, places: places, origin: origin(of: column), summary: summary)
  }

  private borrowing func chosenColumn() throws(IndexError) -> VectorColumn {
    if options.column != nil { return columns[0] }
    var candidates = columns.filter { $0.accepted > 0 && (!$0.isMostlyRejected || $0.isDeclared) }
    if candidates.contains(where: { $0.isDeclared }) { candidates.removeAll { !$0.isDeclared } }
    guard let column = candidates.first else { throw noVectors() }
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
  private borrowing func origin(of column: VectorColumn) -> [UInt8] {
    var text = ByteWriter(capacity: 256)
    text.append("{\"column\":")
    JSONWriter.appendString(column.title, to: &text)
    if !options.store.isEmpty {
      text.append(",\"store\":[")
      for (index, name) in options.store.enumerated() {
        if index > 0 { text.append(",") }
        JSONWriter.appendString(name, to: &text)
      }
      text.append("]")
      if let join = options.join {
        text.append(",\"join\":")
        JSONWriter.appendString("\(join.table):\(join.field)", to: &text)
      }
    }
    text.append("}")
    return text.span.copied()
  }
}
