internal import EpiSystem

extension Snapshot {
  package var form: VectorForm { head.form }

  /// The slots of the stored vectors where they lie in the file, `vectorCount` of them, `vectorPitch` bytes from one to the next: one
  /// for each row, or for each node of a graph with other things between them.
  ///
  /// A mapping begins at a page and the section at a multiple of one, so the numbers are aligned; opening has verified that the
  /// section lies in the file and has this length.
  package var vectors: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { file.bytes.extracting(layout.vectors.range) }
  }

  /// The rows as bytes; empty when there are none.
  var coarseRows: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { file.bytes.extracting(layout.coarse?.range ?? 0..<0) }
  }

  /// The section `codes`; empty when there is none.
  var nodeCodes: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { file.bytes.extracting(layout.codes?.range ?? 0..<0) }
  }

  package var vectorCount: Int { graph?.nodes ?? head.rows }

  package var vectorPitch: Int { graph?.layout.blockBytes ?? form.slotBytes }

  /// The slot of a vector, by its place among the `vectorCount`.
  @_lifetime(borrow self)
  borrowing func slot(_ index: Int) -> Span<UInt8> {
    let start = layout.vectors.offset + index * vectorPitch
    return file.bytes.extracting(start..<(start + form.slotBytes))
  }

  /// The numbers of a row's vector, in the form the metric stores.
  /// - Complexity: O(rows) with a graph, whose nodes tell of their rows but not the other way
  package func vector(ofRow row: Int) throws(SnapshotError) -> [Float] {
    guard let graph else { return vector(row) }
    return vector(try graph.node(ofRow: row, in: bytes))
  }

  /// The same, for those who cannot borrow it.
  func copySlot(_ index: Int) -> [UInt8] { slot(index).copied() }

  /// The numbers of a vector, by its place among the `vectorCount`.
  func vector(_ index: Int) -> [Float] {
    var vector = Array(repeating: Float(0), count: head.dimensions)
    var values = vector.mutableSpan
    DistanceKernel.decode(slot(index), form: form, into: &values)
    return vector
  }

  /// For each row the place of its vector among the `vectorCount`.
  func slotOfRows() throws(SnapshotError) -> [UInt32] {
    guard let graph else { return (0..<UInt32(head.rows)).map { $0 } }
    return try graph.nodeOfRows(in: bytes)
  }
}
