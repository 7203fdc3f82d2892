internal import EpiBytes
package import EpiSystem

/// Writes rows as a snapshot (epi-snapshot.5).
///
/// The checksums stand before the sections they are of. Where the output can be written over, the first page is, at the end; for a pipe
/// the sections are made twice: once to be measured, once to be written. The bytes depend on the rows and the model label only.
package struct SnapshotWriter {
  /// Sections are handed on in pieces of about this size.
  private static let pieceSize = 1 << 20

  private static let emptyObject: StaticString = "{}"

  /// Hands the file to `write`, piece by piece in order.
  /// - Parameters:
  ///   - graph: that of the rows; nil: a search is to measure each.
  ///   - model: at most `SnapshotFormat.maximumLabelBytes` bytes of UTF-8.
  ///   - copied: blocks that are in the file already; what is on its way there has come when the first bytes are written.
  ///   - seek: has what is handed to `write` next stand at a place of the file; returns false where that cannot be.
  /// - Returns: the length of the file.
  /// - Throws: what `write` throws; what was written by then is no snapshot.
  @discardableResult
  package static func write(
    _ rows: borrowing IndexedRows, graph: VectorGraph? = nil, model: String, over copied: CopiedBlocks? = nil,
    seek: (Int) throws(SystemError) -> Bool = { (_) throws(SystemError) in false }, to write: (Span<UInt8>) throws(SystemError) -> Void
  ) throws(SystemError) -> Int {
    precondition(rows.count <= SnapshotFormat.maximumRows && model.utf8.count <= SnapshotFormat.maximumLabelBytes)
    let names = sectionNames(of: rows, graph)
    let padding = [UInt8](repeating: 0, count: SnapshotFormat.pageSize)
    let changed = copied?.settle(for: graph)
    if try seek(0) {
      try write(padding.span)
      let sections = try measure(names, of: rows, graph, padding: padding, to: write) { (offset) throws(SystemError) in
        guard let copied, let graph, let changed else { return nil }
        let section = try copied.replace(changed, of: graph, rows, at: offset) { (place, block) throws(SystemError) in
          _ = try seek(place)
          try write(block)
        }
        if let section { _ = try seek(section.range.upperBound) }
        return section
      }
      _ = try seek(0)
      try write(firstPage(of: rows, graph, sections, model: model).span)
      return sections.last?.range.upperBound ?? 0
    }
    let sections = try measure(names, of: rows, graph, padding: padding) { (_) throws(SystemError) in }
    try write(firstPage(of: rows, graph, sections, model: model).span)
    _ = try measure(names, of: rows, graph, padding: padding, to: write)
    return sections.last?.range.upperBound ?? 0
  }

  private static func sectionNames(of rows: borrowing IndexedRows, _ graph: VectorGraph?) -> [String] {
    let flat = rows.form.hasCoarseRows ? [SnapshotSection.Name.vectors, SnapshotSection.Name.coarse] : [SnapshotSection.Name.vectors]
    var names = graph == nil ? flat : [SnapshotSection.Name.graph, SnapshotSection.Name.nodes, SnapshotSection.Name.blocks]
    if let graph, NodeCodeLayout.suits(graph.layout) { names.append(SnapshotSection.Name.codes) }
    names += [SnapshotSection.Name.hashes, SnapshotSection.Name.ids, SnapshotSection.Name.tables]
    if rows.hasStoredFields { names.append(SnapshotSection.Name.stored) }
    if !rows.textHashes.isEmpty { names.append(SnapshotSection.Name.texts) }
    names.append(SnapshotSection.Name.origin)
    return names
  }

  /// Hands all that follows the first page to `write`.
  /// - Parameter blocks: sees to the blocks, which are to begin at a place of the file, in another way; nil when they are to be written.
  /// - Returns: where the sections lie, with their checksums.
  private static func measure(
    _ names: [String], of rows: borrowing IndexedRows, _ graph: VectorGraph?, padding: [UInt8],
    to write: (Span<UInt8>) throws(SystemError) -> Void,
    blocks: (Int) throws(SystemError) -> SnapshotSection? = { (_) throws(SystemError) in nil }
  ) throws(SystemError) -> [SnapshotSection] {
    var sections: [SnapshotSection] = []
    var position = SnapshotFormat.pageSize
    for name in names {
      var section = SnapshotSection(name: name, offset: SnapshotFormat.pageAligned(position), length: 0, checksum: 0)
      try write(padding.span.extracting(first: section.offset - position))
      if name == SnapshotSection.Name.blocks, let found = try blocks(section.offset) {
        position = found.range.upperBound
        sections.append(found)
        continue
      }
      try emit(name, of: rows, graph) { (piece) throws(SystemError) in
        section.length += piece.count
        section.checksum = Checksum.crc32c(piece, continuing: section.checksum)
        try write(piece)
      }
      position = section.range.upperBound
      sections.append(section)
    }
    return sections
  }

  private static func firstPage(
    of rows: borrowing IndexedRows, _ graph: VectorGraph?, _ sections: [SnapshotSection], model: String
  ) -> ByteWriter {
    let head = SnapshotHead(
      kind: graph == nil ? .exact : .graph, metric: rows.form.metric, element: rows.form.element, dimensions: rows.dimensions, rows: rows.count,
      tables: min(rows.count, 1), sections: sections.count, fileLength: sections.last?.range.upperBound ?? 0,
      contentHash: contentHash(rows, sections.map(\.name)), model: model)
    var page = head.encoded()
    page.append(SnapshotSectionTable.encoded(sections).span)
    while page.count < SnapshotFormat.pageSize { page.append(UInt8(0)) }
    return page
  }

  /// XXH64 of what the rows are, without the form they are stored in: the sections `hashes`, `ids`, `tables` and `stored`.
  private static func contentHash(_ rows: borrowing IndexedRows, _ names: [String]) -> UInt64 {
    var hash = ContentHash()
    for name in names where SnapshotSection.Name.hashed.contains(name) { emit(name, of: rows, nil) { hash.update($0) } }
    return hash.value
  }

  /// Makes the bytes of a section.
  private static func emit<Failure: Error>(
    _ name: String, of rows: borrowing IndexedRows, _ graph: VectorGraph?, to write: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    if let graph, try emit(name, of: graph, rows, to: write) { return }
    var piece = ByteWriter(capacity: pieceSize + (pieceSize >> 2))
    switch name {
    case SnapshotSection.Name.vectors:
      for index in 0..<rows.count {
        piece.append(rows.slot(index))
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.coarse:
      var measures = ByteWriter(capacity: rows.count * CoarseRow.measureBytes)
      for index in 0..<rows.count {
        let row = CoarseRow(FloatBytes.floats(in: rows.slot(index)).extracting(first: rows.dimensions))
        piece.append(row.bytes.span)
        row.appendMeasures(to: &measures)
        try flush(&piece, to: write)
      }
      piece.append(measures.span)
    case SnapshotSection.Name.hashes:
      for index in 0..<rows.count {
        piece.appendLittleEndian(rows.hash(index))
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.texts:
      for index in 0..<rows.count {
        piece.appendLittleEndian(rows.textHash(index))
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.ids:
      try emitStrings(count: rows.count, through: &piece, to: write, length: { rows.id($0).count }) { index, piece in
        piece.append(rows.id(index))
      }
    case SnapshotSection.Name.tables:
      // No rows, no table.
      let tables = min(rows.count, 1)
      for row in [0, rows.count].prefix(tables + 1) { piece.appendLittleEndian(UInt64(row)) }
      try emitStrings(count: tables, through: &piece, to: write, length: { _ in rows.table.utf8.count }) { _, piece in
        piece.append(rows.table)
      }
    case SnapshotSection.Name.stored:
      try emitStrings(
        count: rows.count, through: &piece, to: write, length: { rows.storedFields($0)?.count ?? emptyObject.utf8CodeUnitCount }
      ) { index, piece in
        if let fields = rows.storedFields(index) { piece.append(fields) } else { piece.append(emptyObject) }
      }
    default: piece.append(rows.origin)
    }
    if !piece.isEmpty { try write(piece.span) }
  }

  /// Offsets, then bytes (`SnapshotStrings` reads them).
  private static func emitStrings<Failure: Error>(
    count: Int, through piece: inout ByteWriter, to write: (Span<UInt8>) throws(Failure) -> Void, length: (Int) -> Int,
    append: (Int, inout ByteWriter) -> Void
  ) throws(Failure) {
    var end: UInt64 = 0
    piece.appendLittleEndian(end)
    for index in 0..<count {
      end += UInt64(length(index))
      piece.appendLittleEndian(end)
      try flush(&piece, to: write)
    }
    for index in 0..<count {
      append(index, &piece)
      try flush(&piece, to: write)
    }
  }

  private static func flush<Failure: Error>(
    _ piece: inout ByteWriter, to write: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    guard piece.count >= pieceSize else { return }
    try write(piece.span)
    piece.removeAll()
  }
}

// MARK: - A graph

extension SnapshotWriter {
  /// Makes the bytes of a section of a graph; false when it is not one.
  private static func emit<Failure: Error>(
    _ name: String, of graph: VectorGraph, _ rows: borrowing IndexedRows, to write: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var piece = ByteWriter(capacity: pieceSize + (pieceSize >> 2))
    switch name {
    case SnapshotSection.Name.graph: piece.append(SnapshotGraph.encoded(graph).span)
    case SnapshotSection.Name.nodes:
      for start in graph.nodes.starts {
        piece.appendLittleEndian(start)
        try flush(&piece, to: write)
      }
      for row in graph.nodes.rows {
        piece.appendLittleEndian(row)
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.blocks:
      try graph.forEachEdges(of: rows) { (node, edges) throws(Failure) in
        piece.append(rows.slot(Int(graph.nodes.representatives[node])))
        piece.append(edges)
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.codes:
      try graph.writeCodes(of: rows, through: &piece) { (piece) throws(Failure) in try flush(&piece, to: write) }
    default: return false
    }
    if !piece.isEmpty { try write(piece.span) }
    return true
  }
}
