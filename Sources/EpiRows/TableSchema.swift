/// What a table's fields are, in the order the output shows them.
package struct TableSchema: Equatable, Sendable {
  package var name: String
  package var fields: [FieldDefinition]

  package init(name: String, fields: [FieldDefinition]) {
    self.name = name
    self.fields = fields
  }
}

/// One field of a table, or one setting of a workspace.
package struct FieldDefinition: Equatable, Sendable {
  /// Name in the row object; a setting's key.
  package var name: String
  package var type: FieldType
  package var isNullable: Bool
  /// The value of a row that lacks the field, as JSON text; nil when there is none.
  package var defaultJSON: [UInt8]?
  /// The choices of a `select` or `tags` field, as the JSON text of an array of strings; nil when there are none.
  package var optionsJSON: [UInt8]?
  /// The JSON Schema of a `json` field, as JSON text.
  package var schemaJSON: [UInt8]?
  /// Numbers in a `vector`.
  package var dimensions: Int?
  /// How the numbers of a `vector` are to be kept where its writer can choose.
  package var element: VectorElement?

  package init(
    name: String, type: FieldType, isNullable: Bool = false, defaultJSON: [UInt8]? = nil, optionsJSON: [UInt8]? = nil,
    schemaJSON: [UInt8]? = nil, dimensions: Int? = nil, element: VectorElement? = nil
  ) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.defaultJSON = defaultJSON
    self.optionsJSON = optionsJSON
    self.schemaJSON = schemaJSON
    self.dimensions = dimensions
    self.element = element
  }
}

/// The types a field can have (epi-rows.5).
package enum FieldType: String, Equatable, Sendable, CaseIterable {
  case id
  case text
  case richtext
  case integer
  case real
  case boolean
  case date
  case select
  case tags
  case json
  case vector

  /// Reads a type's name; `ytext` is another name of `richtext`.
  package init?(name: String) {
    if name == "ytext" { self = .richtext } else { self.init(rawValue: name) }
  }
}

/// The element types that a `vector` can name (epi-rows.5).
package enum VectorElement: String, Equatable, Sendable, CaseIterable {
  case f32
  case f64
  case f16
  case bf16
  case f8
  case f1bit
}
