internal import EpiBytes
internal import EpiJSON
internal import EpiYjs

/// In which order the fields of a row are printed: those of the table's schema first, in its order, then the others by name.
///
/// The rows of a table mostly have the same fields, written in the same order. So the order found for one row is kept, with the
/// text of the names, and serves all that follow until one differs.
struct FieldOrder: ~Copyable {
  /// Keys of the row the order was found for, as they came.
  private var keys: [UInt32] = []
  /// Positions in `keys`, in printing order; of a repeated key only the last.
  private(set) var positions: [Int] = []
  /// Per position in printing order, where its `"name":` lies in `labels`.
  private(set) var labelRanges: [Range<Int>] = []
  private(set) var labels = ByteWriter(capacity: 1024)
  /// Places of the schema's fields, by key of their name.
  private var ranks: [UInt32: Int] = [:]

  /// Begins a table whose schema has the fields `schema`, in order.
  mutating func begin(schema: [UInt32?]) {
    ranks = [:]
    for case (let rank, let key?) in schema.enumerated() { ranks[key] = rank }
    keys = []
    positions = []
    labelRanges = []
  }

  /// Finds the order of the fields of a row.
  mutating func arrange(_ fields: [RowPrinter.Field], _ document: borrowing Document) {
    if isArranged(fields) { return }
    keys = fields.map(\.key)
    positions = keys.indices.sorted { precedes($0, $1, document) }
    // Equal keys are neighbours now, the last one behind the others: it counts.
    var kept: [Int] = []
    for position in positions {
      if let last = kept.last, keys[last] == keys[position] { kept.removeLast() }
      kept.append(position)
    }
    positions = kept
    labels.removeAll()
    labelRanges.removeAll(keepingCapacity: true)
    for position in positions {
      let start = labels.count
      JSONWriter.appendString(document.names, in: document.nameRange(ofKey: keys[position]), to: &labels)
      labels.append(UInt8(ascii: ":"))
      labelRanges.append(start..<labels.count)
    }
  }

  private func isArranged(_ fields: [RowPrinter.Field]) -> Bool {
    guard fields.count == keys.count else { return false }
    for index in fields.indices where fields[index].key != keys[index] { return false }
    return true
  }

  private func precedes(_ a: Int, _ b: Int, _ document: borrowing Document) -> Bool {
    if keys[a] == keys[b] { return a < b }
    let (left, right) = (ranks[keys[a]] ?? .max, ranks[keys[b]] ?? .max)
    return left != right ? left < right : document.keyPrecedes(keys[a], keys[b])
  }
}
