/// The nodes of a graph that can be reached from its entry, as far as that is known, and from where each was reached first.
struct ReachedNodes {
  private var parents: [UInt32]
  /// A bit for each node: what is asked a million times has to lie near.
  private var bits: [UInt64]

  init(nodes: Int) {
    parents = Array(repeating: 0, count: nodes)
    bits = Array(repeating: 0, count: (nodes + 63) / 64)
  }

  func contains(_ node: Int) -> Bool { bits[node >> 6] >> UInt64(node & 63) & 1 == 1 }

  /// The node from which one was reached; without that link it might be lost again.
  func parent(of node: Int) -> UInt32? { contains(node) ? parents[node] : nil }

  /// Takes in `start`, reached from `parent`, and all that can be reached from there and is not known yet.
  mutating func add(_ start: Int, from parent: Int, by lists: borrowing NeighborLists) {
    Self.add(start, from: parent, by: lists, &parents, &bits)
  }

  private static func add(
    _ start: Int, from parent: Int, by lists: borrowing NeighborLists, _ parents: inout [UInt32], _ bits: inout [UInt64]
  ) {
    parents[start] = UInt32(parent)
    bits[start >> 6] |= 1 << UInt64(start & 63)
    var queue = [UInt32(start)]
    var known = bits.mutableSpan
    var origins = parents.mutableSpan
    while let node = queue.popLast() {
      let neighbors = lists.neighbors(Int(node))
      for index in neighbors.indices {
        let neighbor = Int(neighbors[index])
        let bit: UInt64 = 1 << UInt64(neighbor & 63)
        if known[neighbor >> 6] & bit != 0 { continue }
        known[neighbor >> 6] |= bit
        origins[neighbor] = node
        queue.append(neighbors[index])
      }
    }
  }
}
