internal import EpiSystem

/// The points of all nodes, as signed bytes: what a graph is built by.
///
/// Each has a scale of its own. Rotation makes the numbers of a vector much alike, so a byte is enough to compare distances by, but for
/// vectors that lie very close to each other; those are measured by their floats. Either way all machines compute the same.
struct ByteVectors: ~Copyable {
  let dimensions: Int
  let bytes: SharedArray<Int8>
  /// Of each vector its scale and the square of its length.
  let measures: SharedArray<SIMD2<Float>>
  /// The points themselves.
  let floats: SharedArray<Float>
  /// 1 where a node's point has been made.
  private let isMade: SharedArray<UInt8>
  let slots: NodeSlots
  private let space: GraphSpace
  /// Whether points are made when they are asked for, on one thread; else all have been made.
  let isLazy: Bool

  /// Nodes that a thread takes at a time.
  private static let share = 256

  /// - Parameters:
  ///   - slots: the vectors.
  ///   - isLazy: make points when they are asked for, which spares the work when few are. Then one thread only may build.
  init(_ slots: NodeSlots, in space: GraphSpace, isLazy: Bool, threads: Int) {
    dimensions = space.dimensions
    let count = slots.count
    floats = SharedArray(zeros: count * dimensions)
    bytes = SharedArray(zeros: count * dimensions)
    measures = SharedArray(zeros: count)
    isMade = SharedArray(zeros: count)
    self.slots = slots
    self.space = space
    self.isLazy = isLazy
    guard !isLazy else { return }
    Threads.perform((count + Self.share - 1) / Self.share, on: threads) { part, _ in
      var flat = [Float](repeating: 0, count: space.flatDimensions)
      for node in (part * Self.share)..<min(count, (part + 1) * Self.share) { make(node, by: &flat) }
    }
  }

  var count: Int { measures.count }

  /// Makes a point that is needed, when that is left to whoever needs it.
  @inline(__always)
  func need(_ node: Int) {
    if isLazy, isMade[node] == 0 { makeLate(node) }
  }

  @inline(never)
  private func makeLate(_ node: Int) {
    var flat = [Float](repeating: 0, count: space.flatDimensions)
    make(node, by: &flat)
  }

  private func make(_ node: Int, by flat: inout [Float]) {
    floats.withMutable((node * dimensions)..<((node + 1) * dimensions)) { space.place(slots.slot(node), by: &flat, at: &$0) }
    isMade[node] = 1
    quantize(node)
  }

  private func quantize(_ node: Int) {
    let vector = vector(node)
    var largest: Float = 0
    for index in vector.indices { largest = max(largest, abs(vector[index])) }
    let scale = largest / 127
    let inverse = 127 / largest
    // Of a point so near the origin that its scale is lost in rounding the bytes stay zero: distances to it are then measured by floats.
    guard inverse.isFinite else { return }
    // Where floats lie 1 apart: what is added to it and taken off again is a whole number, the nearest, of two the even one.
    let whole: Float = 0x1.8p23
    var square: Int32 = 0
    bytes.withMutable((node * dimensions)..<((node + 1) * dimensions)) { target in
      for index in vector.indices {
        let value = Int32((vector[index] * inverse + whole) - whole)
        target[index] = Int8(truncatingIfNeeded: value)
        square &+= value &* value
      }
    }
    measures[node] = SIMD2(scale, scale * scale * Float(square))
  }

  func squaredLength(_ node: Int) -> Float {
    need(node)
    return measures[node].y
  }

  @_lifetime(borrow self)
  borrowing func vector(_ node: Int) -> Span<Float> {
    floats.span.extracting((node * dimensions)..<((node + 1) * dimensions))
  }

  /// The squared distance by floats.
  @inline(never)
  func squaredDistance(_ a: Int, _ b: Int) -> Float { DistanceKernel.squaredDistance(vector(a), vector(b)) }

  /// Hands over the floats.
  consuming func takeFloats() -> SharedArray<Float> { floats }

  @_lifetime(borrow self)
  borrowing func vectorBytes(_ node: Int) -> Span<Int8> {
    bytes.span.extracting((node * dimensions)..<((node + 1) * dimensions))
  }
}

/// Distances of one node to several others.
struct DistanceBuffer: ~Copyable {
  private let dots: SharedArray<Int32>
  private let values: SharedArray<Float>

  /// The part of the sum of two squared lengths below which bytes do not tell their squared distance well enough.
  private static let coarse: Float = 1 / 64

  /// - Parameter count: the most distances that are measured at once.
  init(count: Int) {
    dots = SharedArray(zeros: count)
    values = SharedArray(zeros: count)
  }

  subscript(index: Int) -> Float {
    @inline(__always) get { values[index] }
  }

  /// Measures the squared distances of `node` and each of `others`.
  @inline(__always)
  func measure(_ vectors: borrowing ByteVectors, from node: Int, to others: Span<UInt32>) {
    if vectors.isLazy {
      vectors.need(node)
      for index in 0..<others.count { vectors.need(Int(others[index])) }
    }
    dots.withMutable(0..<others.count) { dots in
      GraphKernel.dots(vectors.vectorBytes(node), vectors.bytes.span, stride: vectors.dimensions, rows: others, into: &dots)
    }
    let own = vectors.measures[node]
    let factor = -2 * own.x
    for index in 0..<others.count {
      let other = vectors.measures[Int(others[index])]
      let sum = own.y + other.y
      let distance = sum + factor * other.x * Float(dots[index])
      values[index] = distance > sum * Self.coarse ? distance : vectors.squaredDistance(node, Int(others[index]))
    }
  }
}
