import EpiTestSupport
import Testing

@testable import EpiVectors

/// What can be reached in a graph is found whatever way the links lead, against the plainest search there is.
struct ReachedNodesTests {
  private static let most = 8

  private static func reached(_ links: [[Int]], from entry: Int) -> Set<Int> {
    var known: Set = [entry]
    var queue = [entry]
    while let node = queue.popLast() {
      for neighbor in links[node] where known.insert(neighbor).inserted { queue.append(neighbor) }
    }
    return known
  }

  private static func lists(_ links: [[Int]]) -> NeighborLists {
    let taken = TakenLists(nodes: links.count, neighbors: most)
    for (node, neighbors) in links.enumerated() {
      taken.set(node) { list in
        for (index, neighbor) in neighbors.enumerated() { list[index] = UInt32(neighbor) }
        return neighbors.count
      }
    }
    return NeighborLists(nodes: links.count, capacity: most, taken: taken)
  }

  private static func check(_ links: [[Int]], from entry: Int) {
    let lists = lists(links)
    var found = ReachedNodes(nodes: links.count)
    found.addAll(from: entry, by: lists)
    let wanted = reached(links, from: entry)
    #expect(links.indices.allSatisfy { found.contains($0) == wanted.contains($0) }, "\(links.prefix(20)) from \(entry)")
    // Whoever goes from parent to parent comes to the entry, by links.
    for node in wanted where node != entry {
      let parent = found.parent(of: node)
      #expect(parent.map { links[Int($0)].contains(node) } == true)
    }
    for node in wanted {
      var (place, steps) = (node, 0)
      while place != entry, steps <= links.count { (place, steps) = (Int(found.parent(of: place) ?? 0), steps + 1) }
      #expect(place == entry)
    }
    // And what was not reached can be added, with all behind it.
    guard let other = links.indices.first(where: { !wanted.contains($0) }) else { return }
    found.add(other, from: entry, by: lists)
    let both = wanted.union(reached(links, from: other))
    #expect(links.indices.allSatisfy { found.contains($0) == both.contains($0) })
  }

  @Test(arguments: Seeds.list(60)) func `graphs of all densities`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...300, using: &random)
    let most = Int.random(in: 0...Self.most, using: &random)
    let links = (0..<count).map { _ in (0..<Int.random(in: 0...most, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) } }
    Self.check(links, from: Int.random(in: 0..<count, using: &random))
  }

  @Test func `a chain against the order of the nodes`() {
    Self.check((0..<600).map { $0 == 0 ? [] : [$0 - 1] }, from: 599)
    Self.check((0..<600).map { $0 == 0 ? [] : [$0 - 1] }, from: 300)
    Self.check((0..<600).map { $0 == 599 ? [] : [$0 + 1] }, from: 0)
  }

  @Test func `one node`() { Self.check([[]], from: 0) }
}
