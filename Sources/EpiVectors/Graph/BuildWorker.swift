/// What one thread needs to find and choose neighbours: buffers, and nothing that outlives a call.
struct BuildWorker: ~Copyable {
  private var frontier: Frontier
  /// For each node the number of the last search that met it.
  private let met: SharedArray<UInt32>
  private var search: UInt32 = 0
  /// Nodes that were just met for the first time.
  private let fresh: SharedArray<UInt32>
  private var distances: DistanceBuffer
  /// The result of `findCandidates`, to which more may be added: nodes and their distances.
  var candidates: [Candidate] = []
  /// The result of `prune`.
  private(set) var kept: [Candidate] = []
  private var keptNodes: [UInt32] = []
  /// How many of the kept ones were certain: those are no candidates any more.
  private var certain = 0
  private var keys: [UInt64] = []

  /// Nodes that a candidate is compared with at a time.
  private static let occluders = 4

  init(nodes: Int, beam: Int, longestList: Int) {
    frontier = Frontier(capacity: beam, nodes: nodes)
    met = SharedArray(zeros: nodes)
    fresh = SharedArray(zeros: longestList + 1)
    distances = DistanceBuffer(count: longestList)
  }

  /// Searches the graph for the neighbourhood of a node and puts what was visited into `candidates`, without the node itself.
  mutating func findCandidates(for node: Int, in lists: borrowing NeighborLists, _ vectors: borrowing ByteVectors, from entry: Int) {
    candidates.removeAll(keepingCapacity: true)
    guard entry != node else { return }
    frontier.removeAll()
    search &+= 1
    met[node] = search
    met[entry] = search
    fresh[0] = UInt32(entry)
    measureFresh(1, from: node, vectors)
    while let (next, distance) = frontier.visitNext() {
      candidates.append(Candidate(distance: distance, node: next))
      measureFresh(meet(lists.neighbors(Int(next))), from: node, vectors)
    }
  }

  /// Puts those of `neighbors` that this search has not met yet into `fresh`.
  /// - Returns: how many they are.
  @inline(__always)
  private func meet(_ neighbors: Span<UInt32>) -> Int {
    // Whether a node is new is as good as random, so each is written and may be overwritten.
    var count = 0
    for index in 0..<neighbors.count {
      let neighbor = Int(neighbors[index])
      fresh[count] = neighbors[index]
      count &+= met[neighbor] == search ? 0 : 1
      met[neighbor] = search
    }
    return count
  }

  /// Puts the neighbours of a node's neighbours into `candidates`, nearest first, without the node and its neighbours.
  /// - Parameter lengths: neighbours of each node that are looked at.
  mutating func findNeighborsOfNeighbors(
    of node: Int, in lists: borrowing NeighborLists, _ lengths: [UInt16], _ vectors: borrowing ByteVectors
  ) {
    candidates.removeAll(keepingCapacity: true)
    search &+= 1
    met[node] = search
    let neighbors = lists.neighbors(node, count: Int(lengths[node]))
    for index in 0..<neighbors.count { met[Int(neighbors[index])] = search }
    for index in 0..<neighbors.count {
      let other = Int(neighbors[index])
      addFresh(meet(lists.neighbors(other, count: Int(lengths[other]))), from: node, vectors)
    }
    sortCandidates()
  }

  /// Puts into `candidates` what can take the place of lost neighbours: those that are left, and the neighbours that they and the lost
  /// ones had.
  /// - Parameters:
  ///   - lost: for each lost neighbour those of its neighbours that are still there.
  ///   - lists: those of all nodes; what counts is how they were taken over.
  /// - Returns: how many neighbours are left; they come first. A damaged list may name one more than once.
  mutating func findSubstitutes(for node: Int, _ lost: [[UInt32]], in lists: borrowing NeighborLists, _ vectors: borrowing ByteVectors) -> Int {
    candidates.removeAll(keepingCapacity: true)
    search &+= 1
    met[node] = search
    let left = lists.takenNeighbors(node)
    addFresh(meet(left), from: node, vectors)
    let count = candidates.count
    for neighbors in lost { addFresh(meet(neighbors.span), from: node, vectors) }
    return count
  }

