internal import CEpiKernels

/// The search of one query through the graph, a node a step, so that several searches can take turns while the memory of their next
/// nodes is on its way.
struct NodeSearch: ~Copyable {
  private var pool: SearchPool
  /// What is known of each node: 0 when nothing is, `visited`, or its least estimate as `OrderedFloat` bits.
  private let known: SharedArray<UInt32>
  /// The nodes of which something is known.
  private var met: [UInt32] = []
  private let vector: SharedArray<Float>
  private let rotated: SharedArray<Float>
  private let table: SharedArray<UInt8>
  private var scale: (step: Float, offset: Float) = (0, 0)
  private let estimates: SharedArray<Float>
  private let near: SharedArray<UInt32>
  private var best = TopK(limit: 1)
  private var current: UInt32 = 0
  /// Nodes visited since the start.
  private(set) var visits = 0

  init(_ graph: borrowing SearchableGraph, beam: Int) {
    pool = SearchPool(capacity: beam)
    known = SharedArray(zeros: graph.nodes)
    vector = SharedArray(zeros: graph.layout.vectorStride)
    rotated = SharedArray(zeros: graph.layout.codeDimensions)
    table = SharedArray(zeros: 4 * graph.layout.codeDimensions)
    estimates = SharedArray(zeros: graph.layout.neighbors)
    near = SharedArray(zeros: graph.layout.batches)
  }

  /// The nearest nodes found, with squared distances.
  var matches: [Match] { best.sorted() }

  /// Begins with a query.
  mutating func start(_ query: Span<Float>, limit: Int, in graph: borrowing SearchableGraph) {
    for node in met { known[Int(node)] = 0 }
    met.removeAll(keepingCapacity: true)
    met.append(UInt32(graph.entry))
    pool.removeAll()
    best = TopK(limit: limit)
    visits = 0
    for index in 0..<vector.count { vector[index] = query[index] }
    let rotation = graph.rotation
    let dimensions = graph.layout.dimensions
    rotated.withMutable(0..<rotated.count) { rotation.apply(to: query.extracting(first: dimensions), into: &$0) }
    for index in 0..<rotated.count { rotated[index] -= graph.centre[index] }
    scale = table.withMutable(0..<table.count) { GraphKernel.table(for: rotated.span, into: &$0) }
    visit(UInt32(graph.entry), in: graph)
  }

  private static let visited: UInt32 = 1

  private mutating func visit(_ node: UInt32, in graph: borrowing SearchableGraph) {
    current = node
    visits &+= 1
    known[Int(node)] = Self.visited
    graph.prefetch(node)
  }

  /// Measures the current node, estimates its neighbours, and chooses the next node; false when there is none.
  /// - Parameter allowed: the nodes that may be results; nil when all may. Others only lead the way.
  mutating func step(in graph: borrowing SearchableGraph, among allowed: AllowedVectors?) throws(SnapshotError) -> Bool {
    let base = graph.squaredDistance(current, vector.span)
    if base <= best.worstDistance, allowed?.contains(Int(current)) ?? true { best.offer(row: Int(current), distance: base) }
    let scan = epi_scan(base: base, slope: 2 * scale.step, offset: scale.offset, limit: pool.limit)
    graph.estimate(current, table: table, scan, into: estimates, near: near)
    for batch in 0..<near.count {
      var bits = near[batch]
      while bits != 0 {
        let index = batch &* GraphOptions.batch &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        let node = graph.neighbor(current, index)
        guard Int(node) < graph.nodes else { throw SnapshotError(.neighbor(node: Int(current))) }
        offer(node, estimates[index])
      }
    }
    guard let (next, _) = pool.visitNext() else { return false }
    visit(next, in: graph)
    return true
  }

  /// Puts a neighbour into the pool, unless it was visited or is there by a lower estimate from another node.
  @inline(__always)
  private mutating func offer(_ node: UInt32, _ estimate: Float) {
    guard estimate < pool.limit else { return }
    let bits = OrderedFloat.bits(estimate)
    let before = known[Int(node)]
    if before == 0 {
      met.append(node)
    } else {
      guard bits < before else { return }
      pool.remove(node: node, distance: OrderedFloat.value(before))
    }
    known[Int(node)] = bits
    pool.insert(node: node, distance: estimate)
  }
}
