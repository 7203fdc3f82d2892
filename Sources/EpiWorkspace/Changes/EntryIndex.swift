internal import EpiBytes
internal import EpiYjs

/// Where the entries of each row lie in the arrays of the array layouts: so that a row can be read without reading its table.
struct EntryIndex {
  private struct Row: Hashable {
    var root: SharedType
    var id: UInt32
  }

  private struct Node {
    var block: ListBlock
    /// The node before it of the same row; -1 for none.
    var next: Int32
  }

  private let layout: LayoutChoice
  private var newest: [Row: Int32] = [:]
  private var nodes: [Node] = []

  /// Looks through all tables.
  init(_ layout: LayoutChoice, roots: [SharedType], _ document: inout Document, _ bytes: Span<UInt8>) throws(DecodingError) {
    self.layout = layout
    for root in roots {
      var blocks: [ListBlock] = []
      document.forEachListBlock(of: root) { blocks.append($0) }
      for block in blocks { try add(block, in: root, &document, bytes) }
    }
  }

  /// The id of the row that an entry belongs to; nil when its key names none.
  func row(of entry: Entry, _ document: inout Document, _ bytes: Span<UInt8>) -> UInt32? {
    var key = entry.key.bounds
    if layout == .lwwCells {
      guard let colon = key.first(where: { bytes[$0] == UInt8(ascii: ":") }) else { return nil }
      key = key.lowerBound..<colon
    }
    return document.internKey(bytes, in: key)
  }

  /// Takes in a block that has come to the array.
  /// - Returns: the rows that it has entries of.
  @discardableResult
  mutating func add(
    _ block: ListBlock, in root: SharedType, _ document: inout Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> Set<UInt32> {
    var keys: [Entry] = []
    try document.forEachObject(of: block, bytes) { fields in
      if let entry = Entry(fields, bytes) { keys.append(entry) }
    }
    var rows: Set<UInt32> = []
    for entry in keys { if let row = row(of: entry, &document, bytes) { rows.insert(row) } }
    for id in rows {
      let row = Row(root: root, id: id)
      nodes.append(Node(block: block, next: newest[row] ?? -1))
      newest[row] = Int32(nodes.count - 1)
    }
    return rows
  }

  /// Reads the entries of a row that count, one a key, those that are written further left first.
  /// - Parameter accepts: whether an entry with that value counts at all.
  mutating func winners(
    ofRow id: UInt32, in root: SharedType, _ document: inout Document, _ bytes: Span<UInt8>, accepts: (ByteRange) -> Bool
  ) throws(DecodingError) -> [Winner] {
    let isTimed = layout != .kvRows
    var winners: [Winner] = []
    for block in blocks(of: Row(root: root, id: id), document) {
      var found: [Entry] = []
      try document.forEachObject(of: block, bytes) { fields in
        if let entry = Entry(fields, bytes), accepts(entry.value), !isTimed || entry.timestamp != nil { found.append(entry) }
      }
      for entry in found where row(of: entry, &document, bytes) == id {
        let key = document.internKey(bytes, in: entry.key.bounds)
        let new = Winner(key: key, value: entry.value, timestamp: isTimed ? entry.timestamp ?? 0 : 0)
        guard let index = winners.firstIndex(where: { $0.key == key }) else {
          winners.append(new)
          continue
        }
        if new.timestamp >= winners[index].timestamp { winners[index] = new }
      }
    }
    return winners
  }

  struct Winner {
    var key: UInt32
    var value: ByteRange
    var timestamp: Double
  }

  /// The blocks of a row that are there, in the order of the array; the others are forgotten.
  private mutating func blocks(of row: Row, _ document: borrowing Document) -> [ListBlock] {
    var found: Set<ListBlock> = []
    var kept: Int32 = -1
    var node = newest[row] ?? -1
    while node >= 0 {
      let next = nodes[Int(node)].next
      let block = nodes[Int(node)].block
      if !document.isDeleted(block), found.insert(block).inserted {
        nodes[Int(node)].next = kept
        kept = node
      }
      node = next
    }
    newest[row] = kept
    return found.count > 1 ? document.inListOrder(found) : Array(found)
  }
}
