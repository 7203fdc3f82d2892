/// The neighbours of each node while a graph is built, with their squared distances.
struct NeighborLists: ~Copyable {
  let capacity: Int
  private let ids: SharedArray<UInt32>
  private let distances: SharedArray<Float>
  private let counts: SharedArray<UInt16>
  /// 1 for a list that was changed since it was taken over.
  private let changes: SharedArray<UInt8>
  private let taken: TakenLists

  /// For `counts`, of a list that still lies in `taken`.
  private static let untouched = UInt16.max

  /// - Parameter taken: the lists of all nodes as they were in an older graph; they are copied where they change only.
  init(nodes: Int, capacity: Int, taken: consuming TakenLists) {
    self.capacity = capacity
    ids = SharedArray(zeros: nodes * capacity)
    distances = SharedArray(zeros: nodes * capacity)
    counts = SharedArray(zeros: nodes)
    changes = SharedArray(zeros: nodes)
    for node in 0..<taken.count { counts[node] = Self.untouched }
    self.taken = taken
  }

  /// Makes a list one that can be changed; of one that was taken over the distances are unknown.
  private func touch(_ node: Int) {
    guard counts[node] == Self.untouched else { return }
    let neighbors = taken.neighbors(node)
    let range = (node * capacity)..<(node * capacity + neighbors.count)
    ids.withMutable(range) { ids in for index in neighbors.indices { ids[index] = neighbors[index] } }
    distances.withMutable(range) { distances in for index in distances.indices { distances[index] = .nan } }
    counts[node] = UInt16(neighbors.count)
  }

  func isChanged(_ node: Int) -> Bool { changes[node] != 0 }

  /// Whether the older graph had a list of this node.
  func wasTaken(_ node: Int) -> Bool { node < taken.count && !taken.neighbors(node).isEmpty }

  /// The neighbours that a node was taken over with.
  @_lifetime(borrow self)
  borrowing func takenNeighbors(_ node: Int) -> Span<UInt32> { taken.neighbors(node) }

  /// Sets distances that were unknown.
  func setDistance(_ node: Int, _ index: Int, _ distance: Float) {
    touch(node)
    distances[node * capacity + index] = distance
  }

  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int) -> Span<UInt32> {
    let count = counts[node]
    return count == Self.untouched ? taken.neighbors(node) : neighbors(node, count: Int(count))
  }

  /// Asks for a list that will be read soon.
  @inline(__always)
  func prefetch(_ node: Int) { GraphKernel.prefetch(neighbors(node)) }

  /// The first `count` neighbours of a list.
  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int, count: Int) -> Span<UInt32> {
    if counts[node] == Self.untouched { return taken.neighbors(node).extracting(first: count) }
    return ids.span.extracting((node * capacity)..<(node * capacity + count))
  }

  /// NaN where it is unknown.
  func distance(_ node: Int, _ index: Int) -> Float { counts[node] == Self.untouched ? .nan : distances[node * capacity + index] }

  /// How long each list is now.
  func lengths() -> [UInt16] {
    (0..<counts.count).map { counts[$0] == Self.untouched ? UInt16(taken.neighbors($0).count) : counts[$0] }
  }

  func removeAll(_ node: Int) {
    counts[node] = 0
    changes[node] = 1
  }

  /// Adds a neighbour behind the others.
  /// - Precondition: the list is not full.
  func append(_ node: Int, _ neighbor: Candidate) {
    touch(node)
    let count = Int(counts[node])
    precondition(count < capacity)
    ids[node * capacity + count] = neighbor.node
    distances[node * capacity + count] = neighbor.distance
    counts[node] = UInt16(count + 1)
    changes[node] = 1
  }

  /// Adds a neighbour, whose distance is not kept, in place of the last one that may go when there are `limit` already.
  /// - Returns: false when none may go.
  func link(_ node: Int, to neighbor: UInt32, limit: Int, mayGo: (UInt32) -> Bool) -> Bool {
    touch(node)
    let count = Int(counts[node])
    if count < limit {
      append(node, Candidate(distance: 0, node: neighbor))
      return true
    }
    guard let place = (0..<count).last(where: { mayGo(ids[node * capacity + $0]) }) else { return false }
    ids[node * capacity + place] = neighbor
    changes[node] = 1
    return true
  }
}

/// The neighbours of each node when the graph is done; of an older graph's those that have changed.
struct FixedLists: ~Copyable {
  private let length: Int
  private let ids: SharedArray<UInt32>
  private let counts: SharedArray<UInt16>
  private let changes: [Bool]

  /// - Precondition: no list is longer than `length`.
  init(_ lists: consuming NeighborLists, length: Int) {
    let lengths = lists.lengths()
    self.length = length
    ids = SharedArray(zeros: lengths.count * length)
    counts = SharedArray(zeros: lengths.count)
    for node in lengths.indices where lists.isChanged(node) {
      let neighbors = lists.neighbors(node)
      ids.withMutable((node * length)..<(node * length + neighbors.count)) { ids in
        for index in neighbors.indices { ids[index] = neighbors[index] }
      }
      counts[node] = lengths[node]
    }
    changes = lengths.indices.map { lists.isChanged($0) }
  }

  /// Whether a list is another than the one that was taken over.
  func isChanged(_ node: Int) -> Bool { changes[node] }

  /// - Precondition: the list has changed, or is new.
  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int) -> Span<UInt32> {
    ids.span.extracting((node * length)..<(node * length + Int(counts[node])))
  }
}

/// A node and its squared distance from another one.
struct Candidate: BitwiseCopyable {
  var distance: Float
  var node: UInt32
}
