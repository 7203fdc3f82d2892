internal import EpiBytes

/// Writes what follows the vector in a node's block: its neighbours, and what is kept of each.
///
/// One-bit codes tell a neighbour's direction from the node (RaBitQ, Gao and Long, 2024; relative to the node as in SymphonyQG, 2024).
/// With r the rotated difference of neighbour and node, b its signs, and c the rotated node: for any rotated query q the sum of q's
/// signed values Σ b·q tells of the inner product <r, q>, without bias for a random rotation:
///
///     |neighbour - query|² ≈ |node - query|² + addition + factor · Σ b·q
///     addition = |r|² + 2 |r|² Σ b·c / Σ|r|        factor = -2 |r|² / Σ|r|
///
/// Other codes are the neighbours' vectors once more, rounded to a type of their own.
struct EdgeEncoder: ~Copyable {
  let layout: GraphLayout
  private var bits: [UInt8]
  private var vector: [Float]
  private var slots: SlotEncoder?

  init(_ layout: GraphLayout) {
    self.layout = layout
    bits = Array(repeating: 0, count: GraphOptions.batch * layout.codeDimensions / 8)
    vector = Array(repeating: 0, count: layout.form.dimensions)
    slots = layout.codeForm.map { SlotEncoder($0) }
  }

  /// Fills `target`, `edgeBytes` bytes.
  /// - Parameters:
  ///   - points: those of all nodes; for one-bit codes.
  ///   - nodes: the vectors of all nodes; for other codes.
  ///   - neighbors: at most as many as the layout has places. Places left over repeat the last one.
  mutating func encode(
    _ node: Int, _ neighbors: Span<UInt32>, points: Span<Float>, _ nodes: NodeSlots, into target: inout MutableSpan<UInt8>
  ) {
    for place in 0..<layout.neighbors {
      let neighbor = Self.neighbor(neighbors, place, of: node)
      target.store(neighbor, at: place * 4)
      if layout.codeForm != nil { encodeSlot(nodes.slot(Int(neighbor)), at: layout.codeSlots, place, into: &target) }
    }
    if layout.code == .float1bit { encodeBits(node, neighbors, points, into: &target) }
  }

  private static func neighbor(_ neighbors: Span<UInt32>, _ place: Int, of node: Int) -> UInt32 {
    neighbors.isEmpty ? UInt32(node) : neighbors[min(place, neighbors.count - 1)]
  }

  private mutating func encodeBits(
    _ node: Int, _ neighbors: Span<UInt32>, _ points: Span<Float>, into target: inout MutableSpan<UInt8>
  ) {
    let size = layout.codeDimensions
    let centre = points.extracting((node * size)..<((node + 1) * size))
    for batch in 0..<layout.batches {
      for index in 0..<GraphOptions.batch {
        let place = batch * GraphOptions.batch + index
        let neighbor = Int(Self.neighbor(neighbors, place, of: node))
        let point = points.extracting((neighbor * size)..<((neighbor + 1) * size))
        var all = bits.mutableSpan
        let sums = GraphKernel.encode(point, relativeTo: centre, into: &all, at: index * size / 8)
        let ratio = sums.magnitudes > 0 ? sums.squares / sums.magnitudes : 0
        target.store((sums.squares + 2 * ratio * sums.centre).bitPattern, at: layout.additions + place * 4)
        target.store((-2 * ratio).bitPattern, at: layout.factors + place * 4)
      }
      GraphKernel.interleave(bits.span, count: size, into: &target, at: layout.codes + batch * bits.count)
    }
  }

  private mutating func encodeSlot(_ source: Span<UInt8>, at start: Int, _ place: Int, into target: inout MutableSpan<UInt8>) {
    let layout = layout
    guard let form = layout.codeForm else { return }
    var values = vector.mutableSpan
    DistanceKernel.decode(source, form: layout.form, into: &values)
    let first = start + place * form.slotBytes
    // What a type cannot hold is kept as zeros, from which its distance is wrong; but only until it is visited.
    do {
      let vector = vector
      try slots?.encode(vector.span)
      if let slot = slots?.slot { GraphKernel.copy(slot.span, into: &target, at: first) }
    } catch {
      for index in 0..<form.slotBytes { target[first + index] = 0 }
    }
  }
}

extension MutableSpan where Element == UInt8 {
  /// Stores an integer, least significant byte first.
  fileprivate mutating func store(_ value: UInt32, at offset: Int) {
    for index in 0..<4 { self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
  }
}
