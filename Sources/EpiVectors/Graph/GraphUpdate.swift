/// The neighbours that each node had in an older graph, as far as they are still there. Threads fill it together.
struct TakenLists: ~Copyable {
  let count: Int
  private let nodes: SharedArray<UInt32>
  private let lengths: SharedArray<UInt16>
  /// Room of a list.
  private let pitch: Int

  /// Of a graph that is built anew: none.
  init() { self.init(nodes: 0, neighbors: 0) }

  /// - Parameter neighbors: the most that a node has.
  init(nodes count: Int, neighbors: Int) {
    self.count = count
    pitch = neighbors
    nodes = SharedArray(zeros: count * neighbors)
    lengths = SharedArray(zeros: count)
  }

  /// Writes the list of a node.
  /// - Parameter fill: writes to the front of the list, and returns how many it has.
  func set(_ node: Int, _ fill: (inout MutableSpan<UInt32>) -> Int) {
    lengths[node] = UInt16(nodes.withMutable((node * pitch)..<((node + 1) * pitch), fill))
  }

  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int) -> Span<UInt32> { nodes.span.extracting((node * pitch)..<(node * pitch + Int(lengths[node]))) }
}

/// What has to be done to turn an older graph into that of other rows.
struct GraphUpdate: ~Copyable {
  /// Of a new node none.
  private let taken: TakenLists
  /// Nodes that lost neighbours, with those that each of the lost ones had.
  private let torn: [(node: Int, lost: [[UInt32]])]
  /// New nodes.
  private let fresh: [UInt32]
  private let entry: Int?
  /// Whether so little is to be done that it is not worth the while to make the points of all nodes.
  let isSmall: Bool

  /// Points that a change needs, about.
  private static let pointsOfChange = 3_000

  /// - Parameter previous: has matched the nodes.
  init(_ previous: PreviousGraph, nodes: Int, threads: Int) throws(PreviousGraphError) {
    let taken = TakenLists(nodes: nodes, neighbors: previous.layout.neighbors)
    var torn: [(node: Int, lost: [[UInt32]])] = []
    var fresh: [UInt32] = []
    var neighbors: [UInt32] = []
    var substitutes: [UInt32] = []
    var gone = 0
    for node in try previous.takeLists(into: taken, threads: threads) {
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
    self.taken = taken
    self.torn = torn
    self.fresh = fresh
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
    let (torn, fresh, survivors) = (torn, fresh[...], taken.count - fresh.count)
    let entry = entry ?? survivorNearestToCentre(vectors)
    let builder = GraphBuilder(vectors, options: options, entry: entry, taken: taken)
    builder.repair(torn)
    builder.insert(fresh, after: survivors)
    return builder.finish()
  }
}
