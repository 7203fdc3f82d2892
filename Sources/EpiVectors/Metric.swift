/// What "near" means. The raw values are those on the disk (epi-snapshot.5).
///
/// | metric | distance | stored vectors | kernel |
/// |---|---|---|---|
/// | cosine | 1 - cos, 0 to 2 | scaled to length 1 | squared L2: 1 - cos = |p - q|² / 2 for unit vectors |
/// | l2 | Euclidean, not squared | as given | squared L2 |
/// | dot | the negative dot product | as given | dot |
///
/// Cosine goes by way of the squared difference because that has no cancellation near 0: an equal vector is at distance 0 exactly.
package enum Metric: UInt8, CaseIterable, Sendable {
  case cosine = 1
  case l2 = 2
  case dot = 3

  package var name: String {
    switch self {
    case .cosine: "cosine"
    case .l2: "l2"
    case .dot: "dot"
    }
  }

  /// The distance for what the metric's kernel gives. Never minus zero.
  @inline(__always)
  func distance(kernelValue value: Float) -> Float {
    switch self {
    case .cosine: value * 0.5
    case .l2: value.squareRoot()
    case .dot: 0 - value
    }
  }
}
