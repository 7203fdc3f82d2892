internal import EpiBytes
internal import EpiYjs

/// How the tables of a workspace lie in its document.
package enum LayoutChoice: String, Sendable, CaseIterable {
  /// Found by the roots and what is in them.
  case auto
  /// Root map `tables`: table → row id → field → cell.
  case maps
  /// Root arrays `table:NAME` of `{key: rowId, val: {field: value}, ts}`: the highest timestamp wins.
  case lwwRows = "lww-rows"
  /// The same arrays with `{key: "rowId:columnId", val, ts}`.
  case lwwCells = "lww-cells"
  /// As `lww-rows` without timestamps: the rightmost entry wins.
  case kvRows = "kv-rows"
}

/// Why a document cannot be read as a workspace.
package struct LayoutError: Error {
  package var message: String
  package var hint: String
}

extension LayoutChoice {
  /// Finds the layout of a document by its roots. An empty document has none and fits any: it is read as `maps`.
  static func detect(in document: borrowing Document, _ bytes: Span<UInt8>) throws(LayoutError) -> LayoutChoice {
    let hasMaps = Self.hasMapTables(document)
    let entries = try Self.entryLayout(document, bytes)
    if hasMaps, let entries {
      throw LayoutError(
        message: "both the layout 'maps' and the layout '\(entries.rawValue)' fit",
        hint: "say which is meant with --layout=maps or --layout=\(entries.rawValue)")
    }
    if let entries { return entries }
    let roots = document.roots
    if hasMaps || roots.isEmpty || document.root(named: "kv") != nil { return .maps }
    let list = roots.prefix(10).map { root in
      "'\(Workspace.short(document.name(of: root)))' (\(document.inferredKind(of: root)?.rawValue ?? "emptied"))"
    }
    throw LayoutError(
      message: "no known table layout; the roots are \(list.joined(separator: ", "))\(roots.count > 10 ? ", …" : "")",
      hint: "print the document as JSON with --dump")
  }

  private static func hasMapTables(_ document: borrowing Document) -> Bool {
    for name in ["tables", "schema"] {
      if let root = document.root(named: name), document.inferredKind(of: root) == .map { return true }
    }
    return false
  }

  /// The layout of the root arrays `table:…`, told by the first entry that fits one; nil when there are none.
  private static func entryLayout(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(LayoutError) -> LayoutChoice? {
    var seen = false
    for root in document.roots where document.name(of: root).hasPrefix(entryRootPrefix) {
      seen = true
      var found: LayoutChoice?
      do {
        var allHaveColumns = true
        try document.forEachObject(in: root, bytes) { (fields) throws(DecodingError) in
          guard found != .lwwCells, let entry = Entry(fields, bytes) else { return }
          let namesColumn = entry.key.bounds.contains { bytes[$0] == UInt8(ascii: ":") }
          allHaveColumns = allHaveColumns && namesColumn
          if AnyView.isObject(entry.value, bytes) {
            if found == nil { found = entry.timestamp == nil ? .kvRows : .lwwRows }
          } else if entry.timestamp != nil, allHaveColumns {
            // A value that is no object cannot be a row; its key names a column.
            found = .lwwCells
          }
        }
      } catch {
        throw LayoutError(message: error.message, hint: "the document holds a value that cannot be read")
      }
      if let found { return found }
    }
    return seen ? .lwwRows : nil
  }
}

extension Document {
  /// The name of a root as text, for messages.
  borrowing func name(of root: SharedType) -> String {
    String(decoding: Array(copying: names, in: nameRange(of: root)), as: UTF8.self)
  }
}
