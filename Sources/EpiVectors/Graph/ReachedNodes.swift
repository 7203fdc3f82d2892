/// The nodes of a graph that can be reached from its entry, as far as that is known, and from where each was reached first.
struct ReachedNodes {
  private var parents: [UInt32]
  private var states: [State]
  /// How many are not known.
  private var left: Int

  private enum State: UInt8 {
    case unknown
    case known
    /// Its neighbours are known too.
    case followed
  }

  private static let listsAhead = 6
  /// How often all nodes are gone through before the rest is followed link by link.
  private static let sweeps = 3

  init(nodes: Int) {
    parents = Array(repeating: 0, count: nodes)
    states = Array(repeating: .unknown, count: nodes)
    left = nodes
  }

  func contains(_ node: Int) -> Bool { states[node] != .unknown }

  /// The node from which one was reached; without that link it might be lost again.
  func parent(of node: Int) -> UInt32? { contains(node) ? parents[node] : nil }

  /// Takes in the entry and all that can be reached from there.
  ///
  /// Mostly in the order of the nodes, in which their lists lie: nearly all are known soon, wherever one begins.
  mutating func addAll(from entry: Int, by lists: borrowing NeighborLists) {
    note(entry, from: UInt32(entry))
    for _ in 0..<Self.sweeps {
      for node in states.indices where states[node] == .known {
        guard left > 0 else { return }
        follow(UInt32(node), by: lists) { _ in }
      }
    }
    var queue = states.indices.filter { states[$0] == .known }.map { UInt32($0) }
    follow(&queue, by: lists)
  }

  /// Takes in `start`, reached from `parent`, and all that can be reached from there and is not known yet.
  mutating func add(_ start: Int, from parent: Int, by lists: borrowing NeighborLists) {
    note(start, from: UInt32(parent))
    var queue = [UInt32(start)]
    follow(&queue, by: lists)
  }

  private mutating func follow(_ queue: inout [UInt32], by lists: borrowing NeighborLists) {
    var next = 0
    while next < queue.count, left > 0 {
      let node = queue[next]
      next += 1
      if next + Self.listsAhead < queue.count { lists.prefetch(Int(queue[next + Self.listsAhead])) }
      follow(node, by: lists) { queue.append($0) }
    }
  }

  /// Takes in the neighbours of a node.
  @inline(__always)
  private mutating func follow(_ node: UInt32, by lists: borrowing NeighborLists, _ found: (UInt32) -> Void) {
    states[Int(node)] = .followed
    let neighbors = lists.neighbors(Int(node))
    for index in neighbors.indices where states[Int(neighbors[index])] == .unknown {
      note(Int(neighbors[index]), from: node)
      found(neighbors[index])
    }
  }

  @inline(__always)
  private mutating func note(_ node: Int, from parent: UInt32) {
    states[node] = .known
    parents[node] = parent
    left -= 1
  }
}
