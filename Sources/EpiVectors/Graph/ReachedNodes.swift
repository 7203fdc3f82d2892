/// The nodes of a graph that can be reached from its entry, as far as that is known, and from where each was reached first.
struct ReachedNodes {
  private var parents: [UInt32]
  private var areKnown: [Bool]

  private static let listsAhead = 6

  init(nodes: Int) {
    parents = Array(repeating: 0, count: nodes)
    areKnown = Array(repeating: false, count: nodes)
  }

  func contains(_ node: Int) -> Bool { areKnown[node] }

  /// The node from which one was reached; without that link it might be lost again.
  func parent(of node: Int) -> UInt32? { contains(node) ? parents[node] : nil }

  /// Takes in `start`, reached from `parent`, and all that can be reached from there and is not known yet.
  mutating func add(_ start: Int, from parent: Int, by lists: borrowing NeighborLists) {
    Self.add(start, from: parent, by: lists, &parents, &areKnown)
  }

  private static func add(
    _ start: Int, from parent: Int, by lists: borrowing NeighborLists, _ parents: inout [UInt32], _ areKnown: inout [Bool]
  ) {
    parents[start] = UInt32(parent)
    areKnown[start] = true
    var queue = [UInt32(start)]
    var next = 0
    var known = areKnown.mutableSpan
    var origins = parents.mutableSpan
    while next < queue.count {
      let node = queue[next]
      next += 1
      if next + listsAhead < queue.count { lists.prefetch(Int(queue[next + listsAhead])) }
      let neighbors = lists.neighbors(Int(node))
      for index in neighbors.indices where !known[Int(neighbors[index])] {
        known[Int(neighbors[index])] = true
        origins[Int(neighbors[index])] = node
        queue.append(neighbors[index])
      }
    }
  }
}
