internal import CEpiKernels
internal import EpiSystem

/// Finds near rows by comparing the query with the one-bit codes of all nodes, and measuring those that the estimates do not rule out.
///
/// An estimate errs by a known standard deviation, and a node is ruled out that seems farther than the worst result by `certainty` of
/// them: that is about one true result in a thousand, and of those only the last few of a query are as near the limit. On 20,000 text
/// embeddings none of 10,000 results was missed. Every result is measured exactly. For some ten thousands of rows that takes less than a
/// search of the graph that finds nearly all.
struct CodeScan {
  private let graph: SnapshotGraph
  private let codes: NodeCodeLayout
  private let section: Range<Int>
  private let threads: Int
  /// Nodes that were measured for each query of the last search.
  private(set) var measured: [Int] = []
  /// That of the graph, from the first search on.
  private var space: GraphSpace?
  /// One for each thread, kept from batch to batch.
  private var workers: [CodeScanWorker] = []

  /// - Parameter section: the section `codes`.
  init(_ graph: SnapshotGraph, _ section: SnapshotSection, threads: Int) {
    self.graph = graph
    self.section = section.range
    self.threads = threads
    codes = NodeCodeLayout(graph.layout, nodes: graph.nodes)
  }

  /// The nearest rows for each query, at most `limit`: nearest first, equal distances by row.
  /// - Precondition: `snapshot` is the one of the graph.
  mutating func search(_ snapshot: borrowing Snapshot, for queries: QueryBatch, limit: Int) throws(SnapshotError) -> [[Match]] {
    let bytes = snapshot.bytes
    let space = space ?? graph.space(in: bytes)
    self.space = space
    let parts = max(1, min(threads, queries.count))
    while workers.count < parts { workers.append(CodeScanWorker(codes)) }
    let share = (queries.count + parts - 1) / parts
    let (workers, section, count) = (workers, section, min(limit, graph.nodes))
    try SearchableGraph.with(graph, space, nil, in: bytes) { (view) throws(SnapshotError) in
      Threads.perform(parts, on: parts) { part, _ in
        let range = min(queries.count, part * share)..<min(queries.count, (part + 1) * share)
        workers[part].run(view, bytes.extracting(section), queries, range, limit: count)
      }
    }
    measured = workers[..<parts].flatMap(\.measured)
    var results: [[Match]] = []
    for found in workers[..<parts].flatMap(\.results) { results.append(try graph.results(of: found, among: nil, limit: limit, in: bytes)) }
    return results
  }
}

/// The scans of one thread.
private final class CodeScanWorker {
  private let codes: NodeCodeLayout
  /// Queries that go through the codes together.
  private var group: [CodeQuery] = []
  private var indexes: [UInt32]
  private(set) var results: [[Match]] = []
  private(set) var measured: [Int] = []

  /// Standard deviations.
  private static let certainty: Float = 3
  /// Codes that are compared with one query after another, so that they stay near: half of the innermost cache.
  private static let chunkBytes = 16_384
  /// Bytes that the estimates of the queries of a group may take.
  private static let groupBytes = 4 << 20
  /// Nodes that are sent for before they are measured.
  private static let lookahead = 4

  init(_ codes: NodeCodeLayout) {
    self.codes = codes
    indexes = [UInt32](repeating: 0, count: codes.batches * GraphOptions.batch)
  }

