internal import EpiBytes

/// Vectors of one type and length in memory, as blobs gave them, to be measured all against one: the exact answer.
///
/// Numbers of f32, f16, bf16 and f8 are kept in single precision, those of f64 and f1bit as they came. Distances are those of
/// `BlobDistance`, to the last bit.
package struct VectorTable: Sendable {
  package let type: ElementType
  package let dimensions: Int
  package private(set) var count = 0

  /// Row-major, `dimensions` numbers a row; empty where rows are kept as bytes.
  private var floats: [Float] = []
  /// |row|² of each row of `floats`.
  private var squares: [Float] = []
  /// Row-major, `pitch` bytes a row.
  private var bytes: [UInt8] = []

  package init(type: ElementType, dimensions: Int) {
    self.type = type
    self.dimensions = dimensions
  }

  private var keepsFloats: Bool { type != .float64 && type != .float1bit && dimensions > 0 }
  private var pitch: Int { type.dataCount(dimensions: dimensions) }

  /// Appends a vector.
  /// - Precondition: `form`, which has been checked, is of the table's type and length.
  package mutating func append(_ form: VectorBlob, in blob: Span<UInt8>) {
    precondition(form.type == type && form.dimensions == dimensions)
    count += 1
    guard keepsFloats else {
      for offset in 0..<form.dataCount { bytes.append(blob[offset]) }
      return
    }
    form.appendFloats(from: blob, to: &floats)
    squares.append(Self.square(of: floats, from: floats.count - dimensions))
  }

  private static func square(of floats: [Float], from start: Int) -> Float {
    let row = FloatBytes.bytes(of: floats.span.extracting(start...))
    return DistanceKernel.dot(row, row)
  }

  /// The distance of each vector from `query`; not-a-number where there is none.
  /// - Precondition: `form`, which has been checked, is of the table's type and length; the metric of f1bit is not l2.
  /// - Complexity: O(`count` × `dimensions`)
  package func distances(from form: VectorBlob, in blob: Span<UInt8>, metric: Metric) -> [Float] {
    precondition(form.type == type && form.dimensions == dimensions)
    var distances = [Float](repeating: 0, count: count)
    guard keepsFloats else {
      let pitch = pitch
      for row in 0..<count {
        let vector = bytes.span.extracting((row * pitch)..<((row + 1) * pitch))
        distances[row] = BlobDistance.distance(form, in: blob, form, in: vector, metric: metric) ?? .nan
      }
      return distances
    }
    guard count > 0 else { return [] }
    var query: [Float] = []
    form.appendFloats(from: blob, to: &query)
    var results = distances.mutableSpan
    switch metric {
    case .l2:
      DistanceKernel.distances(query.span, toRowsOf: floats.span, into: &results)
    case .cosine, .dot:
      DistanceKernel.dots(query.span, rowsOf: floats.span, into: &results)
      let queryBytes = FloatBytes.bytes(of: query.span)
      let square = DistanceKernel.dot(queryBytes, queryBytes)
      for row in 0..<count {
        results[row] = metric == .dot ? 0 - results[row] : BlobDistance.cosine(dot: results[row], squares: square, squares[row])
      }
    }
    return distances
  }

  /// The rows that can be among the first `limit` in an order by distance, rows at no distance first: these and the nearest, with all
  /// that are as far away as the last of them.
  package static func candidates(_ limit: Int, at distances: [Float]) -> [Int] {
    guard limit > 0 else { return [] }
    let farthest = nearest(limit, at: distances).last?.distance ?? .infinity
    // Not "at most": that would leave out rows at no distance.
    return distances.indices.filter { !(distances[$0] > farthest) }
  }

  /// The `limit` nearest of vectors at the given distances: those at none come last, equal distances by row.
  /// - Complexity: O(`distances.count` · log `limit`)
  package static func nearest(_ limit: Int, at distances: [Float]) -> [(row: Int, distance: Float?)] {
    let limit = min(limit, distances.count)
    guard limit > 0 else { return [] }
    var best = TopK(limit: limit)
    var worst = Float.infinity
    for row in distances.indices {
      guard distances[row] < worst else { continue }
      best.offer(row: row, distance: distances[row])
      worst = best.worstDistance
    }
    var found: [(row: Int, distance: Float?)] = best.sorted().map { ($0.row, $0.distance) }
    guard found.count < limit else { return found }
    let infinite = distances.indices.filter { distances[$0].isInfinite }
    let without = distances.indices.filter { distances[$0].isNaN }
    found += infinite.map { ($0, distances[$0]) } + without.map { ($0, nil) }
    return Array(found.prefix(limit))
  }
}
