internal import EpiBytes
internal import EpiYjs

// The array layouts: one root array `table:NAME` a table, whose members are entries `{key, val, ts}`; one entry a key wins.

/// The prefix of the names of such roots.
let entryRootPrefix = "table:"

extension Workspace {
  /// `lww-rows` (timed) and `kv-rows`: the key is the row's id, the value its fields.
  mutating func readEntryRows(_ document: inout Document, _ bytes: Span<UInt8>, timed: Bool) throws(DecodingError) {
    for (root, name) in entryTables(&document) {
      var table = Table(name: name)
      let winners = try Winners(root, timed: timed, &document, bytes) { AnyView.isObject($0, bytes) }
      table.rows = winners.entries.map { Row(id: $0.key, fields: .object($0.value)) }
      if !table.rows.isEmpty { tables.append(table) }
    }
    try readEntrySettings(&document, bytes, timed: timed)
  }

  /// `lww-cells`: the key names a row and a column, split at the first colon.
  mutating func readEntryCells(_ document: inout Document, _ bytes: Span<UInt8>) throws(DecodingError) {
    for (root, name) in entryTables(&document) {
      var table = Table(name: name)
      let winners = try Winners(root, timed: true, &document, bytes) { _ in true }
      var cells: [(row: UInt32, cell: Cell)] = []
      for entry in winners.entries {
        let key = Array(copying: document.names, in: document.nameRange(ofKey: entry.key))
        guard let colon = key.firstIndex(of: UInt8(ascii: ":")) else { continue }
        let row = document.internKey(key.span, in: 0..<colon)
        let column = document.internKey(key.span, in: (colon + 1)..<key.count)
        cells.append((row, Cell(column: column, value: entry.value)))
      }
      cells.sort { $0.row < $1.row }
      for (row, cell) in cells {
        if let last = table.rows.last, last.id == row, case .cells(let first, let count) = last.fields {
          table.rows[table.rows.count - 1].fields = .cells(first: first, count: count + 1)
        } else {
          table.rows.append(Row(id: row, fields: .cells(first: UInt32(table.cells.count), count: 1)))
        }
        table.cells.append(cell)
      }
      if !table.rows.isEmpty { tables.append(table) }
    }
    try readEntrySettings(&document, bytes, timed: true)
  }

  mutating func readEntrySettings(_ document: inout Document, _ bytes: Span<UInt8>, timed: Bool) throws(DecodingError) {
    guard let root = document.root(named: "kv") else { return }
    let winners = try Winners(root, timed: timed, &document, bytes) { _ in true }
    settings = winners.entries.map { Setting(name: $0.key, value: .plain($0.value)) }
  }

  /// The roots `table:NAME` and the keys that spell NAME.
  func entryTables(_ document: inout Document) -> [(root: SharedType, name: UInt32)] {
    var found: [(root: SharedType, name: UInt32)] = []
    for root in document.roots {
      let name = Array(copying: document.names, in: document.nameRange(of: root))
      guard name.starts(with: entryRootPrefix.utf8) else { continue }
      found.append((root, document.internKey(name.span, in: entryRootPrefix.utf8.count..<name.count)))
    }
    return found
  }
}

/// The winning entries of an array, one a key, in the order the keys first appeared.
private struct Winners {
  struct Entry {
    var key: UInt32
    var value: ByteRange
    var timestamp: Double
  }

  var entries: [Entry] = []
  /// By key, as those are numbered one after the other; -1 is none.
  private var positions: [Int32] = []
  /// Numbers of a batch of keys.
  private var numbers: [UInt32] = []

  /// - Parameters:
  ///   - timed: the highest timestamp wins, of equal ones the rightmost, and entries without one are passed over; else the
  ///     rightmost entry wins.
  ///   - accepts: whether an entry with that value counts at all.
  init(
    _ root: SharedType, timed: Bool, _ document: inout Document, _ bytes: Span<UInt8>, accepts: (ByteRange) -> Bool
  ) throws(DecodingError) {
    let most = document.mostObjects(in: root, bytes)
    entries.reserveCapacity(most)
    document.withNames { $0.reserve(adding: most) }
    var batch: [Entry] = []
    var keys: [ByteRange] = []
    try document.forEachObject(in: root, bytes, naming: { (fields, names) throws(DecodingError) in
      guard let found = EpiWorkspace.Entry(fields, bytes), accepts(found.value), !timed || found.timestamp != nil else { return true }
      batch.append(Entry(key: 0, value: found.value, timestamp: timed ? found.timestamp ?? 0 : 0))
      keys.append(found.key)
      if batch.count == Self.batchSize { take(&batch, keys: &keys, &names, bytes) }
      return true
    })
    document.withNames { take(&batch, keys: &keys, &$0, bytes) }
  }

  /// Entries whose keys are looked up together.
  private static let batchSize = 64

  /// Lets entries win over those of the same keys before them.
  /// - Parameter keys: where the keys lie.
  private mutating func take(_ batch: inout [Entry], keys: inout [ByteRange], _ names: inout KeyTable, _ bytes: Span<UInt8>) {
    names.intern(keys, bytes, into: &numbers)
    for (index, key) in numbers.enumerated() {
      var new = batch[index]
      new.key = key
      while positions.count <= Int(key) { positions.append(-1) }
      let position = Int(positions[Int(key)])
      if position < 0 {
        positions[Int(key)] = Int32(entries.count)
        entries.append(new)
      } else if new.timestamp >= entries[position].timestamp {
        entries[position] = new
      }
    }
    batch.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
  }
}
