internal import EpiBytes
internal import EpiYjs

// The layout `path`: rows of an application of its own, found by following paths.

extension Workspace {
  /// - Throws: when no path leads to anything and there is something; with what is found where the first one ends.
  mutating func readPaths(_ paths: [RowPath], _ document: inout Document, _ bytes: Span<UInt8>) throws(LayoutError) {
    var faults: [String] = []
    var places: [UInt64: Int] = [:]
    var tableIndex: [UInt32: Int] = [:]
    for path in paths {
      var walk = PathWalk(path)
      do {
        try walk.run(document, bytes)
        if let fault = try walk.fault(document, bytes) { faults.append(fault) }
      } catch {
        throw LayoutError(message: error.message, hint: "the document holds a value that cannot be read")
      }
      var repeated = 0
      for found in walk.found {
        let name = document.internKey(found.table.span, in: 0..<found.table.count)
        let id = document.internKey(found.id.span, in: 0..<found.id.count)
        let index = tableIndex[name] ?? tables.count
        if index == tables.count {
          tableIndex[name] = index
          tables.append(Table(name: name))
        }
        let row = Row(id: id, fields: Self.fields(of: found.node, document, bytes))
        if let place = places.updateValue(tables[index].rows.count, forKey: UInt64(name) << 32 | UInt64(id)) {
          // The later one counts, in the place of the first.
          places[UInt64(name) << 32 | UInt64(id)] = place
          tables[index].rows[place] = row
          repeated += 1
        } else {
          tables[index].rows.append(row)
        }
      }
      if repeated > 0 {
        warnings.append("path '\(path.text)': rows with the id of another row of their table: \(repeated); the last one counts")
      }
      if let first = walk.firstNameless {
        skippedRows += walk.nameless
        warnings.append("path '\(path.text)': \(first); rows left out for that: \(walk.nameless)")
      }
    }
    if tables.isEmpty, skippedRows == 0, faults.count == paths.count, let first = faults.first {
      throw LayoutError(message: first, hint: "--dump prints the whole document as JSON")
    }
    warnings += faults
  }

  /// What is no map, object or element is a row of one field.
  private static func fields(of node: PathWalk.Node, _ document: borrowing Document, _ bytes: Span<UInt8>) -> Row.Fields {
    switch node {
    case .type(let type):
      switch document.kind(of: type) {
      case .map: .map(type)
      case .xmlelement: document.nodeName(of: type) == nil ? .value(.type(type)) : .element(type)
      default: .value(.type(type))
      }
    case .plain(let range): AnyView.isObject(range, bytes) ? .object(range) : .value(.plain(range))
    case .leaf(let member): .value(.member(member))
    case .document: .value(.plain(.empty))
    }
  }
}

extension PathWalk {
  /// Where the path leads nowhere, and what is there instead; nil when it leads somewhere.
  func fault(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) -> String? {
    guard let deadEnd else { return nil }
    let start = "path '\(path.text)' leads nowhere: "
    let wanted =
      switch path.steps[deadEnd.step] {
      case .key(let key): "'\(Self.spell([key]))'"
      case .each(let glob): "that matches '\(Self.spell([glob.pattern]))'"
      case .table, .id, .descendants: "at all"
      }
    let children = try deadEnd.node.children(document, bytes)
    let list = children.prefix(10).map { "'\(Self.spell([$0.name]))' (\($0.node.words(document, bytes)))" }.joined(separator: ", ")
    let shown = list + (children.count > 10 ? ", …" : "")
    if case .document = deadEnd.node { return start + "there is no root \(wanted); the roots are \(shown)" }
    let place = "'\(Self.spell(deadEnd.place))'"
    guard deadEnd.node.isContainer(document, bytes) else {
      return start + "\(place) (\(deadEnd.node.words(document, bytes))) is no map or list"
    }
    return start + "\(place) (\(deadEnd.node.words(document, bytes))) has no key \(wanted); it has \(shown)"
  }
}

extension PathWalk.Node {
  /// What is there, in a word.
  func words(_ document: borrowing Document, _ bytes: Span<UInt8>) -> String {
    switch self {
    case .document: "document"
    case .type(let type): document.kind(of: type)?.rawValue ?? "emptied"
    case .plain(let range):
      if AnyView.isObject(range, bytes) {
        "object"
      } else if AnyView.isArray(range, bytes) {
        "array"
      } else if AnyView.string(range, bytes) != nil {
        "string"
      } else {
        AnyView.number(range, bytes) != nil ? "number" : "value"
      }
    case .leaf: "value"
    }
  }
}
