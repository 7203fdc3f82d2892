/// The rows that a search may find, chosen before it: a bit for each row.
package struct AllowedRows: Sendable {
  private var words: [UInt64]
  /// Rows that are allowed.
  package private(set) var count = 0

  /// None of `rows` rows.
  package init(rows: Int) { words = Array(repeating: 0, count: (rows + 63) / 64) }

  /// Allows a row; it may be allowed already.
  package mutating func insert(_ row: Int) {
    let bit = (1 as UInt64) << UInt64(row & 63)
    guard words[row >> 6] & bit == 0 else { return }
    words[row >> 6] |= bit
    count += 1
  }

  @inline(__always)
  package func contains(_ row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

  /// Only the rows that both allow.
  package mutating func formIntersection(_ other: AllowedRows) {
    count = 0
    for index in words.indices {
      words[index] &= other.words[index]
      count += words[index].nonzeroBitCount
    }
  }

  /// The rows, ascending.
  func sorted() -> [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(count)
    for (index, word) in words.enumerated() {
      var bits = word
      while bits != 0 {
        rows.append(UInt32(index * 64 + bits.trailingZeroBitCount))
        bits &= bits - 1
      }
    }
    return rows
  }
}

/// The vectors that allowed rows have: of a graph the nodes of which a row at least is allowed, else the rows themselves.
final class AllowedVectors: Sendable {
  let rows: AllowedRows
  /// A bit for each vector.
  private let vectors: AllowedRows
  /// Their numbers, ascending.
  let numbers: [UInt32]

  init(_ rows: AllowedRows, of snapshot: borrowing Snapshot) throws(SnapshotError) {
    self.rows = rows
    guard let graph = snapshot.graph else {
      vectors = rows
      numbers = rows.sorted()
      return
    }
    let bytes = snapshot.bytes
    var nodes = AllowedRows(rows: graph.nodes)
    for node in 0..<graph.nodes {
      for place in try graph.places(ofNode: node, in: bytes) where rows.contains(try graph.row(at: place, in: bytes)) {
        nodes.insert(node)
        break
      }
    }
    vectors = nodes
    numbers = nodes.sorted()
  }

  var count: Int { numbers.count }

  @inline(__always)
  func contains(_ vector: Int) -> Bool { vectors.contains(vector) }
}
