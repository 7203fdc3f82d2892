/// Finds the nearest rows by their bytes first: bounds tell which rows cannot be among them, and the others are measured. So the
/// answer is that of measuring all, from a quarter of the memory.
enum CoarseScan {
  /// Rows whose bounds are made at a time.
  private static let blockRows = 512

  /// The `limit` nearest rows for each query, as `ExactSearch.search` gives them.
  /// - Parameters:
  ///   - vectors: the slots of the rows, one after the other.
  ///   - coarse: the section `coarse` (epi-snapshot.5) of as many rows.
  /// - Complexity: O(rows · queries); bytes are read from memory once, a slot when its row is not ruled out.
  static func search(_ vectors: Span<UInt8>, _ coarse: Span<UInt8>, form: VectorForm, for queries: QueryBatch, limit: Int) -> [[Match]] {
    let rows = vectors.count / form.slotBytes
    let size = CoarseRow.byteCount(dimensions: form.dimensions)
    precondition(rows * form.slotBytes == vectors.count && rows * (size + CoarseRow.measureBytes) == coarse.count)
    guard limit > 0, rows > 0 else { return Array(repeating: [], count: queries.count) }
    var best = Array(repeating: TopK(limit: min(limit, rows)), count: queries.count)
    let coarseQueries = (0..<queries.count).map { CoarseQuery(queries.vector($0).extracting(first: form.dimensions), metric: form.metric) }
    let measures = coarse.extracting((rows * size)..<coarse.count)
    var bounds = [Float](repeating: 0, count: min(blockRows, rows))
    var start = 0
    while start < rows {
      let count = min(blockRows, rows - start)
      let bytes = coarse.extracting((start * size)..<((start + count) * size))
      let part = measures.extracting((start * CoarseRow.measureBytes)..<((start + count) * CoarseRow.measureBytes))
      for query in 0..<queries.count {
        var target = bounds.mutableSpan
        DistanceKernel.bounds(coarseQueries[query], rows: bytes, part, count: count, into: &target)
        measure(bounds.span.extracting(first: count), from: start, vectors, form, queries.vector(query), &best[query])
      }
      start += count
    }
    return best.map { $0.sorted() }
  }

  /// Measures the rows whose bounds do not rule them out.
  private static func measure(
    _ bounds: Span<Float>, from start: Int, _ vectors: Span<UInt8>, _ form: VectorForm, _ query: Span<Float>, _ best: inout TopK
  ) {
    var worst = best.worstDistance
    var limit = bound(of: worst, form.metric)
    for index in 0..<bounds.count where bounds[index] <= limit {
      let slot = vectors.extracting(((start + index) * form.slotBytes)..<((start + index + 1) * form.slotBytes))
      let distance = DistanceKernel.distance(query, slot, form: form)
      guard distance < worst else { continue }
      best.offer(row: start + index, distance: distance)
      worst = best.worstDistance
      limit = bound(of: worst, form.metric)
    }
  }

  /// What the kernel gives at a distance, or a little more: a row whose bound is above it is farther away.
  @inline(__always)
  private static func bound(of distance: Float, _ metric: Metric) -> Float {
    switch metric {
    case .cosine: 2 * distance
    case .l2: (distance * distance).nextUp.nextUp
    case .dot: distance
    }
  }
}
