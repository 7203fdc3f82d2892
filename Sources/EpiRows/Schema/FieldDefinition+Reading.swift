internal import EpiBytes
internal import EpiJSON

extension FieldDefinition {
  /// Reads a definition: `{"type":…,"nullable":…,…}` (epi-rows.5, "Fields"). Keys that have no meaning here are passed over.
  /// - Parameter name: the field's name where it stands before the definition; else the definition's `id` is it.
  /// - Throws: `DefinitionError` with the path to what makes no sense.
  init(reading node: DefinitionNode, named name: String? = nil, in bytes: Span<UInt8>) throws(DefinitionError) {
    let members = try node.members(in: bytes)
    func member(_ key: String) -> DefinitionNode? { members.first { $0.name == key }?.node }
    var known = name
    if known == nil { known = try member("id")?.string(in: bytes) }
    guard let name = known else { throw node.error("a field has no 'id'") }
    guard let type = member("type") else { throw node.error("field '\(ShortText.of(name))' has no 'type'", hint: Self.typeHint) }
    self.init(name: name, type: try Self.type(type, in: bytes))
    for (key, value) in members {
      switch key {
      case "nullable": isNullable = try value.boolean(in: bytes)
      case "default": defaultJSON = value.json(in: bytes)
      case "options":
        for option in try value.elements(in: bytes) { _ = try option.string(in: bytes) }
        optionsJSON = value.json(in: bytes)
      case "schema":
        _ = try JSONSchema(reading: value, in: bytes)
        schemaJSON = value.json(in: bytes)
      case "dimensions": dimensions = try value.count(from: 1, in: bytes)
      case "element": element = try Self.element(value, in: bytes)
      default: break
      }
    }
    if let value = member("default"), value.value.kind != .null, let fault = TableRules.faultOfDefault(of: self) {
      throw value.error("expected \(fault.expected), got \(fault.got)")
    }
  }

  /// Reads a definition that is a JSON text of its own.
  /// - Parameters:
  ///   - name: the field's name.
  ///   - path: where it lies, for messages.
  package init(reading json: [UInt8], named name: String, path: String) throws(DefinitionError) {
    let node = try DefinitionNode.leadingObject(of: json.span, in: json.indices, path: path).node
    try self.init(reading: node, named: name, in: json.span)
  }

  private static func type(_ node: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> FieldType {
    let name = try node.string(in: bytes)
    guard let type = FieldType(name: name) else { throw node.error("unknown type '\(ShortText.of(name))'", hint: typeHint) }
    return type
  }

  private static var typeHint: String { "the types are \(FieldType.allCases.map(\.rawValue).joined(separator: ", "))" }

  private static func element(_ node: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> VectorElement {
    let name = try node.string(in: bytes)
    guard let element = VectorElement(rawValue: name) else {
      throw node.error(
        "unknown element type '\(ShortText.of(name))'",
        hint: "the element types are \(VectorElement.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return element
  }

  /// Reads an array of definitions that each have their `id`.
  static func list(_ node: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> [FieldDefinition] {
    var fields: [FieldDefinition] = []
    var names: Set<[UInt8]> = []
    for element in try node.elements(in: bytes) {
      let field = try FieldDefinition(reading: element, in: bytes)
      guard names.insert(Array(field.name.utf8)).inserted else { throw element.error("field '\(ShortText.of(field.name))' is defined twice") }
      fields.append(field)
    }
    return fields
  }

  /// Reads an object of definitions by their names.
  static func map(_ node: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> [FieldDefinition] {
    var fields: [FieldDefinition] = []
    for (name, definition) in try node.members(in: bytes) { fields.append(try FieldDefinition(reading: definition, named: name, in: bytes)) }
    return fields
  }
}
