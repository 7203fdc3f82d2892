/// A random rotation, fast: rounds of sign changes and Walsh-Hadamard transforms (`epi_rotate_f32`).
///
/// One-bit codes are unbiased for vectors in a random direction only; rotating all vectors alike makes any data such.
struct Rotation {
  /// The dimensions of a rotated vector: those of the vectors and zeros, up to a multiple of 32.
  let dimensions: Int
  /// For each round a factor 1 or -1 a dimension.
  let signs: [Float]

  static let rounds = 4

  static func paddedDimensions(_ dimensions: Int) -> Int { (dimensions + 31) & ~31 }

  /// - Parameter signs: 1 or -1 for each round and dimension.
  init(dimensions: Int, signs: [Float]) {
    self.dimensions = dimensions
    self.signs = signs
  }

  init(dimensions: Int, seed: UInt64) {
    self.dimensions = Self.paddedDimensions(dimensions)
    var generator = SplitMix(seed: seed)
    var bits: UInt64 = 0
    signs = (0..<(Self.rounds * self.dimensions)).map { index in
      if index % 64 == 0 { bits = generator.next() }
      return bits >> (index % 64) & 1 == 1 ? -1 : 1
    }
  }

  /// Writes the rotated `vector` to `result`, which has `dimensions` numbers.
  func apply(to vector: Span<Float>, into result: inout MutableSpan<Float>) {
    for index in 0..<vector.count { result[index] = vector[index] }
    for index in vector.count..<dimensions { result[index] = 0 }
    GraphKernel.rotate(&result, signs: signs.span)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a small generator whose whole state is the seed.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// A number below `bound`, which is at most 2^32.
  mutating func next(below bound: Int) -> Int { Int(truncatingIfNeeded: (next() >> 32) &* UInt64(bound) >> 32) }
}
