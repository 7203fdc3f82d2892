internal import EpiBytes
package import EpiRows
package import EpiYjs

// The definitions that a document of the layout `maps` carries: root map `schema`, in it `tables`: table → {…, fields: field →
// definition}, and `kv`: setting → definition.

extension Workspace {
  /// The tables that the document defines, by key of their name. Definitions that make no sense are left out, with a warning.
  mutating func readSchemas(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt32: TableSchema] {
    guard let root = document.root(named: "schema") else { return [:] }
    if let settings = document.child(named: "kv", of: root) {
      settingDefinitions = try readFields(settings, path: "$.schema.kv", document, bytes)
    }
    guard let tables = document.child(named: "tables", of: root) else { return [:] }
    var schemas: [UInt32: TableSchema] = [:]
    for (name, value) in document.entriesInWritingOrder(of: tables) {
      guard case .type(let definition) = value.content, let fields = document.child(named: "fields", of: definition) else { continue }
      let table = document.text(ofKey: name)
      let read = try readFields(fields, path: "$.schema.tables\(SchemaPath.step(to: table)).fields", document, bytes)
      if !read.isEmpty { schemas[name] = TableSchema(name: table, fields: read) }
    }
    return schemas
  }

  private mutating func readFields(
    _ fields: SharedType, path: String, _ document: borrowing Document, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> [FieldDefinition] {
    var definitions: [FieldDefinition] = []
    for (key, value) in document.entriesInWritingOrder(of: fields) {
      let name = document.text(ofKey: key)
      let path = path + SchemaPath.step(to: name)
      guard value.content == .any else {
        warnings.append("\(path): expected a plain object; the definition is left out")
        continue
      }
      var json = ByteWriter(capacity: 64)
      try AnyView.appendJSON(of: value.range, bytes, to: &json)
      do throws(DefinitionError) {
        definitions.append(try FieldDefinition(reading: Array(copying: json.span, in: 0..<json.count), named: name, path: path))
      } catch {
        warnings.append("\(error.sentence); the definition is left out")
      }
    }
    return definitions
  }
}

extension Workspace {
  /// What is known of the tables and settings.
  package func schema() -> WorkspaceSchema {
    WorkspaceSchema(tables: tables.compactMap(\.schema), settings: settingDefinitions)
  }

  /// Takes definitions from a file: for the tables that they name they count, and not what the document says. Tables that are defined
  /// and have no rows are tables too.
  /// - Complexity: O(n log n) comparisons of n tables
  package mutating func define(_ schema: WorkspaceSchema, _ document: inout Document) {
    var places: [UInt32: Int] = [:]
    for (index, table) in tables.enumerated() { places[table.name] = index }
    for definition in schema.tables {
      let name = Array(definition.name.utf8)
      let key = document.internKey(name.span, in: name.indices)
      if let index = places[key] {
        tables[index].schema = definition
      } else {
        places[key] = tables.count
        tables.append(Table(name: key, schema: definition))
      }
    }
    if !schema.settings.isEmpty { settingDefinitions = schema.settings }
    document.sortByName(&tables) { $0.name }
  }

  /// A name for a message. Names may be as long as the input, and as many.
  static func short(_ name: String) -> String {
    name.utf8.count <= 200 ? name : String(decoding: name.utf8.prefix(100), as: UTF8.self) + "…"
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
