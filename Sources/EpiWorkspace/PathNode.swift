internal import EpiBytes
internal import EpiYjs

// What lies below a place in a document, and what it is called there.

extension PathWalk.Node {
  struct Child {
    /// What tells it apart: its key, or its place in a list.
    var key: PathWalk.Key
    /// What a step calls it: the key; in XML the name of the element, or `#text`.
    var name: PathWalk.Key
    var node: PathWalk.Node
    var isNode = false
  }

  /// Everything right below, in an order that does not depend on how updates came.
  /// - Complexity: O(n log n) for n entries of a map, else O(n).
  func children(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) -> [Child] {
    try children(named: nil, document, bytes)
  }

  /// The same, but of a map only the entry of that name, found without looking at the others.
  func children(named wanted: PathWalk.Key?, _ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) -> [Child] {
    switch self {
    case .document:
      return document.roots.map { root in
        let name = Array(copying: document.names, in: document.nameRange(of: root))
        return Child(key: name, name: name, node: .type(root))
      }
    case .type(let type): return try Self.members(of: type, named: wanted, document, bytes)
    case .plain(let range):
      var entries: [AnyView.Entry] = []
      if try AnyView.readEntries(of: range, bytes, into: &entries) {
        return entries.map { entry in
          let name = Array(copying: bytes, in: entry.key.bounds)
          return Child(key: name, name: name, node: .plain(entry.value))
        }
      }
      return try AnyView.elements(of: range, bytes).enumerated().map { Self.indexed($0, .plain($1)) }
    case .leaf: return []
    }
  }

  private static func members(
    of type: SharedType, named wanted: PathWalk.Key?, _ document: borrowing Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> [Child] {
    switch document.kind(of: type) {
    case .map:
      if let wanted {
        guard let key = document.key(named: String(decoding: wanted, as: UTF8.self)), let value = document.value(of: key, in: type)
        else { return [] }
        return [Child(key: wanted, name: wanted, node: node(of: value, document, bytes))]
      }
      return document.sortedEntries(of: type).map { key, value in
        let name = Array(copying: document.names, in: document.nameRange(ofKey: key))
        return Child(key: name, name: name, node: node(of: value, document, bytes))
      }
    case .array, .xml, .xmlelement:
      var children: [Child] = []
      var index = 0
      // A closure may not hold the document, which is borrowed.
      var members: [Member] = []
      try document.forEachMember(of: type, bytes) { (member) throws(DecodingError) in members.append(member) }
      for member in members {
        var child = indexed(index, member.content == .any ? .plain(member.range) : node(of: member, document, bytes))
        index += 1
        if case .type(let inner) = child.node { name(&child, after: inner, document) }
        children.append(child)
      }
      return children
    case .text, .xmltext, nil: return []
    }
  }

  private static func indexed(_ index: Int, _ node: PathWalk.Node) -> Child {
    let key = Array(String(index).utf8)
    return Child(key: key, name: key, node: node)
  }

  /// Nodes of XML go by their names.
  private static func name(_ child: inout Child, after type: SharedType, _ document: borrowing Document) {
    if let name = document.nodeName(of: type) {
      child.name = Array(copying: document.names, in: document.nameRange(ofKey: name))
      child.isNode = true
    } else if document.kind(of: type) == .xmltext {
      child.name = Array("#text".utf8)
      child.isNode = true
    }
  }

  private static func node(of member: Member, _ document: borrowing Document, _ bytes: Span<UInt8>) -> PathWalk.Node {
    if case .type(let type) = member.content { return .type(type) }
    return document.plainValue(of: member, bytes).map { .plain($0) } ?? .leaf(member)
  }

  /// Whether something could lie below.
  func isContainer(_ document: borrowing Document, _ bytes: Span<UInt8>) -> Bool {
    switch self {
    case .document: true
    case .type(let type):
      switch document.kind(of: type) {
      case .text, .xmltext: false
      default: true
      }
    case .plain(let range): AnyView.isObject(range, bytes) || AnyView.isArray(range, bytes)
    case .leaf: false
    }
  }

  // MARK: Values

  /// The text, or the digits of the whole number, that `field` leads to from here; nil when it leads nowhere or to something else.
  func text(at field: ArraySlice<PathWalk.Key>, _ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt8]? {
    guard let key = field.first else { return text(bytes) }
    if case .type(let type) = self, let name = document.nodeName(of: type) {
      // The fields that an element has as a row.
      if key == Array("name".utf8), field.count == 1 { return Array(copying: document.names, in: document.nameRange(ofKey: name)) }
      guard key == Array("attributes".utf8), field.count == 2, let attribute = field.last,
        let known = document.key(named: String(decoding: attribute, as: UTF8.self)), let value = document.value(of: known, in: type)
      else { return nil }
      return Self.node(of: value, document, bytes).text(bytes)
    }
    // Of a repeated key the last one counts.
    guard let child = try children(named: key, document, bytes).last(where: { $0.name == key }) else { return nil }
    return try child.node.text(at: field.dropFirst(), document, bytes)
  }

  private func text(_ bytes: Span<UInt8>) -> [UInt8]? {
    switch self {
    case .document, .type, .leaf: return nil
    case .plain(let range):
      if let text = AnyView.string(range, bytes) { return Array(copying: bytes, in: text.bounds) }
      guard let number = AnyView.number(range, bytes), let whole = Int(exactly: number) else { return nil }
      return Array(String(whole).utf8)
    }
  }
}
