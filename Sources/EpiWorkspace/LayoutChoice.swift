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
  /// No tables at all.
  case none
  /// Where paths lead to.
  case path
}

/// Why a document cannot be read as a workspace.
package struct LayoutError: Error {
  package var message: String
  package var hint: String
}

extension LayoutChoice {
  /// Finds the layout of a document by its roots. A document without content has no tables.
  static func detect(in document: borrowing Document, _ bytes: Span<UInt8>) throws(LayoutError) -> LayoutChoice {
    let roots = document.roots
    if roots.isEmpty { return .none }
    let entries = try entryLayout(document, bytes)
    if hasMapTables(document), let entries {
      throw LayoutError(
        message: "both the layout 'maps' and the layout '\(entries.rawValue)' fit",
        hint: "say which is meant with --layout=maps or --layout=\(entries.rawValue)")
    }
    if let entries { return entries }
    if hasMapTables(document) || document.root(named: "kv") != nil { return .maps }
    let list = roots.prefix(10).map { "'\(Workspace.short(document.name(of: $0)))' (\(document.kind(of: $0)?.rawValue ?? "emptied"))" }
    // The root most likely to hold rows, as an example.
    let example = roots.first { document.kind(of: $0) == .map || document.kind(of: $0) == .array }
    let path = example.map { "--layout='path=\(Workspace.short(document.name(of: $0))).*'" } ?? "--layout=path=PATH"
    throw LayoutError(
      message: "no known table layout; the roots are \(list.joined(separator: ", "))\(roots.count > 10 ? ", …" : "")",
      hint: "print the document as JSON with --dump, or say where its rows are, as in \(path)")
  }

  private static func hasMapTables(_ document: borrowing Document) -> Bool {
    for name in ["tables", "schema"] {
      if let root = document.root(named: name), document.kind(of: root) == .map { return true }
    }
    return false
  }

  /// The layout that all root arrays `table:…` fit; when none of them tells anything, that of the array `kv`; nil when there are none.
  private static func entryLayout(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(LayoutError) -> LayoutChoice? {
    var fitting: [LayoutChoice] = [.lwwRows, .lwwCells, .kvRows]
    var hasTables = false
    var witness: String?
    for root in document.roots where document.name(of: root).hasPrefix(entryRootPrefix) {
      hasTables = true
      guard let fits = try layouts(of: root, document, bytes) else { continue }
      let both = fitting.filter { fits.contains($0) }
      guard !both.isEmpty else {
        throw LayoutError(
          message: "the root '\(Workspace.short(witness ?? ""))' fits the layout '\(fitting[0].rawValue)' and '\(Workspace.short(document.name(of: root)))' the layout '\(fits[0].rawValue)'",
          hint: "say which is meant with --layout=\(fitting[0].rawValue) or --layout=\(fits[0].rawValue)")
      }
      if both.count < fitting.count { witness = document.name(of: root) }
      fitting = both
    }
    if witness == nil, let root = document.root(named: "kv"), document.kind(of: root) == .array {
      return try layouts(of: root, document, bytes, areRows: false)?.first ?? .lwwRows
    }
    return hasTables ? fitting[0] : nil
  }

  /// The layouts that the entries of an array fit, the most likely first; nil when it has no entry that tells.
  /// - Parameter areRows: whether the values are rows; those of settings may be anything.
  private static func layouts(
    of root: SharedType, _ document: borrowing Document, _ bytes: Span<UInt8>, areRows: Bool = true
  ) throws(LayoutError) -> [LayoutChoice]? {
    var found: LayoutChoice?
    var allHaveColumns = true
    do {
      for run in document.valueRuns(in: root) {
        let isOpen = try run.whileObjects(bytes) { (fields) throws(DecodingError) in
          guard let entry = Entry(fields, bytes) else { return true }
          let namesColumn = entry.key.bounds.contains { bytes[$0] == UInt8(ascii: ":") }
          allHaveColumns = allHaveColumns && namesColumn
          if !areRows || AnyView.isObject(entry.value, bytes) {
            if found == nil { found = entry.timestamp == nil ? .kvRows : .lwwRows }
          } else if entry.timestamp != nil, allHaveColumns {
            // A value that is no object cannot be a row; its key names a column.
            found = .lwwCells
          }
          // Columns are told by every key: one without settles what was found.
          return found == nil || (found != .lwwCells && allHaveColumns)
        }
        guard isOpen else { break }
      }
    } catch {
      throw LayoutError(message: error.message, hint: "the document holds a value that cannot be read")
    }
    // A column may hold objects only: other tables decide. Alone it is taken for rows whose ids have colons.
    if found == .lwwRows, allHaveColumns { return [.lwwRows, .lwwCells] }
    return found.map { [$0] }
  }
}

extension Document {
  /// The name of a root as text, for messages.
  borrowing func name(of root: SharedType) -> String {
    String(decoding: Array(copying: names, in: nameRange(of: root)), as: UTF8.self)
  }
}
