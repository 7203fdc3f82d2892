internal import CEpiKernels

/// The search of one query through the graph, a node a step, so that several searches can take turns while the memory of their next
/// nodes is on its way.
struct NodeSearch: ~Copyable {
  private var frontier: Frontier
  private var known: KnownNodes
  private let vector: SharedArray<Float>
  private let rotated: SharedArray<Float>
  private let table: SharedArray<UInt8>
  private var scale: (step: Float, offset: Float) = (0, 0)
  private let estimates: SharedArray<Float>
  private let near: SharedArray<UInt32>
  /// What a squared distance is made of for dot.
  private var dot = (base: Float(0), slope: Float(0))
  /// The nearest of the visited nodes that may be results, at least as many as are wanted.
  private var best = TopK(limit: 1)
  private var limit = 1
  /// How much farther than the worst of the nearest a node may seem and still be visited, as a share; nil: all that are in view are.
  private let slack: Float?
  private(set) var current: UInt32 = 0
  /// Nodes visited since the start.
  private(set) var visits = 0

  init(_ graph: borrowing SearchableGraph, _ reach: SearchReach) {
    frontier = Frontier(capacity: reach.capacity, nodes: graph.nodes)
    slack = reach.slack
    known = KnownNodes(nodes: graph.nodes)
    vector = SharedArray(zeros: SnapshotFormat.vectorStride(dimensions: graph.layout.form.dimensions))
    rotated = SharedArray(zeros: graph.layout.codeDimensions)
    table = SharedArray(zeros: 4 * graph.layout.codeDimensions)
    estimates = SharedArray(zeros: graph.layout.neighbors)
    near = SharedArray(zeros: graph.layout.batches)
  }

  /// The nearest nodes found, with squared distances; for dot with the products, less than 0 where they are greater.
  var matches: [Match] { Array(best.sorted().prefix(limit)) }

  /// Begins with a query.
  mutating func start(_ query: Span<Float>, limit: Int, in graph: borrowing SearchableGraph) {
    known.removeAll()
    frontier.removeAll()
    best = TopK(limit: slack == nil ? limit : max(limit, SearchReach.fewest))
    self.limit = limit
    visits = 0
    for index in 0..<vector.count { vector[index] = query[index] }
    var scale: Float = 1
    if graph.layout.form.metric == .dot { (scale, dot.base, dot.slope) = graph.space.scaling(of: query) }
    if graph.layout.code == .float1bit {
      let space = graph.space
      rotated.withMutable(0..<rotated.count) { space.place(query: query, times: scale, at: &$0) }
      self.scale = table.withMutable(0..<table.count) { GraphKernel.table(for: rotated.span, into: &$0) }
    }
    visit(firstNode(of: graph), in: graph)
  }

  /// How much nearer than the entry, as a share of its squared distance, a node must seem for a search to begin there: links that
  /// lead far begin at the entry above all.
  private static let worthwhile: Float = 0.9

  /// Where to begin: the graph's entry, from where all nodes can be reached, unless another one seems nearer. Then the entry is one of
  /// those that may be visited. That spares one visit in six of narrow searches.
  private mutating func firstNode(of graph: borrowing SearchableGraph) -> UInt32 {
    guard graph.hasSample else { return UInt32(graph.entry) }
    let distance = graph.value(UInt32(graph.entry), vector.span)
    let scan = epi_scan(base: GraphSpace.square(rotated.span), slope: 2 * scale.step, offset: scale.offset, limit: Self.worthwhile * distance)
    let nearest = graph.nearestOfSample(table: table, scan, into: estimates, near: near)
    // The entry may be of the sample, and its code seem nearer than it is.
    guard let node = nearest, Int(node) != graph.entry else { return UInt32(graph.entry) }
    estimates[0] = distance
    for batch in 0..<near.count { near[batch] = batch == 0 ? 1 : 0 }
    _ = known.offer(graph.entryNumbers.span, estimates, near: near, to: &frontier)
    return node
  }

  private mutating func visit(_ node: UInt32, in graph: borrowing SearchableGraph) {
    current = node
    visits &+= 1
    known.visit(node)
    graph.prefetchFront(node)
  }

  /// Measures the current node, estimates its neighbours, and chooses the next node; false when there is none.
  /// - Parameters:
  ///   - allowed: the nodes that may be results; nil when all may. Others only lead the way.
  ///   - other: the node that another search is to visit: the rest of its block is sent for meanwhile. nil: no other search uses the time
  ///     until the next node has come, and the one behind it, which is often next, is sent for too.
  mutating func step(in graph: borrowing SearchableGraph, among allowed: AllowedVectors?, beside other: UInt32?) throws(SnapshotError) -> Bool {
    let value = graph.value(current, vector.span)
    let isDot = graph.layout.form.metric == .dot
    let score = isDot ? 0 - value : value
    if score <= best.worstDistance, allowed?.contains(Int(current)) ?? true { take(score) }
    switch graph.layout.code {
    case .float1bit:
      let base = isDot ? dot.base - dot.slope * value : value
      let scan = epi_scan(base: base, slope: 2 * scale.step, offset: scale.offset, limit: frontier.limit)
      graph.estimate(current, table: table, scan, into: estimates, near: near)
    case nil: try measureNeighbors(in: graph)
    default:
      graph.values(ofNeighbors: current, vector.span, into: estimates)
      markNear(isDot)
    }
    if let other { graph.prefetchBack(other) }
    let isGood = known.offer(graph.neighbors(current), estimates, near: near, to: &frontier)
    guard isGood else { throw SnapshotError(.neighbor(node: Int(current))) }
    guard let (next, _) = frontier.visitNext() else { return false }
    visit(next, in: graph)
    if other == nil {
      graph.prefetchBack(next)
      if let second = frontier.nearest { graph.prefetch(second) }
    }
    return true
  }

  /// Takes the current node for a result. With slack, it may tell what is too far.
  private mutating func take(_ score: Float) {
    best.offer(row: Int(current), distance: score)
    if let slack, best.isFull { frontier.lower(limit: best.worstDistance * (1 + slack)) }
  }

  /// Measures the neighbours of which nothing is known yet, each where it lies, and marks those that are near.
  private mutating func measureNeighbors(in graph: borrowing SearchableGraph) throws(SnapshotError) {
    let isDot = graph.layout.form.metric == .dot
    for index in 0..<graph.layout.neighbors {
      let node = graph.neighbor(current, index)
      guard Int(node) < graph.nodes else { throw SnapshotError(.neighbor(node: Int(current))) }
      if !known.contains(node) { graph.prefetchVector(node) }
    }
    for index in 0..<near.count { near[index] = 0 }
    known.reserve(adding: 2 * graph.layout.neighbors)
    for index in 0..<graph.layout.neighbors {
      let node = graph.neighbor(current, index)
      guard !known.contains(node) else { continue }
      let value = graph.value(node, vector.span)
      estimates[index] = isDot ? dot.base - dot.slope * value : value
      if estimates[index] < frontier.limit {
        near[index / 32] |= 1 << UInt32(index % 32)
      } else {
        // Measured once is enough, also when it is too far.
        known.visit(node)
      }
    }
  }

  /// Makes distances of what the codes of the neighbours give, and marks those that are near.
  private func markNear(_ isDot: Bool) {
    for batch in 0..<near.count {
      var bits: UInt32 = 0
      for index in 0..<32 {
        if isDot { estimates[32 * batch + index] = dot.base - dot.slope * estimates[32 * batch + index] }
        if estimates[32 * batch + index] < frontier.limit { bits |= 1 << UInt32(index) }
      }
      near[batch] = bits
    }
  }
}