  private mutating func addFresh(_ count: Int, from node: Int, _ vectors: borrowing ByteVectors) {
    distances.measure(vectors, from: node, to: fresh.span.extracting(first: count))
    for place in 0..<count { candidates.append(Candidate(distance: distances[place], node: fresh[place])) }
  }

  /// Adds the neighbours of a node to `candidates`.
  mutating func addCandidates(of node: Int, in lists: borrowing NeighborLists, _ vectors: borrowing ByteVectors) {
    let neighbors = lists.neighbors(node)
    if !neighbors.isEmpty, lists.distance(node, 0).isNaN {
      distances.measure(vectors, from: node, to: neighbors)
      for index in 0..<neighbors.count where lists.distance(node, index).isNaN { lists.setDistance(node, index, distances[index]) }
    }
    for index in 0..<neighbors.count {
      candidates.append(Candidate(distance: lists.distance(node, index), node: neighbors[index]))
    }
  }

  mutating func sortCandidates() {
    // Distances are not negative, so their bits sort as they do.
    keys.removeAll(keepingCapacity: true)
    for candidate in candidates { keys.append(UInt64(candidate.distance.bitPattern) << 32 | UInt64(candidate.node)) }
    keys.sort()
    for (index, key) in keys.enumerated() {
      candidates[index] = Candidate(distance: Float(bitPattern: UInt32(key >> 32)), node: UInt32(truncatingIfNeeded: key))
    }
  }

  private mutating func measureFresh(_ count: Int, from node: Int, _ vectors: borrowing ByteVectors) {
    distances.measure(vectors, from: node, to: fresh.span.extracting(first: count))
    for index in 0..<count { frontier.insert(node: fresh[index], distance: distances[index]) }
  }

  /// Chooses at most `limit` of the `candidates`: in order of distance, each that is not nearer to one chosen before, by the factor
  /// `alpha`, than to the node they are all measured from (Vamana's robust pruning). Sorts `candidates`, which are all different.
  /// - Parameter certain: the first so many of the candidates are chosen whatever the others are.
  mutating func prune(_ vectors: borrowing ByteVectors, alpha: Float, limit: Int, keeping certain: Int = 0) {
    kept.removeAll(keepingCapacity: true)
    keptNodes.removeAll(keepingCapacity: true)
    self.certain = certain
    for candidate in candidates[..<certain] {
      kept.append(candidate)
      keptNodes.append(candidate.node)
    }
    candidates.removeFirst(certain)
    sortCandidates()
    guard kept.count < limit else { return }
    for candidate in candidates {
      if isOccluded(candidate, vectors, alpha) { continue }
      kept.append(candidate)
      keptNodes.append(candidate.node)
      if kept.count == limit { return }
    }
  }

  /// Adds the nearest of the `candidates` that were not kept to a node's list until it has `limit`.
  func appendRest(to node: Int, in lists: borrowing NeighborLists, limit: Int) {
    var missing = limit - kept.count
    var next = certain
    for candidate in candidates where missing > 0 {
      // Both are sorted.
      if next < kept.count, kept[next].node == candidate.node {
        next += 1
        continue
      }
      lists.append(node, candidate)
      missing -= 1
    }
  }

  private mutating func isOccluded(_ candidate: Candidate, _ vectors: borrowing ByteVectors, _ alpha: Float) -> Bool {
    var start = 0
    while start < keptNodes.count {
      let end = min(start + Self.occluders, keptNodes.count)
      distances.measure(vectors, from: Int(candidate.node), to: keptNodes.span.extracting(start..<end))
      for index in 0..<(end - start) where distances[index] * alpha <= candidate.distance { return true }
      start = end
    }
    return false
  }
}
