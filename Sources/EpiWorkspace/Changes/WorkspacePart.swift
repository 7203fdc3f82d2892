package import EpiBytes
internal import EpiRows
package import EpiYjs

/// A row or setting that is not there: keys of the document.
package struct MissingLine: Hashable, Sendable {
  /// nil for a setting.
  var table: UInt32?
  var id: UInt32
}

/// What a workspace is when its rows are taken away: enough to read single rows of it.
package struct WorkspaceOutline {
  private let outline: Workspace
  private let tables: [UInt32: Int]
  /// Of the array layouts, the tables' roots.
  private let roots: [SharedType: UInt32]
  private var index: EntryIndex?
  private let rootCount: Int
  private let kv: SharedType?
  private let schema: SharedType?
  private let mapTables: SharedType?

  /// - Parameter workspace: with the tables that are printed.
  /// - Throws: where a value cannot be read.
  package init(of workspace: borrowing Workspace, _ document: inout Document, _ bytes: Span<UInt8>) throws(DecodingError) {
    var outline = copy workspace
    var tables: [UInt32: Int] = [:]
    for place in outline.tables.indices {
      outline.tables[place].rows = []
      outline.tables[place].cells = []
      tables[outline.tables[place].name] = place
    }
    outline.settings = []
    self.outline = outline
    self.tables = tables
    rootCount = document.roots.count
    kv = document.root(named: "kv")
    schema = document.root(named: "schema")
    mapTables = document.root(named: "tables")
    var roots: [SharedType: UInt32] = [:]
    if [.lwwRows, .lwwCells, .kvRows].contains(outline.layout) {
      for (root, name) in outline.entryTables(&document) { roots[root] = name }
      index = try EntryIndex(outline.layout, roots: Array(roots.keys), &document, bytes)
    }
    self.roots = roots
  }

  /// Reads the rows and settings that lie where the document has changed.
  /// - Returns: them, and those that are not there; nil when the change concerns more than rows, and everything is to be read again.
  /// - Complexity: O(what has changed). A row with several entries that nobody has deleted makes it O(entries of its table).
  package mutating func part(
    changedAt places: Set<ChangedPlace>, _ document: inout Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> (part: Workspace, missing: [MissingLine])? {
    guard document.roots.count == rootCount else { return nil }
    var part = outline
    var missing: [MissingLine] = []
    switch outline.layout {
    case .auto, .none, .path: return nil
    case .maps:
      guard readMapRows(places, into: &part, &missing, document, bytes) else { return nil }
    case .lwwRows, .lwwCells, .kvRows:
      guard try readEntryRows(places, into: &part, &missing, &document, bytes) else { return nil }
    }
    part.tables.removeAll { $0.rows.isEmpty }
    document.sortByName(&part.settings) { $0.name }
    for index in part.tables.indices { document.sortByName(&part.tables[index].rows) { $0.id } }
    return (part, missing)
  }

  private func readMapRows(
    _ places: Set<ChangedPlace>, into part: inout Workspace, _ missing: inout [MissingLine], _ document: borrowing Document,
    _ bytes: Span<UInt8>
  ) -> Bool {
    for place in places {
      guard let key = place.key else { continue }
      if place.root == schema { return false }
      if place.root == kv, outline.printsSettings {
        if let member = document.value(of: key, in: place.root), !document.isUndefined(member, bytes) {
          if !part.settings.contains(where: { $0.name == key }) { part.settings.append(Workspace.Setting(name: key, value: .member(member))) }
        } else {
          missing.append(MissingLine(table: nil, id: key))
        }
      }
      guard place.root == mapTables, !outline.leavesOut(key) else { continue }
      guard let id = place.innerKey, let table = tables[key], case .type(let rows)? = document.value(of: key, in: place.root)?.content
      else { return false }
      if case .type(let cells)? = document.value(of: id, in: rows)?.content, document.isMap(cells) {
        part.tables[table].rows.append(Workspace.Row(id: id, fields: .map(cells)))
      } else {
        missing.append(MissingLine(table: key, id: id))
      }
    }
    return true
  }

  private mutating func readEntryRows(
    _ places: Set<ChangedPlace>, into part: inout Workspace, _ missing: inout [MissingLine], _ document: inout Document,
    _ bytes: Span<UInt8>
  ) throws(DecodingError) -> Bool {
    var rows: Set<MissingLine> = []
    var settings: Set<UInt32> = []
    for place in places {
      if place.root == kv {
        var keys: [ByteRange] = []
        try document.forEachObject(at: place, bytes) { fields in
          if let entry = Entry(fields, bytes) { keys.append(entry.key) }
        }
        for key in keys { settings.insert(document.internKey(bytes, in: key.bounds)) }
      }
      guard let name = roots[place.root], let block = document.listBlock(at: place) else { continue }
      // A block that is known already gets a second node, which the next look at the row removes.
      for id in try index?.add(block, in: place.root, &document, bytes) ?? [] { rows.insert(MissingLine(table: name, id: id)) }
    }
    if !settings.isEmpty, outline.printsSettings {
      try part.readEntrySettings(&document, bytes, timed: outline.layout != .kvRows, OneWorker())
      part.settings.removeAll { !settings.contains($0.name) || $0.value.isUndefined(document, bytes) }
      settings.subtract(part.settings.map(\.name))
      missing += settings.map { MissingLine(table: nil, id: $0) }
    }
    for row in rows {
      guard let name = row.table, !outline.leavesOut(name) else { continue }
      guard let table = tables[name], let root = roots.first(where: { $0.value == name })?.key else { return false }
      if try !readEntryRow(row.id, of: root, into: &part.tables[table], &document, bytes) { missing.append(row) }
    }
    return true
  }

  /// - Returns: whether the row is there.
  private mutating func readEntryRow(
    _ id: UInt32, of root: SharedType, into table: inout Workspace.Table, _ document: inout Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> Bool {
    let holdsRows = outline.layout != .lwwCells
    let winners = try index?.winners(ofRow: id, in: root, &document, bytes) { !holdsRows || AnyView.isObject($0, bytes) } ?? []
    guard let first = winners.first else { return false }
    if holdsRows {
      table.rows.append(Workspace.Row(id: id, fields: .object(first.value)))
      return true
    }
    let start = table.cells.count
    for winner in winners {
      let key = Array(copying: document.names, in: document.nameRange(ofKey: winner.key))
      let colon = key.firstIndex(of: UInt8(ascii: ":")) ?? key.endIndex - 1
      let column = document.internKey(key.span, in: (colon + 1)..<key.count)
      table.cells.append(Workspace.Cell(column: column, value: winner.value))
    }
    table.rows.append(Workspace.Row(id: id, fields: .cells(first: UInt32(start), count: UInt32(winners.count))))
    return true
  }
}
