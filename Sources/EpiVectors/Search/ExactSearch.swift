/// Measures every row. The answer is the exact one: the same for any batch, on any machine.
package enum ExactSearch {
  /// Bytes of rows that all queries of a batch are measured against before the next rows are read: half of a small second-level cache.
  private static let blockBytes = 256 << 10

  /// The `limit` nearest rows for each query.
  /// - Parameters:
  ///   - vectors: the slots of the rows, and perhaps more behind each.
  ///   - pitch: bytes from one slot to the next.
  ///   - form: that of the slots; its metric is that of the queries.
  /// - Returns: for each query its matches, nearest first, equal distances by row.
  /// - Complexity: O(`vectors.count` · queries); the rows are read from memory once.
  package static func search(_ vectors: Span<UInt8>, pitch: Int, form: VectorForm, for queries: QueryBatch, limit: Int) -> [[Match]] {
    let rows = vectors.count / pitch
    precondition(rows * pitch == vectors.count && pitch >= form.slotBytes && rows <= Int(UInt32.max))
    guard limit > 0 else { return Array(repeating: [], count: queries.count) }
    var best = Array(repeating: TopK(limit: min(limit, max(rows, 1))), count: queries.count)
    let blockRows = max(1, blockBytes / form.slotBytes)
    var distances = [Float](repeating: 0, count: min(blockRows, rows))
    var start = 0
    while start < rows {
      let count = min(blockRows, rows - start)
      let block = vectors.extracting((start * pitch)..<((start + count) * pitch))
      for query in 0..<queries.count {
        var results = distances.mutableSpan
        DistanceKernel.distances(from: queries.vector(query), to: block, pitch: pitch, rows: count, form: form, into: &results)
        offer(distances.span.extracting(first: count), from: start, to: &best[query])
      }
      start += count
    }
    return best.map { $0.sorted() }
  }

  private static func offer(_ distances: Span<Float>, from start: Int, to best: inout TopK) {
    var worst = best.worstDistance
    for index in 0..<distances.count where distances[index] < worst {
      // A later row at the worst distance ranks behind it, so "less than" misses nothing.
      best.offer(row: start + index, distance: distances[index])
      worst = best.worstDistance
    }
  }
}
