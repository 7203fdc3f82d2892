internal import EpiSystem

extension Snapshot {
  /// The stored vectors where they lie in the file, `vectorCount` of them, `vectorPitch` numbers from one to the next: a vector for
  /// each row, or for each node of a graph with other things between them.
  ///
  /// A mapping begins at a page and the section at a multiple of one, so the numbers are aligned; opening has verified that the
  /// section lies in the file and has this length.
  package var vectors: Span<Float> {
    @_lifetime(borrow self)
    borrowing get {
      FloatBytes.floats(in: file.bytes.extracting(layout.vectors.range))
    }
  }

  package var vectorCount: Int { graph?.nodes ?? head.rows }

  /// The numbers of a vector, by its place among the `vectorCount`.
  func vector(_ index: Int) -> [Float] {
    let start = index * vectorPitch
    let vectors = vectors
    return (start..<(start + head.dimensions)).map { vectors[$0] }
  }

  /// The numbers of a row's vector, in the form the metric stores.
  /// - Complexity: O(rows) with a graph, whose nodes tell of their rows but not the other way
  package func vector(ofRow row: Int) throws(SnapshotError) -> [Float] {
    guard let graph else { return vector(row) }
    return vector(try graph.node(ofRow: row, in: bytes))
  }

  package var vectorPitch: Int {
    graph.map { $0.layout.blockBytes / MemoryLayout<Float>.stride } ?? SnapshotFormat.vectorStride(dimensions: head.dimensions)
  }
}
