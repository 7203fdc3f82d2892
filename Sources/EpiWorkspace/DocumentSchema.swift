internal import EpiBytes
internal import EpiRows
internal import EpiYjs

// The definitions that a document of the layout `maps` carries: root map `schema`, its `tables`: table → {…, fields: field → definition}.

extension Workspace {
  /// The tables that the document defines, by key of their name. Definitions that make no sense are left out, with a warning.
  mutating func readSchemas(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt32: TableSchema] {
    guard let tables = document.root(named: "schema").flatMap({ document.child(named: "tables", of: $0) }) else { return [:] }
    var schemas: [UInt32: TableSchema] = [:]
    for (name, value) in document.entriesInWritingOrder(of: tables) {
      guard case .type(let definition) = value.content, let fields = document.child(named: "fields", of: definition) else { continue }
      var schema = TableSchema(name: document.text(ofKey: name), fields: [])
      for (field, value) in document.entriesInWritingOrder(of: fields) {
        if let read = try readField(document.text(ofKey: field), table: schema.name, value, document, bytes) { schema.fields.append(read) }
      }
      if !schema.fields.isEmpty { schemas[name] = schema }
    }
    return schemas
  }

  private mutating func readField(
    _ name: String, table: String, _ value: Member, _ document: borrowing Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> FieldDefinition? {
    var entries: [AnyView.Entry] = []
    guard value.content == .any, try AnyView.readEntries(of: value.range, bytes, into: &entries) else {
      warnings.append("the definition of field '\(Self.short(name))' of table '\(Self.short(table))' is no plain object and is left out")
      return nil
    }
    var definition = FieldDefinition(name: name, type: .json)
    var typeName: String?
    for entry in entries {
      switch Self.text(bytes, entry.key) {
      case "type": typeName = AnyView.string(entry.value, bytes).map { Self.text(bytes, $0) }
      case "nullable": definition.isNullable = try Self.json(entry.value, bytes) == Array("true".utf8)
      case "default": definition.defaultJSON = try Self.definedJSON(entry.value, bytes)
      case "options": definition.optionsJSON = try Self.definedJSON(entry.value, bytes)
      case "schema": definition.schemaJSON = try Self.definedJSON(entry.value, bytes)
      case "dimensions": definition.dimensions = AnyView.number(entry.value, bytes).flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
      default: break
      }
    }
    guard let type = typeName.flatMap({ FieldType(name: $0) }) else {
      warnings.append("field '\(Self.short(name))' of table '\(Self.short(table))' has the unknown type '\(Self.short(typeName ?? "none"))'; its definition is left out")
      return nil
    }
    definition.type = type
    return definition
  }

  /// A name for a message. Names may be as long as the input, and as many.
  static func short(_ name: String) -> String {
    name.utf8.count <= 200 ? name : String(decoding: name.utf8.prefix(100), as: UTF8.self) + "…"
  }

  private static func text(_ bytes: Span<UInt8>, _ range: ByteRange) -> String {
    String(decoding: Array(copying: bytes, in: range.bounds), as: UTF8.self)
  }

  private static func json(_ range: ByteRange, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt8] {
    var writer = ByteWriter(capacity: 64)
    try AnyView.appendJSON(of: range, bytes, to: &writer)
    return Array(copying: writer.span, in: 0..<writer.count)
  }

  /// nil for undefined, which is as good as absent.
  private static func definedJSON(_ range: ByteRange, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt8]? {
    AnyView.isUndefined(range, bytes) ? nil : try json(range, bytes)
  }
}

extension Document {
  /// The type that is the value of a key, or nil.
  borrowing func child(named name: String, of type: SharedType) -> SharedType? {
    guard let key = key(named: name), case .type(let child)? = value(of: key, in: type)?.content else { return nil }
    return child
  }

  /// A key's name as text.
  borrowing func text(ofKey key: UInt32) -> String {
    String(decoding: Array(copying: names, in: nameRange(ofKey: key)), as: UTF8.self)
  }
}
