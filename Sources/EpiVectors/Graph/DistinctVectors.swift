internal import EpiBytes

/// Rows by their vectors: rows whose vectors are equal share a node.
struct DistinctVectors: ~Copyable {
  /// The first row of each node; these ascend.
  let representatives: [UInt32]
  /// For each node the place in `rows` where its rows begin, and the number of rows.
  let starts: [UInt32]
  /// The rows by node, those of a node ascending.
  let rows: [UInt32]

  /// - Complexity: O(n log n) for those that were read; of those that lie in an older snapshot it is known which are equal
  init(of source: borrowing IndexedRows) {
    // The first row with the vector of each row.
    var (first, keys) = Self.rowsOfOlder(source)
    keys.sort { $0.hash == $1.hash ? $0.row < $1.row : $0.hash < $1.hash }
    var start = 0
    while start < keys.count {
      var end = start
      while end < keys.count, keys[end].hash == keys[start].hash { end += 1 }
      var heads: [UInt32] = []
      for index in start..<end {
        let row = keys[index].row
        let head = heads.first { ByteOrder.compare(source.slot(Int($0)), source.slot(Int(row))) == 0 }
        if head == nil { heads.append(row) }
        first[Int(row)] = head ?? row
      }
      start = end
    }
    for row in first.indices { first[row] = first[Int(first[row])] }
    var nodeOfRow = Array(repeating: UInt32(0), count: source.count)
    var representatives: [UInt32] = []
    var counts: [UInt32] = []
    for row in first.indices {
      if Int(first[row]) == row {
        nodeOfRow[row] = UInt32(representatives.count)
        representatives.append(UInt32(row))
        counts.append(1)
      } else {
        nodeOfRow[row] = nodeOfRow[Int(first[row])]
        counts[Int(nodeOfRow[row])] += 1
      }
    }
    var starts: [UInt32] = [0]
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    var next = starts
    var rows = Array(repeating: UInt32(0), count: source.count)
    for row in first.indices {
      let node = Int(nodeOfRow[row])
      rows[Int(next[node])] = UInt32(row)
      next[node] += 1
    }
    self.representatives = representatives
    self.starts = starts
    self.rows = rows
  }

  /// Beginnings of vectors are asked for so far ahead: they lie far apart.
  private static let rowsAhead = 16

  /// Tells equal vectors of the older snapshot by their numbers there.
  /// - Returns: for each row the first with the same number, and the row itself where the vector was read; and what is yet to be compared:
  ///   those, and of the others the first rows of vectors that begin as one of those does.
  private static func rowsOfOlder(_ source: borrowing IndexedRows) -> (first: [UInt32], keys: [(hash: UInt64, row: UInt32)]) {
    var first = (0..<UInt32(source.count)).map { $0 }
    var keys: [(hash: UInt64, row: UInt32)] = []
    var beginnings: Set<UInt64> = []
    let hasOlder = source.slots.hasOlder
    if !hasOlder { keys.reserveCapacity(source.count) }
    for row in 0..<source.count {
      guard case .own = source.slotPlace(row) else { continue }
      keys.append((source.slotHash(row), UInt32(row)))
      if hasOlder { beginnings.insert(ByteScan.word(source.slot(row), at: 0)) }
    }
    guard hasOlder else { return (first, keys) }
    var firstOfOlder: [UInt32?] = Array(repeating: nil, count: source.slots.olderCount)
    for row in 0..<source.count {
      if !beginnings.isEmpty, row + rowsAhead < source.count { GraphKernel.prefetch(source.slot(row + rowsAhead), in: 0..<8) }
      guard case .older(let index) = source.slotPlace(row) else { continue }
      if let earlier = firstOfOlder[index] {
        first[row] = earlier
        continue
      }
      firstOfOlder[index] = UInt32(row)
      if !beginnings.isEmpty, beginnings.contains(ByteScan.word(source.slot(row), at: 0)) { keys.append((source.slotHash(row), UInt32(row))) }
    }
    return (first, keys)
  }

  var count: Int { representatives.count }

  /// The node of each row.
  func nodeOfRows() -> [UInt32] {
    var nodes = Array(repeating: UInt32(0), count: rows.count)
    for node in 0..<count {
      for place in Int(starts[node])..<Int(starts[node + 1]) { nodes[Int(rows[place])] = UInt32(node) }
    }
    return nodes
  }
}
