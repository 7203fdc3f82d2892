internal import EpiBytes
package import EpiSystem

/// The blocks of an older graph, copied to where they lie in the new file, so that those that change are all that has to be made.
///
/// As long as rows come with the ids that the older snapshot has, in its order, their blocks are copied while more are read: they will
/// likely be the same, and the disk is busy early. Where it turns out that nodes get other numbers, all is written over.
package final class CopiedBlocks {
  private let older: SharedSnapshot
  private let copy: BackgroundCopy
  private let blocks: SnapshotSection
  /// Rows that came as they were.
  private var rows = 0
  private var isAstray = false
  /// Where the bytes that are not on their way yet begin.
  private var next: Int

  /// Bytes that are worth a start.
  private static let pieceSize = 8 << 20

  /// - Parameters:
  ///   - older: has the blocks.
  ///   - start: begins to copy parts of a file of this size.
  /// - Returns: nil where there are no blocks, or they cannot be copied.
  package init?(of older: SharedSnapshot, _ start: (Int, @escaping BackgroundCopy.Copy) -> BackgroundCopy?) {
    guard let graph = older.snapshot.graph,
      let copy = start(older.snapshot.head.fileLength, { Self.copy($0, of: older.snapshot, to: $1) })
    else { return nil }
    self.older = older
    self.copy = copy
    blocks = graph.blocks
    next = graph.blocks.offset
  }

  private static func copy(_ part: Range<Int>, of snapshot: borrowing Snapshot, to target: borrowing CopyTarget) -> Int? {
    snapshot.file.copy(part, to: target)
  }

  /// Takes in what the next row that has a vector is in the older snapshot. Before that is known to be sound nothing is copied.
  package func note(_ row: IndexBuilder.RowMatch) {
    guard !isAstray, row != .none else { return }
    let count = older.snapshot.head.rows
    guard row == .known(rows), rows < count else {
      isAstray = true
      return
    }
    rows += 1
    // Rows that have equal vectors share a node, so this place is about that of the row.
    let end = (blocks.offset + blocks.length / count * rows) / SnapshotFormat.pageSize * SnapshotFormat.pageSize
    if end - next >= Self.pieceSize, older.isKnownToBeSound { copy(to: end) }
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
    guard let graph, graph.previous?.shared === older, let changed = graph.changedNodes, changed.count * 4 <= graph.nodeCount else { return nil }
    return changed
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
      Self.note(&change, older.snapshot, (offset + place)..<(offset + place + size), block.span, at: place)
      try write(offset + place, block.span)
    }
    section.checksum = change.applied(to: blocks.checksum, length: blocks.length)
    return section
  }

  private static func note(
    _ change: inout ChecksumChange, _ snapshot: borrowing Snapshot, _ range: Range<Int>, _ block: Span<UInt8>, at place: Int
  ) { change.replace(snapshot.bytes.extracting(range), by: block, at: place) }
}
