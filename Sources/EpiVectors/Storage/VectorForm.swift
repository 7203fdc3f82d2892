/// The form in which an index keeps its vectors: each in a slot (epi-snapshot.5), brought into shape for the metric.
///
/// | element | a number is | in the slot |
/// |---|---|---|
/// | f32, f64 | itself | itself |
/// | f16, bf16 | the nearest half, the upper half of a float | times a factor |
/// | f8 | one of 256 steps from the least to the greatest | times a factor, and a shift |
/// | f1bit | 1 where it is above 0, else -1 | a bit; times a factor, and a shift |
///
/// For cosine the vector is scaled to length 1, and where rounding would change its length, factor and shift restore it: so the squared
/// difference of query and stored vector is twice 1 - cos, whatever the element type.
package struct VectorForm: Equatable, Sendable {
  package let metric: Metric
  package let element: ElementType
  package let dimensions: Int

  package init(metric: Metric, element: ElementType, dimensions: Int) {
    self.metric = metric
    self.element = element
    self.dimensions = dimensions
  }

  /// Bytes of the numbers.
  var numberBytes: Int {
    switch element {
    case .float32: 4 * dimensions
    case .float64: 8 * dimensions
    case .float16, .floatb16: 2 * dimensions
    case .float8: dimensions
    case .float1bit: (dimensions + 7) / 8
    }
  }

  /// Whether factor and shift follow the numbers.
  var isScaled: Bool { element != .float32 && element != .float64 }

  /// Where factor and shift lie in a slot that has them.
  var scaleOffset: Int { (numberBytes + 7) & ~7 }

  /// Bytes from one vector to the next, a multiple of 64.
  package var slotBytes: Int { max(64, ((isScaled ? scaleOffset + 8 : numberBytes) + 63) & ~63) }

  /// Whether distances of such vectors mean anything: one bit tells a direction and no length.
  package var isMeaningful: Bool { element != .float1bit || metric == .cosine }

  /// How far the square of a stored vector's length may lie from 1 for cosine: what rounding does to numbers, factor and shift.
  var unitTolerance: Double { isScaled ? 0x1p-16 : 0x1p-20 }
}
