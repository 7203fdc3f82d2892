internal import EpiBytes

/// Writes what follows the vector in a node's block: its neighbours, each with a one-bit code of its direction from the node (RaBitQ,
/// Gao and Long, 2024; relative to the node as in SymphonyQG, 2024).
///
/// With r the rotated difference of neighbour and node, b its signs, and c the rotated node: for any rotated query q the sum of q's
/// signed values Σ b·q tells of the inner product <r, q>, without bias for a random rotation:
///
///     |neighbour - query|² ≈ |node - query|² + addition + factor · Σ b·q
///     addition = |r|² + 2 |r|² Σ b·c / Σ|r|        factor = -2 |r|² / Σ|r|
struct EdgeEncoder: ~Copyable {
  let layout: GraphLayout
  private var bits: [UInt8]

  init(_ layout: GraphLayout) {
    self.layout = layout
    bits = Array(repeating: 0, count: GraphOptions.batch * layout.codeDimensions / 8)
  }

  /// Fills `target`, `edgeBytes` bytes.
  /// - Parameters:
  ///   - rotated: vectors of all nodes, rotated, relative to their centre.
  ///   - neighbors: at most as many as the layout has places. Places left over repeat the last one.
  mutating func encode(_ node: Int, _ neighbors: Span<UInt32>, of rotated: Span<Float>, into target: inout MutableSpan<UInt8>) {
    let size = layout.codeDimensions
    let centre = rotated.extracting((node * size)..<((node + 1) * size))
    for batch in 0..<layout.batches {
      for index in 0..<GraphOptions.batch {
        let place = batch * GraphOptions.batch + index
        let neighbor = neighbors.isEmpty ? node : Int(neighbors[min(place, neighbors.count - 1)])
        let point = rotated.extracting((neighbor * size)..<((neighbor + 1) * size))
        var all = bits.mutableSpan
        let sums = GraphKernel.encode(point, relativeTo: centre, into: &all, at: index * size / 8)
        let ratio = sums.magnitudes > 0 ? sums.squares / sums.magnitudes : 0
        target.store(UInt32(neighbor), at: place * 4)
        target.store((sums.squares + 2 * ratio * sums.centre).bitPattern, at: layout.additions + place * 4)
        target.store((-2 * ratio).bitPattern, at: layout.factors + place * 4)
      }
      GraphKernel.interleave(bits.span, count: size, into: &target, at: layout.codes + batch * bits.count)
    }
  }
}

extension MutableSpan where Element == UInt8 {
  /// Stores an integer, least significant byte first.
  fileprivate mutating func store(_ value: UInt32, at offset: Int) {
    for index in 0..<4 { self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
  }
}