  /// Answers a range of queries into `results`.
  func run(
    _ view: borrowing SearchableGraph, _ section: Span<UInt8>, _ queries: QueryBatch, _ range: Range<Int>, limit: Int
  ) {
    results.removeAll(keepingCapacity: true)
    measured.removeAll(keepingCapacity: true)
    let most = max(1, min(range.count, Self.groupBytes / (4 * indexes.count)))
    while group.count < most { group.append(CodeQuery(codes)) }
    let step = max(1, Self.chunkBytes / codes.batchBytes)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: most) {
      let count = min(most, range.upperBound - first)
      for index in 0..<count { group[index].start(queries.vector(first + index), view.space, limit: limit) }
      for batch in stride(from: 0, to: codes.batches, by: step) {
        for index in 0..<count { group[index].estimate(batch..<min(batch + step, codes.batches), codes, section) }
      }
      for index in 0..<count { results.append(measure(index, view, section, queries.vector(first + index), limit)) }
    }
  }

  /// Measures the nodes that seem nearest to a query, and then those that may be as near as the worst of them.
  private func measure(
    _ index: Int, _ view: borrowing SearchableGraph, _ section: Span<UInt8>, _ query: Span<Float>, _ limit: Int
  ) -> [Match] {
    var best = TopK(limit: limit)
    let nearest = group[index].nearest.sorted()
    for match in nearest { view.prefetchVector(UInt32(match.row)) }
    for match in nearest { best.offer(row: match.row, distance: view.value(UInt32(match.row), query)) }

    let deviation = Self.certainty * group[index].length
    let spread = Float(bitPattern: section.littleEndian32(at: codes.spread))
    let count = group[index].collect(below: best.worstDistance + deviation * spread, into: &indexes)
    var total = nearest.count
    for place in 0..<count {
      let node = Int(indexes[place])
      guard node < codes.nodes else { break }
      if place + Self.lookahead < count { view.prefetchVector(min(indexes[place + Self.lookahead], UInt32(codes.nodes - 1))) }
      let estimate = group[index].estimates[node]
      guard !group[index].nearest.holds(row: node, distance: estimate) else { continue }
      let addition = Float(bitPattern: section.littleEndian32(at: codes.additions + node * 4))
      let factor = Float(bitPattern: section.littleEndian32(at: codes.factors + node * 4))
      guard estimate < best.worstDistance + deviation * codes.spread(addition: addition, factor: factor) else { continue }
      best.offer(row: node, distance: view.value(UInt32(node), query))
      total += 1
    }
    measured.append(total)
    return best.sorted()
  }
}

/// A query as codes are compared with it, and how far the nodes seem to be from it.
private struct CodeQuery {
  private var rotated: [Float]
  private var table: [UInt8]
  private var scale: (step: Float, offset: Float) = (0, 0)
  /// The square of the distance from the centre, and that distance.
  private var square: Float = 0
  private(set) var length: Float = 0
  /// Squared distances, by node.
  private(set) var estimates: [Float]
  private var near: [UInt32]
  /// The nodes that seem nearest.
  private(set) var nearest: TopK

  /// Nodes for each result that are measured first, and how many at least.
  private static let first = 2
  private static let fewest = 32

  init(_ codes: NodeCodeLayout) {
    rotated = Array(repeating: 0, count: codes.dimensions)
    table = Array(repeating: 0, count: 4 * codes.dimensions)
    estimates = Array(repeating: 0, count: codes.batches * GraphOptions.batch)
    near = Array(repeating: 0, count: codes.batches)
    nearest = TopK(limit: 1)
  }

  mutating func start(_ vector: Span<Float>, _ space: GraphSpace, limit: Int) {
    var point = rotated.mutableSpan
    space.place(query: vector, times: 1, at: &point)
    let query = rotated
    var entries = table.mutableSpan
    let scale = GraphKernel.table(for: query.span, into: &entries)
    self.scale = scale
    square = GraphSpace.square(query.span)
    length = square.squareRoot()
    nearest = TopK(limit: max(Self.fewest, Self.first * limit))
  }

  mutating func estimate(_ batches: Range<Int>, _ codes: NodeCodeLayout, _ section: Span<UInt8>) {
    let scan = epi_scan(base: square, slope: 2 * scale.step, offset: scale.offset, limit: nearest.worstDistance)
    let entries = table
    // Taken out for as long as both are written.
    var marks: [UInt32] = []
    swap(&marks, &near)
    defer { swap(&marks, &near) }
    var estimated = estimates.mutableSpan
    var marked = marks.mutableSpan
    GraphKernel.scan(batches, codes, section, by: entries.span, scan, into: &estimated, near: &marked)
    for batch in batches {
      var bits = marks[batch]
      while bits != 0 {
        let node = batch * GraphOptions.batch + bits.trailingZeroBitCount
        bits &= bits - 1
        // In a damaged file there may seem to be more.
        guard node < codes.nodes else { break }
        nearest.offer(row: node, distance: estimates[node])
      }
    }
  }

  /// The nodes that seem nearer than `limit`, in order.
  /// - Returns: how many there are.
  func collect(below limit: Float, into indexes: inout [UInt32]) -> Int {
    var target = indexes.mutableSpan
    return GraphKernel.places(in: estimates.span, below: limit, into: &target)
  }
}
