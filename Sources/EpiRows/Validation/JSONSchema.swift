internal import EpiBytes
internal import EpiJSON

/// A JSON Schema (draft 2020-12) as far as epi-rows.5 states, made ready to check values where they lie in a line.
struct JSONSchema: Sendable {
  /// One schema of the tree.
  struct Node: Sendable {
    var types = TypeSet.all
    /// The schema `false`, which nothing fits.
    var isFalse = false
    /// Index of the schema for elements.
    var items: Int?
    /// Names of `properties`, and the schema of each.
    var properties = NameSet([])
    var propertyNodes: [Int] = []
    /// Index of the schema for the other properties.
    var additional: Int?
    var required: [[UInt8]] = []
    var choices: Choices?
    var minimum: Double?
    var maximum: Double?
    var minimumIsExcluded = false
    var maximumIsExcluded = false
    var lengths = Bounds()
    var counts = Bounds()

    /// Whether it says nothing but what type a value has.
    var isOnlyTypes: Bool {
      !isFalse && items == nil && properties.isEmpty && additional == nil && required.isEmpty && choices == nil && minimum == nil
        && maximum == nil && lengths == Bounds() && counts == Bounds()
    }
  }

  /// Least and most of something that is counted.
  struct Bounds: Equatable, Sendable {
    var least = 0
    var most = Int.max

    func contains(_ count: Int) -> Bool { count >= least && count <= most }
  }

  /// The values of `enum` or `const`.
  struct Choices: Sendable {
    var hasNull = false
    var hasTrue = false
    var hasFalse = false
    /// In ascending order.
    var numbers: [Double] = []
    var strings = NameSet([])
    /// The first of them, for messages.
    var words = ""
  }

  struct TypeSet: OptionSet, Sendable {
    var rawValue: UInt8
    static let null = TypeSet(rawValue: 1)
    static let boolean = TypeSet(rawValue: 2)
    static let integer = TypeSet(rawValue: 4)
    static let number = TypeSet(rawValue: 8)
    static let string = TypeSet(rawValue: 16)
    static let array = TypeSet(rawValue: 32)
    static let object = TypeSet(rawValue: 64)
    static let all = TypeSet(rawValue: 127)

    private static let names: [(name: String, type: TypeSet)] = [
      ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number), ("string", .string), ("array", .array), ("object", .object),
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(name: String) {
      guard let found = Self.names.first(where: { $0.name == name }) else { return nil }
      self = found.type
    }

    /// "string or null", for messages.
    var words: String { Self.names.filter { contains($0.type) }.map(\.name).joined(separator: " or ") }
  }

  private(set) var nodes: [Node] = []
  /// Paths of the keywords that are not understood, in the order of the text.
  private(set) var ignored: [String] = []

  /// Schemas inside each other; checking goes down as deep.
  private static let maximumDepth = 64

  /// - Throws: `DefinitionError` with the path to what makes no sense.
  init(reading node: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) {
    _ = try add(node, in: bytes, depth: 0)
  }

  /// Reads a schema that is a JSON text of its own.
  init(reading json: [UInt8]) throws(DefinitionError) {
    if json.first == UInt8(ascii: "{") {
      let node = try DefinitionNode.leadingObject(of: json.span, in: json.indices, path: "").node
      _ = try add(node, in: json.span, depth: 0)
    } else {
      nodes = [Node()]
      nodes[0].isFalse = json == Array("false".utf8)
    }
  }

  private mutating func add(_ node: DefinitionNode, in bytes: Span<UInt8>, depth: Int) throws(DefinitionError) -> Int {
    guard depth < Self.maximumDepth else { throw node.error("schemas are nested deeper than \(Self.maximumDepth) levels") }
    let index = nodes.count
    nodes.append(Node())
    switch node.value.kind {
    case .true: return index
    case .false:
      nodes[index].isFalse = true
      return index
    case .object: break
    default: throw node.error("expected a JSON Schema (an object, true or false), got \(node.words(in: bytes))")
    }
    for (keyword, value) in try node.members(in: bytes) {
      try read(keyword, value, into: index, in: bytes, depth: depth)
    }
    return index
  }

