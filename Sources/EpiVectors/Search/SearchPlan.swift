/// How a search goes about its work. It depends on the snapshot, the filter and the options alone, never on how queries arrive or on
/// threads, so that the same queries have the same answers.
package enum SearchPlan: Equatable, Sendable {
  /// Every row is measured.
  case scan
  /// Every allowed row is measured.
  case filteredScan
  /// Every node's code is compared, and the nodes are measured that may be near.
  case codes
  /// A search of the graph that keeps `beam` nodes in view; with a filter, rows that are not allowed lead the way all the same.
  case graph(beam: Int)

  package var name: String {
    switch self {
    case .scan: "scan"
    case .filteredScan: "filtered scan"
    case .codes: "codes"
    case .graph: "graph"
    }
  }
}

extension SearchPlan {
  /// What one vector costs in a scan, and a visit of a node, in nanoseconds as they were measured for 384 dimensions and 32 neighbours;
  /// only their ratio matters.
  private enum Cost {
    static func measuring(dimensions: Int) -> Double { 2 + 0.062 * Double(dimensions) }
    /// In a scan for many queries a vector comes from memory once for all of them, in one for a single query it is waited for: that takes
    /// four times as long. How many come together is not known beforehand and may not change an answer, so it is the middle of both.
    static func scanning(dimensions: Int) -> Double { 2 * measuring(dimensions: dimensions) }
    /// All codes, and the nodes that are measured: about one in 220 beside the first ones, wherever they lie.
    static func comparing(nodes: Int, limit: Int, _ layout: GraphLayout) -> Double {
      let measured = 2 * Double(limit) + 60 + Double(nodes) / 220
      return 0.0035 * Double(nodes * layout.codeDimensions) + measured * (100 + 0.125 * Double(layout.slotBytes))
    }
    static func visiting(_ layout: GraphLayout) -> Double {
      switch layout.code {
      case .float1bit: return 250 + 0.125 * Double(layout.blockBytes)
      // Neighbours are measured, where they lie or in their own blocks.
      case nil: return 200 + Double(layout.neighbors) * (60 + measuring(dimensions: layout.form.dimensions))
      default: return 200 + Double(layout.neighbors) * measuring(dimensions: layout.form.dimensions)
      }
    }
  }

  /// The cheaper way without a filter. Codes find nearly all there is to find, so they are taken as soon as they cost no more.
  static func unfiltered(base: Int, limit: Int, graph: SnapshotGraph, hasCodes: Bool) -> SearchPlan {
    guard hasCodes else { return .graph(beam: base) }
    let codes = Cost.comparing(nodes: graph.nodes, limit: limit, graph.layout)
    return codes <= Double(base) * Cost.visiting(graph.layout) ? .codes : .graph(beam: base)
  }

  /// The wider beam that a filter asks for. Of the nodes nearest to a query the share that is allowed is about `allowed` / nodes, so
  /// so many more must be in view for `limit` allowed ones; with a margin, because chance has it that fewer are.
  package static func beam(_ base: Int, limit: Int, allowed: Int, nodes: Int) -> Int {
    let wanted = Double(limit) + 2 * Double(limit).squareRoot()
    let wide = Double(base) + wanted * Double(nodes) / Double(max(1, allowed))
    return min(nodes, wide < Double(GraphOptions.maximumBeam) ? Int(wide) : GraphOptions.maximumBeam)
  }

  /// The cheaper way to the nearest of `allowed` nodes.
  static func filtered(base: Int, limit: Int, allowed: Int, graph: SnapshotGraph) -> SearchPlan {
    let beam = beam(base, limit: limit, allowed: allowed, nodes: graph.nodes)
    let scan = Double(allowed) * Cost.scanning(dimensions: graph.layout.form.dimensions)
    return scan <= Double(beam) * Cost.visiting(graph.layout) ? .filteredScan : .graph(beam: beam)
  }
}

/// What a search did for one query.
package struct SearchEffort: Equatable, Sendable {
  package var plan: SearchPlan
  /// Nodes of the graph that were visited.
  package var visited = 0
  /// Distances that were measured on whole vectors.
  package var distances = 0
  /// Distances that were estimated from codes.
  package var estimates = 0
}
