/// The neighbours of each node while a graph is built, with their squared distances.
struct NeighborLists: ~Copyable {
  let capacity: Int
  private let ids: SharedArray<UInt32>
  private let distances: SharedArray<Float>
  private let counts: SharedArray<UInt16>
  /// 1 for a list that was changed since it was taken over.
  private let changes: SharedArray<UInt8>

  init(nodes: Int, capacity: Int) {
    self.capacity = capacity
    ids = SharedArray(zeros: nodes * capacity)
    distances = SharedArray(zeros: nodes * capacity)
    counts = SharedArray(zeros: nodes)
    changes = SharedArray(zeros: nodes)
  }

  /// Sets a list that is taken over as it was; its distances are unknown.
  func takeOver(_ node: Int, _ neighbors: Span<UInt32>) {
    let range = (node * capacity)..<(node * capacity + neighbors.count)
    ids.withMutable(range) { ids in for index in neighbors.indices { ids[index] = neighbors[index] } }
    distances.withMutable(range) { distances in for index in distances.indices { distances[index] = .nan } }
    counts[node] = UInt16(neighbors.count)
  }

  func isChanged(_ node: Int) -> Bool { changes[node] != 0 }

  /// Sets distances that were unknown.
  func setDistance(_ node: Int, _ index: Int, _ distance: Float) { distances[node * capacity + index] = distance }

  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int) -> Span<UInt32> { neighbors(node, count: Int(counts[node])) }

  /// The first `count` neighbours.
  @_lifetime(borrow self)
  borrowing func neighbors(_ node: Int, count: Int) -> Span<UInt32> {
    ids.span.extracting((node * capacity)..<(node * capacity + count))
  }

  func distance(_ node: Int, _ index: Int) -> Float { distances[node * capacity + index] }

  /// How long each list is now.
  func lengths() -> [UInt16] { (0..<counts.count).map { counts[$0] } }

  func removeAll(_ node: Int) {
    counts[node] = 0
    changes[node] = 1
  }

  /// Adds a neighbour behind the others.
  /// - Precondition: the list is not full.
  func append(_ node: Int, _ neighbor: Candidate) {
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

/// The neighbours of each node when the graph is done.
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
    for node in lengths.indices {
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
