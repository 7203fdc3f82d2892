internal import EpiBytes
package import EpiSystem

/// The blocks of an older graph, copied to where they lie in the new file, so that those that change are all that has to be made.
///
/// As long as rows come with the ids that the older snapshot has, in its order, their blocks are copied while more are read: they will
/// likely be the same, and the disk is busy early. Where it turns out that nodes get other numbers, all is written over.
package final class CopiedBlocks {
  private let copy: BackgroundCopy
  private let layout: SnapshotLayout
  private let blocks: SnapshotSection
  /// Rows that came as they were.
  private var rows = 0
  private var isAstray = false
  /// Where the bytes that are not on their way yet begin.
  private var next: Int

  /// Bytes that are worth a start.
  private static let pieceSize = 8 << 20

  /// Nil where there are no blocks to copy.
  package init?(_ copy: BackgroundCopy) {
    guard let layout = Self.layout(of: copy.source), let graph = layout.graph else { return nil }
    self.copy = copy
    self.layout = layout
    blocks = graph.blocks
    next = graph.blocks.offset
  }

  /// Takes in what the next row that has a vector is in the older snapshot. Before that is known to be sound nothing is copied.
  package func note(_ row: IndexBuilder.RowMatch, of older: SharedSnapshot?) {
    guard !isAstray, row != .none else { return }
    guard row == .known(rows), rows < layout.head.rows else {
      isAstray = true
      return
    }
    rows += 1
    // Rows that have equal vectors share a node, so this place is about that of the row.
    let end = blocks.offset + blocks.length / layout.head.rows * rows
    if end - next >= Self.pieceSize, older?.isKnownToBeSound ?? true { copy(to: end) }
  }

  private func copy(to end: Int) {
    guard next < end else { return }
    copy.add(next..<end)
    next = end
  }

  /// No more rows will come: has all blocks copied, unless it is known that nodes get other numbers.
  package func goOn() { if !isAstray { copy(to: blocks.range.upperBound) } }

  /// Copies the rest where that pays, and waits for what is on its way.
  /// - Returns: the nodes whose blocks have to be replaced; nil where all have to be written.
  func settle(for graph: VectorGraph?) -> [Int]? {
    let changed = nodesToReplace(in: graph)
    if changed != nil { copy(to: blocks.range.upperBound) }
    return copy.finish() ? changed : nil
  }

  private func nodesToReplace(in graph: VectorGraph?) -> [Int]? {
    guard let graph, let previous = graph.previous, let changed = graph.changedNodes, changed.count * 4 <= graph.nodeCount,
      // The file may have been replaced between one opening and the other. The first page has the checksums of all that follows.
      Self.beginAlike(copy.source, previous.shared.snapshot)
    else { return nil }
    return changed
  }

  private static func layout(of file: borrowing MappedFile) -> SnapshotLayout? { try? SnapshotLayout(file.bytes) }

  private static func beginAlike(_ file: borrowing MappedFile, _ snapshot: borrowing Snapshot) -> Bool {
    let size = SnapshotFormat.pageSize
    return ByteOrder.compare(file.bytes.extracting(first: size), snapshot.bytes.extracting(first: size)) == 0
  }

  /// Replaces the blocks of some nodes.
  /// - Parameters:
  ///   - offset: where the section is to lie.
  ///   - write: writes a block at a place of the file.
  /// - Returns: the section; nil when it lay elsewhere.
  func replace(
    _ changed: [Int], of graph: VectorGraph, _ rows: borrowing IndexedRows, at offset: Int, _ write: (Int, Span<UInt8>) throws(SystemError) -> Void
  ) throws(SystemError) -> SnapshotSection? {
    guard offset == blocks.offset else { return nil }
    let size = graph.layout.blockBytes
    var section = blocks
    var change = ChecksumChange()
    var block = ByteWriter(capacity: size)
    try graph.forEachEdges(of: rows, among: changed) { (node, edges) throws(SystemError) in
      block.removeAll()
      block.append(rows.slot(Int(graph.nodes.representatives[node])))
      block.append(edges)
      let place = node * size
      Self.note(&change, copy.source, (offset + place)..<(offset + place + size), block.span, at: place)
      try write(offset + place, block.span)
    }
    section.checksum = change.applied(to: blocks.checksum, length: blocks.length)
    return section
  }

  private static func note(
    _ change: inout ChecksumChange, _ file: borrowing MappedFile, _ range: Range<Int>, _ block: Span<UInt8>, at place: Int
  ) { change.replace(file.bytes.extracting(range), by: block, at: place) }
}
