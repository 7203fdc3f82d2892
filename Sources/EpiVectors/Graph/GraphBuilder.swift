internal import EpiSystem

/// Builds the graph of a search: Vamana's pruned neighbour lists (Subramanya and others, "DiskANN", 2019), grown by batches that nearly
/// double the graph (Dobson and others, "Scaling graph-based ANNS", 2023).
///
/// Every node of a batch searches the graph as it was before the batch, so nothing depends on threads or their timing.
struct GraphBuilder: ~Copyable {
  let options: GraphOptions
  let vectors: ByteVectors
  let lists: NeighborLists
  /// The node all searches begin at: the one nearest to the centre of all.
  let entry: Int
  private let workers: [WorkerBox]

  /// A batch is at most this part of all nodes.
  private static let batchShare = 40
  private static let smallestBatch = 64
  /// Nodes that a thread takes at a time where nothing else sets the size.
  private static let share = 256
  /// Parts into which the targets of new links are split for threads.
  private static let linkParts = 32

  /// - Parameters:
  ///   - vectors: relative to their centre; at least one.
  ///   - entry: the node that searches begin at; nil: the one nearest to the centre.
  ///   - taken: the lists of an older graph.
  init(_ vectors: consuming ByteVectors, options: GraphOptions, entry: Int? = nil, taken: consuming TakenLists = TakenLists()) {
    self.options = options
    self.entry = entry ?? Self.nodeNearestToCentre(vectors)
    // Lists grow to one and a half of the wanted length before they are pruned again.
    let capacity = options.maxNeighbors + options.maxNeighbors / 2
    lists = NeighborLists(nodes: vectors.count, capacity: capacity, taken: taken)
    let nodes = vectors.count
    workers = (0..<(vectors.isLazy ? 1 : max(1, options.threads))).map { _ in
      WorkerBox(BuildWorker(nodes: nodes, beam: options.insertL, longestList: capacity))
    }
    self.vectors = vectors
  }

  private static func nodeNearestToCentre(_ vectors: borrowing ByteVectors) -> Int {
    var nearest = 0
    for node in 0..<vectors.count where vectors.squaredLength(node) < vectors.squaredLength(nearest) { nearest = node }
    return nearest
  }

  private var count: Int { vectors.count }

  /// Links all nodes: afterwards each has `maxNeighbors` neighbours, or all the others, and is reached from the entry.
  /// - Complexity: near O(n log n) distances
  /// - Parameter tell: is told after each batch how many nodes are linked.
  func build(_ tell: (Int) -> Void) {
    var others = (0..<UInt32(count)).map { $0 }
    others.swapAt(0, entry)
    insert(others.dropFirst(), after: 1, tell)
  }

  /// Adds nodes to a graph and puts all lists in order.
  /// - Parameters:
  ///   - nodes: those without links yet.
  ///   - done: how many nodes are linked, the entry among them.
  ///   - tell: is told after each batch how many there are then.
  func insert(_ nodes: ArraySlice<UInt32>, after done: Int, _ tell: (Int) -> Void = { _ in }) {
    let order = shuffled(nodes)
    let limit = max(Self.smallestBatch, count / Self.batchShare)
    var start = 0
    while start < order.count {
      let end = min(order.count, start + min(done + start, limit))
      link(order[start..<end])
      start = end
      tell(done + end)
    }
    forAllNodes { node, worker in shorten(node, &worker) }
    fill()
    connect()
  }

  /// Gives a node whose neighbours were lost new ones from among theirs.
  func repair(_ torn: [(node: Int, lost: [[UInt32]])]) {
    Threads.perform(torn.count, on: workers.count) { index, worker in
      let (node, lost) = torn[index]
      let left = workers[worker].worker.findSubstitutes(for: node, lost, in: lists, vectors)
      replaceList(of: node, &workers[worker].worker, keeping: left)
      // Full lists, as all others are.
      workers[worker].worker.appendRest(to: node, in: lists, limit: options.maxNeighbors)
    }
  }

  /// Hands over what was built.
  consuming func finish() -> LinkedVectors {
    if vectors.isLazy {
      for node in 0..<vectors.count where lists.isChanged(node) {
        vectors.need(node)
        let neighbors = lists.neighbors(node)
        for index in 0..<neighbors.count { vectors.need(Int(neighbors[index])) }
      }
    }
    return LinkedVectors(lists: FixedLists(lists, length: options.maxNeighbors), vectors: vectors.takeFloats(), entry: entry)
  }

  private func shuffled(_ nodes: ArraySlice<UInt32>) -> [UInt32] {
    var order = Array(nodes)
    var generator = SplitMix(seed: ~options.seed)
    for index in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(index, generator.next(below: index + 1)) }
    return order
  }

  private func forAllNodes(_ work: (Int, inout BuildWorker) -> Void) {
    Threads.perform((count + Self.share - 1) / Self.share, on: workers.count) { part, worker in
      for node in (part * Self.share)..<min(count, (part + 1) * Self.share) { work(node, &workers[worker].worker) }
    }
  }
}

