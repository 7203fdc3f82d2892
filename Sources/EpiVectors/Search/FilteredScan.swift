/// Measures every allowed vector and no other. The answer is the exact one.
enum FilteredScan {
  /// Bytes of vectors that all queries of a batch are measured against before the next ones are read.
  private static let blockBytes = 256 << 10

  /// The `limit` nearest of the allowed vectors for each query, by their numbers.
  /// - Parameters:
  ///   - vectors: as `ExactSearch.search` takes them.
  ///   - allowed: the vectors to measure.
  /// - Complexity: O(`allowed.count` · queries); the vectors are read from memory once.
  static func search(_ vectors: Span<Float>, pitch: Int, among allowed: AllowedVectors, for queries: QueryBatch, limit: Int) -> [[Match]] {
    let numbers = allowed.numbers
    guard limit > 0, !numbers.isEmpty else { return Array(repeating: [], count: queries.count) }
    var best = Array(repeating: TopK(limit: min(limit, numbers.count)), count: queries.count)
    let block = max(1, blockBytes / (queries.stride * MemoryLayout<Float>.stride))
    var distances = [Float](repeating: 0, count: min(block, numbers.count))
    var start = 0
    while start < numbers.count {
      let end = min(numbers.count, start + block)
      for query in 0..<queries.count {
        let vector = queries.vector(query)
        var index = start
        while index < end {
          // Neighbours in the file are measured by one call.
          var next = index + 1
          while next < end, numbers[next] == numbers[next - 1] + 1 { next += 1 }
          let first = Int(numbers[index]) * pitch
          var results = distances.mutableSpan
          DistanceKernel.distances(
            from: vector, toRowsOf: vectors.extracting(first..<(first + (next - index) * pitch)), pitch: pitch, rows: next - index,
            metric: queries.metric, into: &results)
          offer(distances.span.extracting(first: next - index), from: Int(numbers[index]), to: &best[query])
          index = next
        }
      }
      start = end
    }
    return best.map { $0.sorted() }
  }

  private static func offer(_ distances: Span<Float>, from first: Int, to best: inout TopK) {
    for index in 0..<distances.count where distances[index] < best.worstDistance { best.offer(row: first + index, distance: distances[index]) }
  }
}
