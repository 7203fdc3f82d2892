internal import EpiBytes
package import EpiSystem

/// Writes rows as a snapshot (epi-snapshot.5).
///
/// The checksums stand before the sections they are of, and the output may be a pipe, so the sections are made twice: once to be
/// measured, once to be written. The bytes depend on the rows and the model label only.
package struct SnapshotWriter {
  /// Sections are handed on in pieces of about this size.
  private static let pieceSize = 1 << 20

  private static let emptyObject: StaticString = "{}"

  /// Hands the file to `write`, piece by piece in order.
  /// - Parameter model: at most `SnapshotFormat.maximumLabelBytes` bytes of UTF-8.
  /// - Throws: what `write` throws; what was written by then is no snapshot.
  package static func write(
    _ rows: borrowing IndexedRows, graph: VectorGraph? = nil, model: String, to write: (Span<UInt8>) throws(SystemError) -> Void
  ) throws(SystemError) {
    precondition(rows.count > 0 && rows.count <= SnapshotFormat.maximumRows && model.utf8.count <= SnapshotFormat.maximumLabelBytes)
    var names = graph == nil ? [SnapshotSection.Name.vectors] : [SnapshotSection.Name.graph, SnapshotSection.Name.nodes, SnapshotSection.Name.blocks]
    names += [SnapshotSection.Name.hashes, SnapshotSection.Name.ids, SnapshotSection.Name.tables]
    if rows.hasStoredFields { names.append(SnapshotSection.Name.stored) }
    names.append(SnapshotSection.Name.origin)

    var sections: [SnapshotSection] = []
    var offset = SnapshotFormat.pageSize
    for name in names {
      var section = SnapshotSection(name: name, offset: offset, length: 0, checksum: 0)
      emit(name, of: rows, graph) { piece in
        section.length += piece.count
        section.checksum = Checksum.crc32c(piece, continuing: section.checksum)
      }
      offset = SnapshotFormat.pageAligned(offset + section.length)
      sections.append(section)
    }
    let head = SnapshotHead(
      kind: graph == nil ? .exact : .graph, metric: rows.metric, element: .float32, dimensions: rows.dimensions, rows: rows.count, tables: 1,
      sections: sections.count, fileLength: sections.last?.range.upperBound ?? 0, contentHash: contentHash(rows, names), model: model)

    var first = head.encoded()
    first.append(SnapshotSectionTable.encoded(sections).span)
    try write(first.span)
    var position = first.count
    let padding = [UInt8](repeating: 0, count: SnapshotFormat.pageSize)
    for section in sections {
      try write(padding.span.extracting(first: section.offset - position))
      try emit(section.name, of: rows, graph, to: write)
      position = section.range.upperBound
    }
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
      let padding = [Float](
        repeating: 0, count: SnapshotFormat.vectorStride(dimensions: rows.dimensions) - rows.dimensions)
      for index in 0..<rows.count {
        piece.append(FloatBytes.bytes(of: rows.vector(index)))
        piece.append(FloatBytes.bytes(of: padding.span))
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.hashes:
      for index in 0..<rows.count {
        piece.appendLittleEndian(rows.hash(index))
        try flush(&piece, to: write)
      }
    case SnapshotSection.Name.ids:
      try emitStrings(count: rows.count, through: &piece, to: write, length: { rows.id($0).count }) { index, piece in
        piece.append(rows.id(index))
      }
    case SnapshotSection.Name.tables:
      for row in [0, rows.count] { piece.appendLittleEndian(UInt64(row)) }
      try emitStrings(count: 1, through: &piece, to: write, length: { _ in rows.table.utf8.count }) { _, piece in
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
      let padding = [Float](repeating: 0, count: graph.layout.vectorStride - rows.dimensions)
      try graph.forEachEdges { (node, edges) throws(Failure) in
        piece.append(FloatBytes.bytes(of: rows.vector(Int(graph.nodes.representatives[node]))))
        piece.append(FloatBytes.bytes(of: padding.span))
        piece.append(edges)
        try flush(&piece, to: write)
      }
    default: return false
    }
    if !piece.isEmpty { try write(piece.span) }
    return true
  }
}
