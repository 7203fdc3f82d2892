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

  /// Standard deviations.
  private static let certainty: Float = 3
  /// Codes that are compared with one query after another, so that they stay near: half of the innermost cache.
  private static let chunkBytes = 16_384
  /// Bytes that the estimates of the queries of a group may take.
  private static let groupBytes = 4 << 20
  /// Nodes that are sent for before they are measured.
  private static let lookahead = 4

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
    let share = (queries.count + parts - 1) / parts
    let found = (0..<parts).map { _ in Part() }
    let (scan, count) = (self, min(limit, graph.nodes))
    try SearchableGraph.with(graph, space, in: bytes) { (view) throws(SnapshotError) in
      Threads.perform(parts, on: parts) { part, _ in
        let range = min(queries.count, part * share)..<min(queries.count, (part + 1) * share)
        scan.run(view, bytes.extracting(scan.section), queries, range, count, into: found[part])
      }
    }
    measured = found.flatMap(\.measured)
    return try graph.results(of: found.flatMap(\.matches), limit: limit, in: bytes)
  }

  /// What one thread found.
  private final class Part {
    var matches: [[Match]] = []
    var measured: [Int] = []
  }

  private func run(
    _ view: borrowing SearchableGraph, _ section: Span<UInt8>, _ queries: QueryBatch, _ range: Range<Int>, _ limit: Int, into part: Part
  ) {
    let size = codes.batches * GraphOptions.batch
    let group = max(1, min(range.count, Self.groupBytes / (4 * size)))
    var scans = (0..<group).map { _ in CodeQuery(codes, limit: limit) }
    var indexes = [UInt32](repeating: 0, count: size)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: group) {
      let count = min(group, range.upperBound - first)
      for index in 0..<count { scans[index].start(queries.vector(first + index), view.space, limit: limit) }
      let step = max(1, Self.chunkBytes / codes.batchBytes)
      for batch in stride(from: 0, to: codes.batches, by: step) {
        for index in 0..<count { scans[index].estimate(batch..<min(batch + step, codes.batches), codes, section) }
      }
      for index in 0..<count {
        let (matches, measured) = measure(&scans[index], view, section, queries.vector(first + index), limit, by: &indexes)
        part.matches.append(matches)
        part.measured.append(measured)
      }
    }
  }

  /// Measures the nodes that seem nearest, and then those that may be as near as the worst of them.
  private func measure(
    _ scan: inout CodeQuery, _ view: borrowing SearchableGraph, _ section: Span<UInt8>, _ query: Span<Float>, _ limit: Int,
    by indexes: inout [UInt32]
  ) -> (matches: [Match], measured: Int) {
    let vector = query.extracting(first: SnapshotFormat.vectorStride(dimensions: codes.dimensions < query.count ? codes.dimensions : query.count))
    var best = TopK(limit: limit)
    let nearest = scan.nearest.sorted()
    for match in nearest { view.prefetchVector(UInt32(match.row)) }
    for match in nearest { best.offer(row: match.row, distance: view.value(UInt32(match.row), vector)) }

    let deviation = Self.certainty * scan.length
    let spread = Float(bitPattern: section.littleEndian32(at: codes.spread))
    let count = scan.collect(below: best.worstDistance + deviation * spread, into: &indexes)
    var measured = nearest.count
    for place in 0..<count {
      if place + Self.lookahead < count { view.prefetchVector(indexes[place + Self.lookahead]) }
      let node = Int(indexes[place])
      let estimate = scan.estimates[node]
      guard !scan.nearest.holds(row: node, distance: estimate) else { continue }
      let addition = Float(bitPattern: section.littleEndian32(at: codes.additions + node * 4))
      let factor = Float(bitPattern: section.littleEndian32(at: codes.factors + node * 4))
      guard estimate < best.worstDistance + deviation * codes.spread(addition: addition, factor: factor) else { continue }
      best.offer(row: node, distance: view.value(UInt32(node), vector))
      measured += 1
    }
    return (best.sorted(), measured)
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

  init(_ codes: NodeCodeLayout, limit: Int) {
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
