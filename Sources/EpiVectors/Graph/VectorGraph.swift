internal import EpiBytes
internal import EpiSystem

/// The graph of a snapshot, ready to be written: nodes with their rows and neighbours.
package final class VectorGraph {
  let options: GraphOptions
  let layout: GraphLayout
  let nodes: DistinctVectors
  let space: GraphSpace
  private let linked: LinkedVectors
  /// The graph that nodes were taken over from.
  let previous: PreviousGraph?

  /// Nodes that a thread encodes at a time.
  private static let share = 1_024

  /// Whether a graph can be made of these rows, and is worth its while.
  /// - Parameter isWanted: it is asked for, worth its while or not.
  package static func suits(_ rows: borrowing IndexedRows, isWanted: Bool) -> Bool {
    rows.count <= Frontier.maximumNodes && rows.count >= (isWanted ? 1 : GraphOptions.fewestRows(of: rows.form))
  }

  /// - Precondition: the rows are at least 1 and at most 2^31.
  /// - Parameter tell: is told now and then how many vectors are linked.
  package init(of rows: borrowing IndexedRows, options: GraphOptions, _ tell: (Int) -> Void = { _ in }) {
    let nodes = DistinctVectors(of: rows)
    let space = Self.space(of: rows, nodes, seed: options.seed)
    linked = NodeSlots.with(rows, nodes) { slots in
      let builder = GraphBuilder(ByteVectors(slots, in: space, isLazy: false, threads: options.threads), options: options)
      builder.build(tell)
      return builder.finish()
    }
    self.options = options
    self.nodes = nodes
    self.space = space
    layout = GraphLayout(form: rows.form, neighbors: options.maxNeighbors, code: options.compression.code(dimensions: rows.dimensions))
    previous = nil
  }

  /// The graph of `previous` with what has changed since: the work is that of the rows that changed.
  ///
  /// The links of rows that are the same stay as they are but where a neighbour is gone, whose place others of its neighbourhood take
  /// (Singh and others, "FreshDiskANN", 2021); new rows are added as in a batch of building. Nil when so much changed that
  /// building anew is better.
  package init?(of rows: borrowing IndexedRows, options: GraphOptions, reusing previous: PreviousGraph) throws(PreviousGraphError) {
    let nodes = DistinctVectors(of: rows)
    let space = previous.space
    guard try previous.match(rows, nodes), GraphSpace.bound(of: rows, nodes) <= space.bound else { return nil }
    linked = try NodeSlots.with(rows, nodes) { (slots) throws(PreviousGraphError) in
      let update = try GraphUpdate(previous, nodes: nodes.count, threads: options.threads)
      let vectors = ByteVectors(slots, in: space, isLazy: update.isSmall, threads: options.threads)
      return update.apply(to: vectors, options)
    }
    self.options = options
    self.nodes = nodes
    self.space = space
    layout = previous.layout
    self.previous = previous
  }

  package var nodeCount: Int { nodes.count }
  var entry: Int { linked.entry }

  /// Makes the section `codes`, in pieces.
  /// - Parameter flush: is called after every node, and may empty the piece.
  func writeCodes<Failure: Error>(
    of rows: borrowing IndexedRows, through piece: inout ByteWriter, _ flush: (inout ByteWriter) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = NodeCodeWriter(NodeCodeLayout(layout, nodes: nodeCount))
    var flat = [Float](repeating: 0, count: space.flatDimensions)
    var point = [Float](repeating: 0, count: space.dimensions)
    var node = 0
    while node < nodeCount {
      if node % GraphOptions.batch == 0, let previous, previous.addCodeBatch(node, by: &writer, to: &piece) {
        node += GraphOptions.batch
        try flush(&piece)
        continue
      }
      if let previous {
        let before = previous.predecessors[node]
        if before == PreviousGraph.gone || !previous.addCode(ofOld: Int(before), by: &writer, to: &piece) {
          // Points of nodes that stayed as they were have not all been made.
          var target = point.mutableSpan
          space.place(rows.slot(Int(nodes.representatives[node])), by: &flat, at: &target)
          writer.add(point.span, to: &piece)
        }
      } else {
        Self.addCode(of: node, linked, dimensions: space.dimensions, by: &writer, to: &piece)
      }
      node += 1
      try flush(&piece)
    }
  }

  private static func addCode(
    of node: Int, _ linked: borrowing LinkedVectors, dimensions: Int, by writer: inout NodeCodeWriter, to piece: inout ByteWriter
  ) { writer.add(linked.vectors.span.extracting((node * dimensions)..<((node + 1) * dimensions)), to: &piece) }

  /// Calls `body` with what follows the vector in each node's block, in the order of the nodes.
  /// - Parameter rows: those that the graph was made of.
  func forEachEdges<Failure: Error>(
    of rows: borrowing IndexedRows, _ body: (_ node: Int, Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let size = layout.edgeBytes
    let pieceNodes = Self.share * options.threads
    let edges = SharedArray<UInt8>(zeros: min(pieceNodes, nodes.count) * size)
    var start = 0
    while start < nodes.count {
      let count = min(pieceNodes, nodes.count - start)
      NodeSlots.with(rows, nodes) { Self.encode(start..<(start + count), linked, $0, previous, layout, into: edges, threads: options.threads) }
      for index in 0..<count { try body(start + index, edges.span.extracting((index * size)..<((index + 1) * size))) }
      start += count
    }
  }

  /// The nodes whose blocks are other than those of the graph that was taken over; nil where a node has another number than it had.
  var changedNodes: [Int]? {
    guard let previous, previous.successors.count == nodeCount else { return nil }
    var changed: [Int] = []
    for node in 0..<nodeCount {
      let before = previous.predecessors[node]
      if before == PreviousGraph.gone || linked.lists.isChanged(node) { changed.append(node) }
      guard before == PreviousGraph.gone || before == node else { return nil }
    }
    return changed
  }

  /// Calls `body` as above for some of the nodes, in their order.
  func forEachEdges<Failure: Error>(
    of rows: borrowing IndexedRows, among chosen: [Int], _ body: (_ node: Int, Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let size = layout.edgeBytes
    let edges = SharedArray<UInt8>(zeros: min(Self.share, chosen.count) * size)
    for start in stride(from: 0, to: chosen.count, by: Self.share) {
      let part = chosen[start..<min(start + Self.share, chosen.count)]
      NodeSlots.with(rows, nodes) { Self.encode(part, linked, $0, layout, into: edges) }
      for (index, node) in part.enumerated() { try body(node, edges.span.extracting((index * size)..<((index + 1) * size))) }
    }
  }

  private static func encode(
    _ chosen: ArraySlice<Int>, _ linked: borrowing LinkedVectors, _ slots: NodeSlots, _ layout: GraphLayout,
    into edges: borrowing SharedArray<UInt8>
  ) {
    let size = layout.edgeBytes
    var encoder = EdgeEncoder(layout)
    for (index, node) in chosen.enumerated() {
      edges.withMutable((index * size)..<((index + 1) * size)) {
        encoder.encode(node, linked.lists.neighbors(node), points: linked.vectors.span, slots, into: &$0)
      }
    }
  }

  /// Encodes the edges of some nodes, or copies those that are as they were.
  private static func encode(
    _ range: Range<Int>, _ linked: borrowing LinkedVectors, _ slots: NodeSlots, _ previous: PreviousGraph?, _ layout: GraphLayout,
    into edges: borrowing SharedArray<UInt8>, threads: Int
  ) {
    let size = layout.edgeBytes
    let predecessors = previous?.predecessors
    Threads.perform(threads, on: threads) { part, _ in
      var encoder = EdgeEncoder(layout)
      for index in min(range.count, part * share)..<min(range.count, (part + 1) * share) {
        let node = range.lowerBound + index
        edges.withMutable((index * size)..<((index + 1) * size)) { target in
          if let previous, let before = predecessors?[node], before != PreviousGraph.gone, !linked.lists.isChanged(node) {
            previous.copyEdges(ofOld: Int(before), into: &target)
          } else {
            encoder.encode(node, linked.lists.neighbors(node), points: linked.vectors.span, slots, into: &target)
          }
        }
      }
    }
  }

  private static func space(of rows: borrowing IndexedRows, _ nodes: borrowing DistinctVectors, seed: UInt64) -> GraphSpace {
    let flat = rows.dimensions + (rows.form.metric == .dot ? 1 : 0)
    let rotation = Rotation(dimensions: flat, seed: seed)
    var space = GraphSpace(form: rows.form, rotation: rotation, centre: [], bound: GraphSpace.bound(of: rows, nodes))
    var sums = Array(repeating: 0.0, count: flat)
    var point = Array(repeating: Float(0), count: flat)
    for row in nodes.representatives {
      space.flatten(rows.slot(Int(row)), into: &point)
      for index in 0..<flat { sums[index] += Double(point[index]) }
    }
    let mean = sums.map { Float($0 / Double(nodes.count)) }
    var centre = Array(repeating: Float(0), count: rotation.dimensions)
    var target = centre.mutableSpan
    rotation.apply(to: mean.span, into: &target)
    space.centre = centre
    return space
  }
}
