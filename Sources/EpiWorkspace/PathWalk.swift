internal import EpiBytes
internal import EpiYjs

/// Goes down a path, from the document to the rows at its end.
struct PathWalk {
  /// A place in a document.
  enum Node {
    case document
    case type(SharedType)
    /// A plain value.
    case plain(ByteRange)
    /// Bytes, sub documents and the like: nothing leads on.
    case leaf(Member)
  }

  /// What a step went through, spelled out.
  typealias Key = [UInt8]

  /// A row at the end of the path.
  struct Found {
    var table: Key
    var id: Key
    var node: Node
  }

  let path: RowPath
  private(set) var found: [Found] = []
  /// Rows that have no value to be their id or their table, and one of them.
  private(set) var nameless = 0
  private(set) var firstNameless: String?
  /// The deepest step that led nowhere although something was there: which, and at what.
  private(set) var deadEnd: (step: Int, node: Node, place: [Key])?

  /// Keys on the way from the document to here.
  private var place: [Key] = []
  /// Those of them that tell rows apart.
  private var idKeys: [Key] = []
  private var namedID: Key = []
  private var tableKey: Key = []
  /// Bytes of keys looked at so far. A name that stands once in an update can be the key of any number of maps.
  private var spent = 0
  /// What the row step found.
  private var member = Node.document

  init(_ path: RowPath) { self.path = path }

  /// Finds all rows.
  /// - Throws: when a plain value cannot be read, types nest too deeply, or keys come more often than the size of the input explains.
  mutating func run(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) {
    try visit(.document, step: 0, depth: 2 * document.depth, document, bytes)
    if !found.isEmpty || nameless > 0 { deadEnd = nil }
  }

  private mutating func visit(
    _ node: Node, step: Int, depth: Int, _ document: borrowing Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    guard depth > 0 else { throw DecodingError(.depthExceeded(limit: 2 * document.depth), at: 0) }
    guard step < path.steps.count else { return try add(node, document, bytes) }
    let kind = path.steps[step]
    var hasPassed = false
    if case .descendants = kind {
      try visit(node, step: step + 1, depth: depth - 1, document, bytes)
      let children = try node.children(document, bytes)
      try spend(children.reduce(0) { $0 + $1.key.count }, bytes)
      for child in children {
        enter(child.key, tells: true)
        try visit(child.node, step: step, depth: depth - 1, document, bytes)
        leave(tells: true)
      }
      return
    }
    let wanted: Key? = if case .key(let key) = kind { key } else { nil }
    let children = try node.children(named: wanted, document, bytes)
    try spend(children.reduce(0) { $0 + $1.key.count }, bytes)
    for child in children where kind.takes(child.name) {
      hasPassed = true
      let tells = tellsApart(step, child)
      enter(child.key, tells: tells)
      if step == path.idStep { namedID = child.key }
      if step == path.tableStep { tableKey = child.name }
      if step == path.rowStep { member = child.node }
      try visit(child.node, step: step + 1, depth: depth - 1, document, bytes)
      leave(tells: tells)
    }
    if !hasPassed { try noteDeadEnd(step, node, document, bytes) }
  }

  /// Whether a key on the way is part of the id. Nodes of XML are found by names that several may have.
  private func tellsApart(_ step: Int, _ child: Node.Child) -> Bool {
    if step == path.rowStep || child.isNode { return true }
    if step == path.tableStep { return false }
    if case .key = path.steps[step] { return false }
    return true
  }

  private mutating func enter(_ key: Key, tells: Bool) {
    place.append(key)
    if tells { idKeys.append(key) }
  }

  private mutating func leave(tells: Bool) {
    place.removeLast()
    if tells { idKeys.removeLast() }
  }

  private mutating func noteDeadEnd(
    _ step: Int, _ node: Node, _ document: borrowing Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) {
    guard step > deadEnd?.step ?? -1 else { return }
    // Where nothing is yet, nothing can be missing.
    if node.isContainer(document, bytes), try node.children(document, bytes).isEmpty { return }
    deadEnd = (step, node, place)
  }

  private mutating func spend(_ count: Int, _ bytes: Span<UInt8>) throws(DecodingError) {
    spent += count
    let limit = Limits.output(forBytes: bytes.count)
    guard spent <= limit else { throw DecodingError(.outputExceeded(limit: limit), at: 0) }
  }

  // MARK: Rows

  private mutating func add(_ node: Node, _ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) {
    var id = path.idStep == nil ? Array(idKeys.joined(separator: [UInt8(ascii: "/")])) : namedID
    var table = path.table ?? tableKey
    for (field, isID) in [(path.idField, true), (path.splitField, false)] where !field.isEmpty {
      guard let name = try member.text(at: field[...], document, bytes) else {
        nameless += 1
        if firstNameless == nil {
          firstNameless = "'\(Self.spell(place))' has no text or whole number in '\(Self.spell(field))' to be its \(isID ? "id" : "table")"
        }
        return
      }
      if isID { id = name } else { table = name }
    }
    try spend(id.count + table.count, bytes)
    found.append(Found(table: table, id: id, node: node))
  }

  /// Keys as a path, for messages.
  static func spell(_ keys: [Key]) -> String {
    let text = keys.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    return text.utf8.count <= 200 ? text : String(decoding: text.utf8.prefix(100), as: UTF8.self) + "…"
  }
}

extension RowPath.Step {
  /// Whether the step goes through a key.
  func takes(_ key: PathWalk.Key) -> Bool {
    switch self {
    case .key(let wanted): key == wanted
    case .each(let glob): glob.matches(key.span, in: 0..<key.count)
    case .table, .id, .descendants: true
    }
  }
}