/// Vectors and their links.
struct LinkedVectors: ~Copyable {
  let lists: FixedLists
  /// The points of the nodes.
  let vectors: SharedArray<Float>
  let entry: Int
}

/// A worker in a place of its own, since an array cannot hold what cannot be copied.
private final class WorkerBox {
  var worker: BuildWorker

  init(_ worker: consuming BuildWorker) { self.worker = worker }
}

// MARK: - Batches

extension GraphBuilder {
  /// Finds neighbours for the nodes of a batch, then gives these the links back.
  private func link(_ batch: ArraySlice<UInt32>) {
    // No search meets a node of the batch yet, so its list can be written at once.
    Threads.perform(batch.count, on: workers.count) { index, worker in
      let node = Int(batch[batch.startIndex + index])
      workers[worker].worker.findCandidates(for: node, in: lists, vectors, from: entry)
      replaceList(of: node, &workers[worker].worker)
    }
    Threads.perform(Self.linkParts, on: workers.count) { part, worker in linkBack(batch, part, &workers[worker].worker) }
  }

  /// Adds the nodes of a batch to the lists of their neighbours, as far as these belong to a part.
  private func linkBack(_ batch: ArraySlice<UInt32>, _ part: Int, _ worker: inout BuildWorker) {
    // Target above the place of the link, so that links of a target come in the order of the batch.
    var links: [UInt64] = []
    for index in 0..<batch.count {
      let neighbors = lists.neighbors(Int(batch[batch.startIndex + index]))
      for place in 0..<neighbors.count where Int(neighbors[place]) % Self.linkParts == part {
        links.append(UInt64(neighbors[place]) << 32 | UInt64(index * lists.capacity + place))
      }
    }
    links.sort()
    var start = 0
    while start < links.count {
      let target = Int(links[start] >> 32)
      worker.candidates.removeAll(keepingCapacity: true)
      while start < links.count, Int(links[start] >> 32) == target {
        let (index, place) = Int(links[start] & 0xffff_ffff).quotientAndRemainder(dividingBy: lists.capacity)
        let source = batch[batch.startIndex + index]
        worker.candidates.append(Candidate(distance: lists.distance(Int(source), place), node: source))
        start += 1
      }
      addLinks(to: target, &worker)
    }
  }

  /// Adds the worker's candidates, none of which is in the list yet.
  private func addLinks(to target: Int, _ worker: inout BuildWorker) {
    if lists.neighbors(target).count + worker.candidates.count <= lists.capacity {
      for candidate in worker.candidates { lists.append(target, candidate) }
    } else {
      worker.addCandidates(of: target, in: lists, vectors)
      replaceList(of: target, &worker)
    }
  }

  /// Prunes the worker's candidates to a new list.
  /// - Parameter certain: the first so many of them stay.
  private func replaceList(of node: Int, _ worker: inout BuildWorker, keeping certain: Int = 0) {
    worker.prune(vectors, alpha: options.alpha, limit: options.maxNeighbors, keeping: certain)
    lists.removeAll(node)
    for candidate in worker.kept { lists.append(node, candidate) }
  }
}

// MARK: - The last touches

extension GraphBuilder {
  /// Prunes a list that is longer than wanted.
  private func shorten(_ node: Int, _ worker: inout BuildWorker) {
    guard lists.neighbors(node).count > options.maxNeighbors else { return }
    worker.candidates.removeAll(keepingCapacity: true)
    worker.addCandidates(of: node, in: lists, vectors)
    replaceList(of: node, &worker)
    // A list that was full stays so with what it had: what is near it has been looked through already.
    if lists.wasTaken(node) { worker.appendRest(to: node, in: lists, limit: options.maxNeighbors) }
  }

  /// Fills all lists with the nearest of the neighbours' neighbours: a full batch costs a search no more than one with gaps.
  private func fill() {
    // Reads lists up to their lengths before, and writes behind them.
    let lengths = lists.lengths()
    forAllNodes { node, worker in
      guard Int(lengths[node]) < options.maxNeighbors, lists.isChanged(node) else { return }
      worker.findNeighborsOfNeighbors(of: node, in: lists, lengths, vectors)
      for candidate in worker.candidates.prefix(options.maxNeighbors - Int(lengths[node])) { lists.append(node, candidate) }
    }
  }

  /// Links what cannot be reached from the entry to the nearest nodes that can.
  private func connect() {
    var reached = ReachedNodes(nodes: count)
    reached.addAll(from: entry, by: lists)
    for node in 0..<count where !reached.contains(node) {
      workers[0].worker.findCandidates(for: node, in: lists, vectors, from: entry)
      workers[0].worker.sortCandidates()
      // The nearest with a link to spare; that some reached node has one is certain, since a tree has fewer links than nodes.
      let near = workers[0].worker.candidates.map { Int($0.node) }
      let others = (0..<count).lazy.filter { reached.contains($0) }
      func takes(_ other: Int) -> Bool {
        lists.link(other, to: UInt32(node), limit: options.maxNeighbors) { reached.parent(of: Int($0)) != UInt32(other) }
      }
      if let parent = near.first(where: takes) ?? others.first(where: takes) { reached.add(node, from: parent, by: lists) }
    }
  }
}
