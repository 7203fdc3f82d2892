/// Rows by their vectors: rows whose vectors are equal share a node.
struct DistinctVectors: ~Copyable {
  /// The first row of each node; these ascend.
  let representatives: [UInt32]
  /// For each node the place in `rows` where its rows begin, and the number of rows.
  let starts: [UInt32]
  /// The rows by node, those of a node ascending.
  let rows: [UInt32]

  /// - Complexity: O(n log n)
  init(of source: borrowing IndexedRows) {
    var keys: [(hash: UInt64, row: UInt32)] = []
    keys.reserveCapacity(source.count)
    for row in 0..<source.count {
      keys.append((source.slotHash(row), UInt32(row)))
    }
    keys.sort { $0.hash == $1.hash ? $0.row < $1.row : $0.hash < $1.hash }
    // The first row with the vector of each row.
    var first = Array(repeating: UInt32(0), count: source.count)
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
