internal import EpiSystem

/// The graph of a snapshot, ready to be written: nodes with their rows and neighbours.
package final class VectorGraph {
  let options: GraphOptions
  let layout: GraphLayout
  let nodes: DistinctVectors
  let rotation: Rotation
  /// The centre of all vectors, rotated.
  let centre: [Float]
  private let linked: LinkedVectors

  private static let share = 256

  /// Whether a graph is worth its while for these rows, and can be made of them.
  package static func suits(_ rows: borrowing IndexedRows) -> Bool {
    rows.metric != .dot && (GraphOptions.fewestRows...SearchPool.maximumNodes).contains(rows.count)
  }

  /// - Precondition: the metric is not dot, and the rows are at most 2^31.
  package init(of rows: borrowing IndexedRows, options: GraphOptions) {
    let nodes = DistinctVectors(of: rows)
    let rotation = Rotation(dimensions: rows.dimensions, seed: options.seed)
    let layout = GraphLayout(dimensions: rows.dimensions, neighbors: options.maxNeighbors)
    let size = rotation.dimensions
    let mean = Self.mean(of: rows, nodes)
    var centre = Array(repeating: Float(0), count: size)
    var target = centre.mutableSpan
    rotation.apply(to: mean.span, into: &target)

    let vectors = ByteVectors(count: nodes.count, dimensions: size)
    Threads.perform((nodes.count + Self.share - 1) / Self.share, on: options.threads) { part, _ in
      var difference = Array(repeating: Float(0), count: rows.dimensions)
      for node in (part * Self.share)..<min(nodes.count, (part + 1) * Self.share) {
        let vector = rows.vector(Int(nodes.representatives[node]))
        for index in 0..<vector.count { difference[index] = vector[index] - mean[index] }
        vectors.floats.withMutable((node * size)..<((node + 1) * size)) { rotation.apply(to: difference.span, into: &$0) }
        vectors.quantize(node)
      }
    }
    let builder = GraphBuilder(vectors, options: options)
    builder.build()
    linked = builder.finish()
    self.options = options
    self.layout = layout
    self.nodes = nodes
    self.rotation = rotation
    self.centre = centre
  }

  package var nodeCount: Int { nodes.count }
  var entry: Int { linked.entry }

  /// Calls `body` with what follows the vector in each node's block, in the order of the nodes.
  ///
  /// A piece is encoded at a time, by all threads: whoever wants it twice has it made twice, which takes less than keeping it would
  /// take memory.
  func forEachEdges<Failure: Error>(_ body: (_ node: Int, Span<UInt8>) throws(Failure) -> Void) throws(Failure) {
    let size = layout.edgeBytes
    let pieceNodes = Self.share * options.threads
    let edges = SharedArray<UInt8>(zeros: min(pieceNodes, nodes.count) * size)
    var start = 0
    while start < nodes.count {
      let count = min(pieceNodes, nodes.count - start)
      Self.encode(start..<(start + count), linked, layout, into: edges, threads: options.threads)
      for index in 0..<count { try body(start + index, edges.span.extracting((index * size)..<((index + 1) * size))) }
      start += count
    }
  }

  private static func mean(of rows: borrowing IndexedRows, _ nodes: borrowing DistinctVectors) -> [Float] {
    var sums = Array(repeating: 0.0, count: rows.dimensions)
    for row in nodes.representatives {
      let vector = rows.vector(Int(row))
      for index in 0..<vector.count { sums[index] += Double(vector[index]) }
    }
    return sums.map { Float($0 / Double(nodes.count)) }
  }

  /// Encodes the edges of some nodes.
  private static func encode(
    _ range: Range<Int>, _ linked: borrowing LinkedVectors, _ layout: GraphLayout,
    into edges: borrowing SharedArray<UInt8>, threads: Int
  ) {
    let size = layout.edgeBytes
    Threads.perform(threads, on: threads) { part, _ in
      var encoder = EdgeEncoder(layout)
      for index in min(range.count, part * share)..<min(range.count, (part + 1) * share) {
        let node = range.lowerBound + index
        edges.withMutable((index * size)..<((index + 1) * size)) {
          encoder.encode(node, linked.lists.neighbors(node), of: linked.vectors.span, into: &$0)
        }
      }
    }
  }
}
