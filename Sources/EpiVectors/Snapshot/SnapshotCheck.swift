package import EpiBytes
internal import EpiJSON
package import EpiSystem

/// Reads a whole snapshot and verifies what opening it takes on trust: checksums, order, form of the vectors, texts, hash.
package enum SnapshotCheck {
  /// Checks `file` and appends what was found as one JSON object and a newline.
  /// - Returns: the fault; nil when the snapshot is sound.
  /// - Complexity: O(bytes of the file)
  package static func report(on file: consuming MappedFile, to writer: inout ByteWriter) -> SnapshotError? {
    let size = size(of: file)
    do {
      let snapshot = try Snapshot(mapping: file)
      try run(snapshot)
      writer.append("{\"ok\":true,\"rows\":")
      writer.append(decimal: snapshot.head.rows)
      writer.append(",\"tables\":")
      writer.append(decimal: snapshot.head.tables)
      writer.append(",\"dimensions\":")
      writer.append(decimal: snapshot.head.dimensions)
      writer.append(",\"sections\":")
      writer.append(decimal: snapshot.head.sections)
      writer.append(",\"bytes\":")
      writer.append(decimal: size)
      writer.append("}\n")
      return nil
    } catch {
      writer.append("{\"ok\":false,\"bytes\":")
      writer.append(decimal: size)
      writer.append(",\"error\":")
      JSONWriter.appendString(error.message, to: &writer)
      writer.append("}\n")
      return error
    }
  }

  private static func size(of file: borrowing MappedFile) -> Int { file.bytes.count }

  /// - Throws: the first fault.
  /// - Complexity: O(bytes of the file)
  package static func run(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    try checkSections(snapshot)
    try checkTables(snapshot)
    try checkRows(snapshot)
    try checkVectors(snapshot)
    try checkCoarseRows(snapshot)
    try checkNodeCodes(snapshot)
    if let graph = snapshot.graph { try checkNodes(snapshot, graph) }
    try checkHash(snapshot)
    _ = try snapshot.originText()
  }

  /// Verifies the checksums of all sections, and what lies between them.
  static func checkSections(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    let bytes = snapshot.bytes
    var end = SnapshotFormat.headSize + snapshot.sections.count * SnapshotFormat.sectionEntrySize + MemoryLayout<UInt32>.size
    for section in snapshot.sections {
      for offset in end..<section.offset where bytes[offset] != 0 { throw SnapshotError(.sectionPadding(section.name)) }
      guard Checksum.crc32c(bytes.extracting(section.range)) == section.checksum else {
        throw SnapshotError(.sectionChecksum(section.name))
      }
      end = section.range.upperBound
    }
  }

  private static func checkTables(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    let bytes = snapshot.bytes
    guard snapshot.firstRow(ofTable: 0) == 0, snapshot.firstRow(ofTable: snapshot.head.tables) == UInt64(snapshot.head.rows) else {
      throw SnapshotError(.sectionOffsets(SnapshotSection.Name.tables, item: 0))
    }
    for table in 0..<snapshot.head.tables {
      let name = bytes.extracting(try snapshot.name(ofTable: table))
      guard snapshot.firstRow(ofTable: table) < snapshot.firstRow(ofTable: table + 1) else {
        throw SnapshotError(.sectionOffsets(SnapshotSection.Name.tables, item: table))
      }
      if table > 0, ByteOrder.compare(bytes.extracting(try snapshot.name(ofTable: table - 1)), name) >= 0 {
        throw SnapshotError(.sectionText(SnapshotSection.Name.tables, item: table))
      }
    }
  }

  private static func checkRows(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    let bytes = snapshot.bytes
    var table = 0
    for row in 0..<snapshot.head.rows {
      let id = bytes.extracting(try snapshot.id(ofRow: row))
      if UInt64(row) == snapshot.firstRow(ofTable: table + 1) {
        table += 1
      } else if row > 0, ByteOrder.compare(bytes.extracting(try snapshot.id(ofRow: row - 1)), id) >= 0 {
        throw SnapshotError(.rowOrder(row: row))
      }
      _ = try snapshot.storedFields(ofRow: row)
    }
  }

  private static func checkVectors(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    let form = snapshot.form
    for index in 0..<snapshot.vectorCount {
      var square = 0.0
      for value in snapshot.vector(index) { square += Double(value) * Double(value) }
      let isSound = form.metric == .cosine ? abs(square - 1) <= form.unitTolerance : square > 0 && square < .infinity
      guard isSound else { throw SnapshotError(.vectorForm(row: index)) }
      let slot = snapshot.slot(index)
      let end = form.isScaled ? form.scaleOffset : form.slotBytes
      for place in form.numberBytes..<end where slot[place] != 0 { throw SnapshotError(.vectorForm(row: index)) }
      if form.isScaled { for place in (end + 8)..<form.slotBytes where slot[place] != 0 { throw SnapshotError(.vectorForm(row: index)) } }
    }
  }

  /// The bytes are those of the vectors, so that no row is ruled out wrongly.
  private static func checkCoarseRows(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    guard snapshot.layout.coarse != nil else { return }
    let size = CoarseRow.byteCount(dimensions: snapshot.head.dimensions)
    let coarse = snapshot.coarseRows
    for index in 0..<snapshot.head.rows {
      let vector = snapshot.vector(index)
      let row = CoarseRow(vector.span)
      var measures = ByteWriter(capacity: CoarseRow.measureBytes)
      row.appendMeasures(to: &measures)
      let start = snapshot.head.rows * size + index * CoarseRow.measureBytes
      guard ByteOrder.compare(coarse.extracting((index * size)..<((index + 1) * size)), row.bytes.span) == 0,
        ByteOrder.compare(coarse.extracting(start..<(start + CoarseRow.measureBytes)), measures.span) == 0
      else { throw SnapshotError(.vectorForm(row: index)) }
    }
  }

  /// The codes are those of the vectors, so that no node is ruled out wrongly.
  private static func checkNodeCodes(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    guard let graph = snapshot.graph, snapshot.layout.codes != nil else { return }
    let space = graph.space(in: snapshot.bytes)
    let section = snapshot.nodeCodes
    var writer = NodeCodeWriter(NodeCodeLayout(graph.layout, nodes: graph.nodes))
    var flat = [Float](repeating: 0, count: space.flatDimensions)
    var point = [Float](repeating: 0, count: space.dimensions)
    var made = ByteWriter()
    var position = 0
    for node in 0..<graph.nodes {
      var target = point.mutableSpan
      space.place(snapshot.slot(node), by: &flat, at: &target)
      writer.add(point.span, to: &made)
      guard ByteOrder.compare(section.extracting(position..<(position + made.count)), made.span) == 0 else {
        throw SnapshotError(.vectorForm(row: node))
      }
      position += made.count
      made.removeAll()
    }
  }

  private static func checkHash(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    var hash = ContentHash()
    for section in snapshot.sections where SnapshotSection.Name.hashed.contains(section.name) {
      hash.update(snapshot.bytes.extracting(section.range))
    }
    guard hash.value == snapshot.head.contentHash else { throw SnapshotError(.contentHash) }
  }

  /// Nodes: rows by their order, each once; neighbours that are there; all reached from the entry; numbers that are finite.
  private static func checkNodes(_ snapshot: borrowing Snapshot, _ graph: SnapshotGraph) throws(SnapshotError) {
    let bytes = snapshot.bytes
    var seen = [Bool](repeating: false, count: snapshot.head.rows)
    var next = 0
    var lastFirst = -1
    for node in 0..<graph.nodes {
      let places = try graph.places(ofNode: node, in: bytes)
      guard places.lowerBound == next else { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.nodes, item: node)) }
      next = places.upperBound
      var last = lastFirst
      for place in places {
        let row = try graph.row(at: place, in: bytes)
        guard row > last, !seen[row] else { throw SnapshotError(.nodeRows(node: node)) }
        if place == places.lowerBound { lastFirst = row }
        seen[row] = true
        last = row
      }
    }
    guard next == snapshot.head.rows else { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.nodes, item: graph.nodes)) }
    for place in graph.centreValues(in: bytes) where !place.isFinite { throw SnapshotError(.graphField("centre")) }
    try checkLinks(bytes, graph)
  }

  private static func checkLinks(_ bytes: Span<UInt8>, _ graph: SnapshotGraph) throws(SnapshotError) {
    let layout = graph.layout
    var reached = [Bool](repeating: false, count: graph.nodes)
    var count = 1
    var queue = [graph.entry]
    reached[graph.entry] = true
    while let node = queue.popLast() {
      let edges = graph.block(node).lowerBound + layout.slotBytes
      for index in 0..<layout.neighbors {
        let neighbor = Int(bytes.littleEndian32(at: edges + index * 4))
        guard neighbor < graph.nodes else { throw SnapshotError(.neighbor(node: node)) }
        for offset in layout.code == .float1bit ? [layout.additions, layout.factors] : [] {
          let value = Float(bitPattern: bytes.littleEndian32(at: edges + offset + index * 4))
          guard value.isFinite else { throw SnapshotError(.neighbor(node: node)) }
        }
        guard !reached[neighbor] else { continue }
        reached[neighbor] = true
        count += 1
        queue.append(neighbor)
      }
    }
    guard count == graph.nodes else { throw SnapshotError(.unreachable(nodes: graph.nodes - count)) }
  }
}
