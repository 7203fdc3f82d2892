internal import EpiBytes

/// How the nodes of a graph are linked.
package struct GraphLinks {
  /// For each node how many others have it as a neighbour.
  package fileprivate(set) var to: [Int]

  fileprivate init(nodes: Int) { to = Array(repeating: 0, count: nodes) }

  /// Links there are, of all nodes.
  package var count: Int { to.reduce(0, +) }
}

extension Snapshot {
  /// How the nodes of the graph are linked; nil without a graph.
  /// - Complexity: O(nodes · neighbours)
  /// - Throws: when a neighbour is no node.
  package func links() throws(SnapshotError) -> GraphLinks? {
    guard let graph else { return nil }
    let layout = graph.layout
    var links = GraphLinks(nodes: graph.nodes)
    for node in 0..<graph.nodes {
      let edges = graph.block(node).lowerBound + layout.slotBytes
      // Behind the last neighbour it is repeated; where there is none, the node itself is (epi-snapshot.5).
      var last = UInt32(node)
      for index in 0..<layout.neighbors {
        let neighbor = bytes.littleEndian32(at: edges + index * 4)
        guard neighbor < UInt32(graph.nodes) else { throw SnapshotError(.neighbor(node: node)) }
        if neighbor == last { break }
        links.to[Int(neighbor)] += 1
        last = neighbor
      }
    }
    return links
  }

  /// The rows of each table: its name, and how many there are.
  package func tableCounts() throws(SnapshotError) -> [(name: String, rows: Int)] {
    var counts: [(name: String, rows: Int)] = []
    for table in 0..<head.tables {
      let first = firstRow(ofTable: table)
      let next = firstRow(ofTable: table + 1)
      guard first <= next, next <= UInt64(head.rows) else { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.tables, item: table)) }
      counts.append((String(decoding: bytes.extracting(try name(ofTable: table)).copied(), as: UTF8.self), Int(next - first)))
    }
    return counts
  }
}
