internal import CEpiKernels

/// The search of one query through the graph, a node a step, so that several searches can take turns while the memory of their next
/// nodes is on its way.
struct NodeSearch: ~Copyable {
  private var pool: SearchPool
  /// What is known of each node: 0 when nothing is, `visited`, or its least estimate as `OrderedFloat` bits.
  private let known: SharedArray<UInt32>
  /// The nodes of which something is known.
  private let met: SharedArray<UInt32>
  private var metCount = 0
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
  private let beam: Int
  private var current: UInt32 = 0
  /// Nodes visited since the start.
  private(set) var visits = 0

  init(_ graph: borrowing SearchableGraph, _ reach: SearchReach) {
    pool = SearchPool(capacity: reach.beam, room: reach.room)
    beam = reach.beam
    slack = reach.slack
    known = SharedArray(zeros: graph.nodes)
    met = SharedArray(zeros: graph.nodes)
    vector = SharedArray(zeros: SnapshotFormat.vectorStride(dimensions: graph.layout.form.dimensions))
    rotated = SharedArray(zeros: graph.layout.codeDimensions)
    table = SharedArray(zeros: 4 * graph.layout.codeDimensions)
    estimates = SharedArray(zeros: graph.layout.neighbors)
    near = SharedArray(zeros: graph.layout.batches)
  }

  /// The nearest nodes found, with squared distances; for dot with the products, less than 0 where they are greater.
  var matches: [Match] { Array(best.sorted().prefix(limit)) }

  /// What a node must seem nearer than to be worth a visit.
  private var farthest: Float { slack.map { best.worstDistance * (1 + $0) } ?? .infinity }

  /// Begins with a query.
  mutating func start(_ query: Span<Float>, limit: Int, in graph: borrowing SearchableGraph) {
    // The first search of many. One meets a thousand nodes anywhere, whose pages would be read, then written: two faults a page.
    if metCount == 0, known.count < 1 << 18 { known.makePresent() }
    for index in 0..<metCount { known[Int(met[index])] = 0 }
    met[0] = UInt32(graph.entry)
    metCount = 1
    pool.removeAll()
    pool.capacity = beam
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
    visit(UInt32(graph.entry), in: graph)
  }

  static let visited: UInt32 = 1

  private mutating func visit(_ node: UInt32, in graph: borrowing SearchableGraph) {
    current = node
    visits &+= 1
    known[Int(node)] = Self.visited
    graph.prefetch(node)
  }

  /// Measures the current node, estimates its neighbours, and chooses the next node; false when there is none.
  /// - Parameters:
  ///   - allowed: the nodes that may be results; nil when all may. Others only lead the way.
  ///   - isAlone: no other search uses the time until the next node has come: the one behind it, which is often next, is sent for too.
  mutating func step(in graph: borrowing SearchableGraph, among allowed: AllowedVectors?, isAlone: Bool) throws(SnapshotError) -> Bool {
    let value = graph.value(current, vector.span)
    let isDot = graph.layout.form.metric == .dot
    let score = isDot ? 0 - value : value
    if score <= best.worstDistance, allowed?.contains(Int(current)) ?? true { take(score) }
    switch graph.layout.code {
    case .float1bit:
      let base = isDot ? dot.base - dot.slope * value : value
      let scan = epi_scan(base: base, slope: 2 * scale.step, offset: scale.offset, limit: min(pool.limit, farthest))
      graph.estimate(current, table: table, scan, into: estimates, near: near)
      let isGood = pool.offer(graph.neighbors(current), estimates, near: near, known: known, met: met, &metCount)
      guard isGood else { throw SnapshotError(.neighbor(node: Int(current))) }
    case nil: try offerMeasured(in: graph)
    default:
      graph.values(ofNeighbors: current, vector.span, into: estimates)
      for index in 0..<estimates.count { try offer(index, isDot ? dot.base - dot.slope * estimates[index] : estimates[index], in: graph) }
    }
    guard let (next, distance) = pool.visitNext(), distance < farthest else { return false }
    visit(next, in: graph)
    if isAlone, let second = pool.nextUnvisited { graph.prefetch(second) }
    return true
  }

  /// Takes the current node for a result. With slack, whatever now seems too far goes.
  private mutating func take(_ score: Float) {
    best.offer(row: Int(current), distance: score)
    guard slack != nil, best.isFull else { return }
    pool.drop(from: farthest)
    pool.capacity = pool.room
  }

  private mutating func meet(_ node: UInt32) {
    met[metCount] = node
    metCount &+= 1
  }

  /// Offers the neighbours of which nothing is known yet, each measured where it lies.
  private mutating func offerMeasured(in graph: borrowing SearchableGraph) throws(SnapshotError) {
    let isDot = graph.layout.form.metric == .dot
    for index in 0..<graph.layout.neighbors {
      let node = graph.neighbor(current, index)
      guard Int(node) < graph.nodes else { throw SnapshotError(.neighbor(node: Int(current))) }
      if known[Int(node)] == 0 { graph.prefetchVector(node) }
    }
    for index in 0..<graph.layout.neighbors {
      let node = graph.neighbor(current, index)
      guard known[Int(node)] == 0 else { continue }
      let value = graph.value(node, vector.span)
      offer(node, isDot ? dot.base - dot.slope * value : value)
      // Measured once is enough, also when it is too far.
      if known[Int(node)] == 0 {
        meet(node)
        known[Int(node)] = Self.visited
      }
    }
  }

  @inline(__always)
  private mutating func offer(_ index: Int, _ estimate: Float, in graph: borrowing SearchableGraph) throws(SnapshotError) {
    let node = graph.neighbor(current, index)
    guard Int(node) < graph.nodes else { throw SnapshotError(.neighbor(node: Int(current))) }
    offer(node, estimate)
  }

  /// Puts a neighbour into the pool, unless it was visited or is there by a lower estimate from another node.
  @inline(__always)
  private mutating func offer(_ node: UInt32, _ estimate: Float) {
    guard estimate < pool.limit else { return }
    let bits = OrderedFloat.bits(estimate)
    let before = known[Int(node)]
    if before == 0 {
      meet(node)
    } else {
      guard bits < before else { return }
      pool.remove(node: node, distance: OrderedFloat.value(before))
    }
    known[Int(node)] = bits
    pool.insert(node: node, distance: estimate)
  }
}
