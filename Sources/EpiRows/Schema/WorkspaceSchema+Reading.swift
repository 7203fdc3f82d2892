package import EpiBytes
internal import EpiJSON

extension WorkspaceSchema {
  /// Reads a file of definitions (epi-rows.5, "Definition files"), in whichever of the three shapes:
  ///
  ///     {"epi":1,"table":"posts","fields":[{"id":"id","type":"id"},…]}      a line a table, and {"epi":1,"kv":[…]} for settings
  ///     {"tables":{"posts":{"id":{"type":"id"},…}},"kv":{…}}
  ///     {"tables":[{"id":"posts","fields":[{"id":"id","type":"id"},…]}],"kv":[…]}
  ///
  /// - Throws: `RowError` with the line, the column and the JSON path of what makes no sense.
  package init(reading text: borrowing ByteWriter) throws(RowError) {
    let bytes = text.span
    guard text.count < Self.maximumSize else {
      throw RowError(line: 1, "the schema has \(text.count) bytes, more than \(Self.maximumSize)")
    }
    do throws(DefinitionError) {
      let (first, end) = try DefinitionNode.leadingObject(of: bytes, in: bytes.indices)
      let members = try first.members(in: bytes)
      if members.contains(where: { $0.name == "epi" }) {
        self = try Self.lines(of: bytes)
      } else {
        self = try Self.document(first, members, in: bytes)
        if let rest = (end..<bytes.count).first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains(bytes[$0]) }) {
          throw DefinitionError(at: rest, "$", "expected nothing after the object")
        }
      }
    } catch {
      throw RowError(error, in: bytes)
    }
  }

  /// Most bytes of a file of definitions.
  package static let maximumSize = 64 << 20

  /// This project's own shape: the control lines of a row stream. Its other lines say nothing here, so that a whole stream will do.
  private static func lines(of bytes: Span<UInt8>) throws(DefinitionError) -> WorkspaceSchema {
    var schema = WorkspaceSchema()
    var names: Set<[UInt8]> = []
    var start = 0
    while start < bytes.count {
      let end = ByteScan.first(UInt8(ascii: "\n"), in: bytes, start..<bytes.count)
      let line = start..<end
      start = end + 1
      guard !line.allSatisfy({ [0x20, 0x09, 0x0d].contains(bytes[$0]) }) else { continue }
      let node = try DefinitionNode.leadingObject(of: bytes, in: line).node
      let members = try node.members(in: bytes)
      func member(_ key: String) -> DefinitionNode? { members.first { $0.name == key }?.node }
      guard let version = member("epi") else { continue }
      guard try version.count(from: 1, in: bytes) == RowReader.version else {
        throw version.error("the schema has another version, this tool reads version '\(RowReader.version)'")
      }
      if let table = member("table"), let fields = member("fields") {
        try schema.add(TableSchema(name: try table.string(in: bytes), fields: try FieldDefinition.list(fields, in: bytes)), at: node, names: &names)
      } else if let settings = member("kv") {
        schema.settings = try FieldDefinition.list(settings, in: bytes)
      }
    }
    return schema
  }

  private static func document(
    _ node: DefinitionNode, _ members: [(name: String, node: DefinitionNode)], in bytes: Span<UInt8>
  ) throws(DefinitionError) -> WorkspaceSchema {
    guard let tables = members.first(where: { $0.name == "tables" })?.node else {
      throw node.error(
        "expected 'tables', or lines like {\"epi\":1,\"table\":…,\"fields\":[…]}", hint: "epi-ydecode --print-schema prints such a file")
    }
    var schema = WorkspaceSchema()
    var names: Set<[UInt8]> = []
    if tables.value.kind == .array {
      for table in try tables.elements(in: bytes) {
        let parts = try table.members(in: bytes)
        guard let name = parts.first(where: { $0.name == "id" })?.node else { throw table.error("a table has no 'id'") }
        guard let fields = parts.first(where: { $0.name == "fields" })?.node else { throw table.error("a table has no 'fields'") }
        try schema.add(TableSchema(name: try name.string(in: bytes), fields: try self.fields(fields, in: bytes)), at: name, names: &names)
      }
    } else {
      for (name, table) in try tables.members(in: bytes) {
        schema.tables.append(TableSchema(name: name, fields: try self.fields(try fieldsNode(of: table, in: bytes), in: bytes)))
      }
    }
    if let settings = members.first(where: { $0.name == "kv" })?.node { schema.settings = try fields(settings, in: bytes) }
    return schema
  }

  /// A table's fields: what is called `fields` where a table also has a name, an icon and the like; else all of the object.
  private static func fieldsNode(of table: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> DefinitionNode {
    guard let fields = try table.members(in: bytes).first(where: { $0.name == "fields" })?.node else { return table }
    switch fields.value.kind {
    case .array: return fields
    case .object:
      // A field may be called `fields`; then this is its definition, and has a type.
      let type = try fields.members(in: bytes).first { $0.name == "type" }
      return type?.node.value.isString == true ? table : fields
    default: throw fields.error("expected an object or an array of fields, got \(fields.words(in: bytes))")
    }
  }

  private static func fields(_ node: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> [FieldDefinition] {
    node.value.kind == .array ? try FieldDefinition.list(node, in: bytes) : try FieldDefinition.map(node, in: bytes)
  }

  private mutating func add(_ table: TableSchema, at node: DefinitionNode, names: inout Set<[UInt8]>) throws(DefinitionError) {
    guard names.insert(Array(table.name.utf8)).inserted else { throw node.error("table '\(ShortText.of(table.name))' is defined twice") }
    tables.append(table)
  }
}

extension RowError {
  /// The line and column of an error in `bytes`.
  fileprivate init(_ error: DefinitionError, in bytes: Span<UInt8>) {
    var line = 1
    var lineStart = 0
    let offset = min(error.offset, bytes.count)
    for index in 0..<offset where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    self.init(line: line, column: offset - lineStart + 1, error.sentence, hint: error.hint)
  }
}
