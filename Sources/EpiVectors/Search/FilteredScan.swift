internal import EpiBytes

/// Measures every allowed vector and no other. The answer is the exact one.
enum FilteredScan {
  /// Bytes of vectors that all queries of a batch are measured against before the next ones are read.
  private static let blockBytes = 256 << 10

  /// The `limit` nearest of the allowed vectors for each query, by their numbers.
  /// - Parameters:
  ///   - vectors, pitch, form: as `ExactSearch.search` takes them.
  ///   - allowed: the vectors to measure.
  /// - Complexity: O(`allowed.count` · queries); the vectors are read from memory once.
  static func search(
    _ vectors: Span<UInt8>, pitch: Int, form: VectorForm, among allowed: AllowedVectors, for queries: QueryBatch, limit: Int
  ) -> [[Match]] {
    let numbers = allowed.numbers
    guard limit > 0, !numbers.isEmpty else { return Array(repeating: [], count: queries.count) }
    // For one query a vector is needed once: putting it elsewhere first would take as long as to measure it.
    if queries.count == 1 { return [nearest(vectors, pitch: pitch, form: form, among: numbers, to: queries.vector(0), limit: limit)] }
    var best = Array(repeating: TopK(limit: min(limit, numbers.count)), count: queries.count)
    let size = form.slotBytes
    let block = min(numbers.count, max(1, blockBytes / size))
    // Put together, they are measured as fast as if they lay so in the file.
    var gathered = ByteWriter(capacity: block * size)
    var distances = [Float](repeating: 0, count: block)
    var start = 0
    while start < numbers.count {
      let count = min(numbers.count - start, block)
      gathered.removeAll()
      for index in start..<(start + count) {
        let place = Int(numbers[index]) * pitch
        gathered.append(vectors.extracting(place..<(place + size)))
      }
      for query in 0..<queries.count {
        var results = distances.mutableSpan
        DistanceKernel.distances(from: queries.vector(query), to: gathered.span, pitch: size, rows: count, form: form, into: &results)
        offer(distances.span.extracting(first: count), numbers.span.extracting(start..<(start + count)), to: &best[query])
      }
      start += count
    }
    return best.map { $0.sorted() }
  }

  private static func nearest(
    _ vectors: Span<UInt8>, pitch: Int, form: VectorForm, among numbers: [UInt32], to query: Span<Float>, limit: Int
  ) -> [Match] {
    var best = TopK(limit: min(limit, numbers.count))
    var worst = best.worstDistance
    for number in numbers {
      let place = Int(number) * pitch
      let distance = DistanceKernel.distance(query, vectors.extracting(place..<(place + form.slotBytes)), form: form)
      guard distance < worst else { continue }
      best.offer(row: Int(number), distance: distance)
      worst = best.worstDistance
    }
    return best.sorted()
  }

  private static func offer(_ distances: Span<Float>, _ numbers: Span<UInt32>, to best: inout TopK) {
    var worst = best.worstDistance
    for index in 0..<distances.count where distances[index] < worst {
      best.offer(row: Int(numbers[index]), distance: distances[index])
      worst = best.worstDistance
    }
  }
}
