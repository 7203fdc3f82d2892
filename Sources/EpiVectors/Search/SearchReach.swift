/// How long a search of a graph goes on.
///
/// A beam search ends when the `beam` nodes that seem nearest have been visited: as many visits for a query whose nearest rows stand out
/// as for one that has a crowd around it. So with codes, whose estimates tell how far a node is before it is visited, a search ends as
/// soon as no node is left that seems nearer than the worst result so far, times a slack (Al-Jazzazi et al. 2025, "Distance Adaptive Beam
/// Search"). On text embeddings that takes a seventh of the visits less at a recall of 0.95, a quarter less at 0.99.
struct SearchReach {
  /// The search ends at the latest when so many nodes are visited, the nearest of all that it has heard of.
  let capacity: Int
  /// How much farther than the worst result so far a node may seem and still be visited, as a share. nil: any node may be visited.
  let slack: Float?

  /// Results that the slack is measured from, where fewer are wanted: one or two say little of what is around them.
  static let fewest = 10

  /// - Parameters:
  ///   - beam: what a plain beam search would visit; the slack gives about its recall.
  ///   - isFiltered: results are rare among the nodes, which lead the way whatever their distance.
  init(beam: Int, _ graph: SnapshotGraph, isFiltered: Bool) {
    let layout = graph.layout
    guard layout.code == .float1bit, layout.form.metric != .dot, !isFiltered, beam < graph.nodes else {
      capacity = beam
      slack = nil
      return
    }
    capacity = min(Self.widest * beam, graph.nodes)
    // An estimate errs by about one part in √dimensions, and what is missed by so much is found by this multiple of it.
    let ratio = Float(beam) / Self.evenBeam
    let doublings = Float(ratio.exponent) + ratio.significand - 1
    slack = Self.slackPerDoubling * doublings / Float(layout.codeDimensions).squareRoot()
  }

  /// Queries in a crowd need more visits than others: up to so many times those of a plain search.
  private static let widest = 4
  /// The beam whose recall a search without slack has, and what every doubling of the beam is worth, measured.
  private static let evenBeam: Float = 21.5
  private static let slackPerDoubling: Float = 0.9
}