  private mutating func read(
    _ keyword: String, _ value: DefinitionNode, into index: Int, in bytes: Span<UInt8>, depth: Int
  ) throws(DefinitionError) {
    switch keyword {
    case "type": nodes[index].types = try Self.types(value, in: bytes)
    case "items":
      if value.value.kind == .array { ignored.append(value.path) } else { nodes[index].items = try add(value, in: bytes, depth: depth + 1) }
    case "additionalProperties": nodes[index].additional = try add(value, in: bytes, depth: depth + 1)
    case "properties":
      var names: [[UInt8]] = []
      var schemas: [Int] = []
      for (name, schema) in try value.members(in: bytes) {
        names.append(Array(name.utf8))
        schemas.append(try add(schema, in: bytes, depth: depth + 1))
      }
      nodes[index].properties = NameSet(names)
      nodes[index].propertyNodes = schemas
    case "required":
      for name in try value.elements(in: bytes) { nodes[index].required.append(Array(try name.string(in: bytes).utf8)) }
    case "enum":
      guard let choices = try Self.choices(value.elements(in: bytes), in: bytes) else { return ignored.append(value.path) }
      nodes[index].choices = choices
    case "const":
      guard let choices = try Self.choices([value], in: bytes) else { return ignored.append(value.path) }
      nodes[index].choices = choices
    case "minimum", "exclusiveMinimum":
      let limit = try value.number(in: bytes)
      if let other = nodes[index].minimum, other > limit { return }
      nodes[index].minimumIsExcluded = keyword == "exclusiveMinimum" || nodes[index].minimum == limit && nodes[index].minimumIsExcluded
      nodes[index].minimum = limit
    case "maximum", "exclusiveMaximum":
      let limit = try value.number(in: bytes)
      if let other = nodes[index].maximum, other < limit { return }
      nodes[index].maximumIsExcluded = keyword == "exclusiveMaximum" || nodes[index].maximum == limit && nodes[index].maximumIsExcluded
      nodes[index].maximum = limit
    case "minLength": nodes[index].lengths.least = try value.count(from: 0, in: bytes)
    case "maxLength": nodes[index].lengths.most = try value.count(from: 0, in: bytes)
    case "minItems": nodes[index].counts.least = try value.count(from: 0, in: bytes)
    case "maxItems": nodes[index].counts.most = try value.count(from: 0, in: bytes)
    case "$schema", "$id", "$anchor", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly":
      // They describe and demand nothing.
      break
    default: ignored.append(value.path)
    }
  }

  private static func types(_ value: DefinitionNode, in bytes: Span<UInt8>) throws(DefinitionError) -> TypeSet {
    var types: TypeSet = []
    for name in value.value.kind == .array ? try value.elements(in: bytes) : [value] {
      guard let type = TypeSet(name: try name.string(in: bytes)) else {
        throw name.error("unknown type '\(try name.string(in: bytes))'", hint: "the types of JSON Schema are \(TypeSet.all.words)")
      }
      types.formUnion(type)
    }
    return types
  }

  /// nil when one of them is an array or an object.
  private static func choices(_ values: [DefinitionNode], in bytes: Span<UInt8>) throws(DefinitionError) -> Choices? {
    var choices = Choices()
    var strings: [[UInt8]] = []
    for value in values {
      switch value.value.kind {
      case .null: choices.hasNull = true
      case .true: choices.hasTrue = true
      case .false: choices.hasFalse = true
      case .integer, .real: choices.numbers.append(try value.number(in: bytes))
      case .string, .escapedString: strings.append(Array(try value.string(in: bytes).utf8))
      case .array, .object: return nil
      }
    }
    choices.numbers.sort()
    choices.strings = NameSet(strings)
    choices.words = values.prefix(8).map { $0.words(in: bytes) }.joined(separator: ", ") + (values.count > 8 ? ", …" : "")
    return choices
  }
}
