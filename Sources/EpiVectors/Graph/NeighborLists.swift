/// The neighbours of each node while a graph is built, with their squared distances.
struct NeighborLists: ~Copyable {
  let capacity: Int
  private let ids: SharedArray<UInt32>
  private let distances: SharedArray<Float>
  private let counts: SharedArray<UInt16>

  init(nodes: Int, capacity: Int) {
    self.capacity = capacity
    ids = SharedArray(zeros: nodes * capacity)
    distances = SharedArray(zeros: nodes * capacity)
    counts = SharedArray(zeros: nodes)
  }

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

  func removeAll(_ node: Int) { counts[node] = 0 }

  /// Adds a neighbour behind the others.
  /// - Precondition: the list is not full.
  func append(_ node: Int, _ neighbor: Candidate) {
    let count = Int(counts[node])
    precondition(count < capacity)
    ids[node * capacity + count] = neighbor.node
    distances[node * capacity + count] = neighbor.distance
    counts[node] = UInt16(count + 1)
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
    return true
  }
}

/// The neighbours of each node when the graph is done.
struct FixedLists: ~Copyable {
  private let length: Int
  private let ids: SharedArray<UInt32>
  private let counts: SharedArray<UInt16>

  /// - Precondition: no list is longer than `length`.
  init(_ lists: consuming NeighborLists, length: Int) {
    let lengths = lists.lengths()
    self.length = length
    ids = SharedArray(zeros: lengths.count * length)
    counts = SharedArray(zeros: lengths.count)
    for node in lengths.indices {
      let neighbors = lists.neighbors(node)
      for index in 0..<neighbors.count { ids[node * length + index] = neighbors[index] }
      counts[node] = lengths[node]
    }
  }

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
