internal import EpiBytes
internal import EpiYjs

// The array layouts: one root array `table:NAME` a table, whose members are entries `{key, val, ts}`; one entry a key wins.

/// The prefix of the names of such roots.
let entryRootPrefix = "table:"

extension Workspace {
  /// `lww-rows` (timed) and `kv-rows`: the key is the row's id, the value its fields.
  mutating func readEntryRows(_ document: inout Document, _ bytes: Span<UInt8>, timed: Bool, _ workers: some PieceWorkers) throws(DecodingError) {
    for (root, name) in entryTables(&document) {
      var table = Table(name: name)
      let winners = try Winners(root, by: .init(timed: timed, objectsOnly: true), &document, bytes, workers)
      table.rows = winners.entries.map { Row(id: $0.key, fields: .object($0.value)) }
      if !table.rows.isEmpty { tables.append(table) }
    }
    try readEntrySettings(&document, bytes, timed: timed, workers)
  }

  /// `lww-cells`: the key names a row and a column, split at the first colon.
  mutating func readEntryCells(_ document: inout Document, _ bytes: Span<UInt8>, _ workers: some PieceWorkers) throws(DecodingError) {
    for (root, name) in entryTables(&document) {
      var table = Table(name: name)
      let winners = try Winners(root, by: .init(timed: true, objectsOnly: false), &document, bytes, workers)
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
    try readEntrySettings(&document, bytes, timed: true, workers)
  }

  mutating func readEntrySettings(_ document: inout Document, _ bytes: Span<UInt8>, timed: Bool, _ workers: some PieceWorkers) throws(DecodingError) {
    guard let root = document.root(named: "kv") else { return }
    let winners = try Winners(root, by: .init(timed: timed, objectsOnly: false), &document, bytes, workers)
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
