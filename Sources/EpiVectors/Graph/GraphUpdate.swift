/// The neighbours that each node had in an older graph, as far as they are still there.
struct TakenLists {
  private var nodes: [UInt32] = []
  private var starts = [0]

  /// Of a graph that is built anew: none.
  init() {}

  init(nodes count: Int, neighbors: Int) {
    starts.reserveCapacity(count + 1)
    nodes.reserveCapacity(count * neighbors)
  }

  /// Adds the list of a node.
  /// - Parameter fill: appends to the list, and returns whether all neighbours are still there.
  mutating func append<Failure: Error>(upTo limit: Int, _ fill: (inout OutputSpan<UInt32>) throws(Failure) -> Bool) throws(Failure) -> Bool {
    var areAllThere = true
    try nodes.append(addingCapacity: limit) { (output: inout OutputSpan<UInt32>) throws(Failure) in areAllThere = try fill(&output) }
    starts.append(nodes.count)
    return areAllThere
  }

  var count: Int { starts.count - 1 }

  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int) -> Span<UInt32> { nodes.span.extracting(starts[node]..<starts[node + 1]) }
}

/// What has to be done to turn an older graph into that of other rows.
struct GraphUpdate {
  /// Of a new node none.
  private var taken: TakenLists
  /// Nodes that lost neighbours, with those that each of the lost ones had.
  private var torn: [(node: Int, lost: [[UInt32]])] = []
  /// New nodes.
  private var fresh: [UInt32] = []
  private let entry: Int?
  /// Whether so little is to be done that it is not worth the while to make the points of all nodes.
  let isSmall: Bool

  /// Points that a change needs, about.
  private static let pointsOfChange = 3_000

  /// - Parameter previous: has matched the nodes.
  init(_ previous: PreviousGraph, nodes: Int) throws(PreviousGraphError) {
    taken = TakenLists(nodes: nodes, neighbors: previous.layout.neighbors)
    var neighbors: [UInt32] = []
    var substitutes: [UInt32] = []
    var gone = 0
    for node in try previous.takeLists(into: &taken) {
      let before = previous.predecessors[node]
      guard before != PreviousGraph.gone else {
        fresh.append(UInt32(node))
        continue
      }
      try previous.neighbors(ofOld: Int(before), into: &neighbors)
      var lost: [[UInt32]] = []
      for neighbor in neighbors where previous.successors[Int(neighbor)] == PreviousGraph.gone {
        try previous.neighbors(ofOld: Int(neighbor), into: &substitutes)
        lost.append(substitutes.compactMap { previous.successors[Int($0)] == PreviousGraph.gone ? nil : previous.successors[Int($0)] })
      }
      torn.append((node, lost))
      gone += lost.count
    }
    entry = try Self.entry(of: previous)
    isSmall = (fresh.count + gone / previous.layout.neighbors) * Self.pointsOfChange < nodes
  }

  /// Where searches begin now: where they did, else at a neighbour of that node; nil when that has none left.
  private static func entry(of previous: PreviousGraph) throws(PreviousGraphError) -> Int? {
    var nodes = [UInt32(previous.entry)]
    for _ in 0..<2 {
      if let node = nodes.first(where: { previous.successors[Int($0)] != PreviousGraph.gone }) { return Int(previous.successors[Int(node)]) }
      try previous.neighbors(ofOld: previous.entry, into: &nodes)
    }
    return nil
  }

  private func survivorNearestToCentre(_ vectors: borrowing ByteVectors) -> Int? {
    var isFresh = Array(repeating: false, count: vectors.count)
    for node in fresh { isFresh[Int(node)] = true }
    var nearest: Int?
    for node in 0..<vectors.count where !isFresh[node] {
      if let best = nearest, vectors.squaredLength(best) <= vectors.squaredLength(node) { continue }
      nearest = node
    }
    return nearest
  }

  /// The graph as it is now.
  consuming func apply(to vectors: consuming ByteVectors, _ options: GraphOptions) -> LinkedVectors {
    let builder = GraphBuilder(vectors, options: options, entry: entry ?? survivorNearestToCentre(vectors), taken: taken)
    builder.repair(torn, of: taken)
    builder.insert(fresh[...], after: taken.count - fresh.count)
    return builder.finish()
  }
}
