internal import EpiBytes

/// Distances between vectors as they lie in blobs: what the SQL functions give.
package enum BlobDistance {
  /// The distance of two checked vectors of the same type and length, rounded to single precision; nil where there is none (for
  /// cosine a vector of zeros or of none, or lengths that single precision does not hold).
  ///
  /// Cosine is 1 - cos, not kept from falling a hair below 0, and for f1bit the number of bits that differ; l2 is not squared; dot is
  /// the negative product. Sums are in single precision, for f64 in double.
  /// - Precondition: the metric of two f1bit vectors is not l2.
  /// - Complexity: O(dimensions)
  package static func distance(
    _ a: VectorBlob, in aBytes: Span<UInt8>, _ b: VectorBlob, in bBytes: Span<UInt8>, metric: Metric
  ) -> Float? {
    precondition(a.type == b.type && a.dimensions == b.dimensions && aBytes.count >= a.dataCount && bBytes.count >= b.dataCount)
    let distance: Float =
      switch a.type {
      case .float32: single(aBytes.extracting(first: a.dataCount), bBytes.extracting(first: b.dataCount), metric)
      case .float64: double(a, aBytes, b, bBytes, metric)
      case .float1bit: bits(a.dimensions, aBytes.extracting(first: a.dataCount), bBytes.extracting(first: b.dataCount), metric)
      case .float8, .float16, .floatb16: decoded(a, aBytes, b, bBytes, metric)
      }
    return distance.isNaN ? nil : distance
  }

  private static func single(_ a: Span<UInt8>, _ b: Span<UInt8>, _ metric: Metric) -> Float {
    switch metric {
    case .cosine: cosine(dot: DistanceKernel.dot(a, b), squares: DistanceKernel.dot(a, a), DistanceKernel.dot(b, b))
    case .l2: Float(Double(DistanceKernel.squaredDistance(a, b)).squareRoot())
    case .dot: 0 - DistanceKernel.dot(a, b)
    }
  }

  /// The distance from the sums; the product of the squares may overflow or vanish, and then there is none.
  @inline(__always)
  static func cosine(dot: Float, squares a: Float, _ b: Float) -> Float {
    Float(1 - Double(dot) / Double(a * b).squareRoot())
  }

  private static func decoded(
    _ a: VectorBlob, _ aBytes: Span<UInt8>, _ b: VectorBlob, _ bBytes: Span<UInt8>, _ metric: Metric
  ) -> Float {
    var floats: [Float] = []
    floats.reserveCapacity(2 * a.dimensions)
    a.appendFloats(from: aBytes, to: &floats)
    b.appendFloats(from: bBytes, to: &floats)
    let bytes = FloatBytes.bytes(of: floats.span)
    return single(bytes.extracting(first: 4 * a.dimensions), bytes.extracting(droppingFirst: 4 * a.dimensions), metric)
  }

  private static func double(
    _ a: VectorBlob, _ aBytes: Span<UInt8>, _ b: VectorBlob, _ bBytes: Span<UInt8>, _ metric: Metric
  ) -> Float {
    var (dot, aSquares, bSquares, differences) = (0.0, 0.0, 0.0, 0.0)
    for offset in stride(from: 0, to: a.dataCount, by: 8) {
      let x = Double(bitPattern: ByteScan.word(aBytes, at: offset))
      let y = Double(bitPattern: ByteScan.word(bBytes, at: offset))
      dot += x * y
      aSquares += x * x
      bSquares += y * y
      differences += (x - y) * (x - y)
    }
    return switch metric {
    case .cosine: Float(1 - dot / (aSquares * bSquares).squareRoot())
    case .l2: Float(differences.squareRoot())
    case .dot: Float(0 - dot)
    }
  }

  private static func bits(_ dimensions: Int, _ a: Span<UInt8>, _ b: Span<UInt8>, _ metric: Metric) -> Float {
    precondition(metric != .l2)
    let differences = SignBits.differences(a, b)
    return Float(metric == .cosine ? differences : 2 * differences - dimensions)
  }
}
