internal import EpiBytes
internal import EpiJSON

/// What a value must be like to fit its field. An instance a field, shared by all rows: asking it copies nothing.
final class FieldRule: Sendable {
  let field: FieldDefinition
  /// Kinds of value, as `RowValue.Kind.bit`: the low half fits, the high half is to be looked at.
  let kinds: UInt32
  /// The choices of a `select` or `tags`, where there are any.
  private let options: NameSet?
  let schema: JSONSchema?
  let hasDefault: Bool

  /// Accepts every value.
  static let anything: UInt32 = 0xffff

  init(_ field: FieldDefinition) {
    self.field = field
    options = field.optionsJSON.flatMap(Self.names)
    schema = field.schemaJSON.flatMap { try? JSONSchema(reading: $0) }
    hasDefault = field.defaultJSON.map { $0 != Array("null".utf8) } ?? false
    let (fitting, looked): ([RowValue.Kind], [RowValue.Kind]) =
      switch field.type {
      case .id: ([.string(hasEscapes: false)], [.integer])
      case .text: ([.string(hasEscapes: false)], [])
      case .richtext: ([.string(hasEscapes: false), .array], [])
      case .integer: ([.integer], [.real])
      case .real: ([.integer, .real], [])
      case .boolean: ([.true, .false], [])
      case .date: ([], [.string(hasEscapes: false)])
      case .select: options == nil ? ([.string(hasEscapes: false)], []) : ([], [.string(hasEscapes: false)])
      case .tags: ([], [.array])
      case .json: schema == nil ? (RowValue.Kind.values, []) : ([], RowValue.Kind.values)
      case .vector: ([], [.array, .floats])
      }
    let null = field.isNullable && field.type != .id ? RowValue.Kind.null.bit : 0
    kinds = fitting.reduce(null) { $0 | $1.bit } | looked.reduce(0) { $0 | $1.bit } << 16
  }

  /// nil when there are none: a list without options leaves the choice free.
  private static func names(ofOptions json: [UInt8]) -> NameSet? {
    var names: [[UInt8]] = []
    do {
      var scanner = FieldScanner(json.span, in: json.indices)
      try scanner.enterArray()
      while try scanner.nextElement() {
        names.append(Array(DefinitionNode.text(of: try scanner.value(), in: json.span).utf8))
      }
    } catch {
      return nil
    }
    return names.isEmpty ? nil : NameSet(names)
  }

  /// A row has an id in any case, beside its fields.
  var mustBePresent: Bool { !field.isNullable && !hasDefault && field.type != .id }

  // MARK: Values

  func fits(_ value: RowValue, of reader: borrowing RowReader) -> Bool {
    kinds & value.kind.bit != 0 || kinds & value.kind.bit &<< 16 != 0 && takes(value, of: reader)
  }

  /// Looks at a value whose kind alone does not tell whether it fits.
  func takes(_ value: RowValue, of reader: borrowing RowReader) -> Bool {
    let bytes = reader.input.span
    switch field.type {
    case .id: return value.range == reader.id.range  // A bare object's id may be an integer.
    case .integer: return JSONSchema.isWhole(value.range.bounds, in: bytes)
    case .date, .select:
      guard value.kind == .string(hasEscapes: true) else { return takes(bytes, in: value.range.bounds) }
      var text = ByteWriter(capacity: 64)
      reader.appendText(of: value, to: &text)
      return takes(text.span, in: 0..<text.count)
    default: return faultOfPart(value, of: reader) == nil
    }
  }

  private func takes(_ text: Span<UInt8>, in range: Range<Int>) -> Bool {
    field.type == .date ? DateForm.isValid(text, in: range) : options?.index(of: range, in: text) != nil
  }

  /// What is wrong with a value, or with a part of it.
  func fault(of value: RowValue, in reader: borrowing RowReader) -> FieldFault {
    if kinds & value.kind.bit &<< 16 != 0, let fault = faultOfPart(value, of: reader) { return fault }
    let isString = if case .string = value.kind { true } else { false }
    let kind: FieldFault.Kind =
      switch field.type {
      case _ where value.kind == .null: .null
      case .date where isString: .date
      case .select where isString: .option
      default: .type
      }
    return FieldFault(field: field.name, kind: kind, expected: words, got: Self.words(value, of: reader))
  }

  private func faultOfPart(_ value: RowValue, of reader: borrowing RowReader) -> FieldFault? {
    switch field.type {
    case .tags: faultOfTags(value, in: reader.input.span)
    case .vector: faultOfVector(value, of: reader)
    case .json: faultOfJSON(value, of: reader)
    default: nil
    }
  }

  private func faultOfTags(_ value: RowValue, in bytes: Span<UInt8>) -> FieldFault? {
    do {
      var scanner = FieldScanner(bytes, in: value.range.bounds)
      var index = 0
      try scanner.enterArray()
      while try scanner.nextElement() {
        let element = try scanner.value()
        let path = "[\(index)]"
        guard element.isString else {
          return FieldFault(field: field.name, path: path, kind: .type, expected: "a string", got: JSONSchema.words(element, in: bytes))
        }
        if let options, !Self.isNamed(element, in: options, bytes) {
          return FieldFault(field: field.name, path: path, kind: .option, expected: words(of: options), got: JSONSchema.words(element, in: bytes))
        }
        index += 1
      }
      return nil
    } catch {
      return FieldFault(field: field.name, kind: .type, expected: words, got: error.message)
    }
  }

  private static func isNamed(_ element: ScannedValue, in names: NameSet, _ bytes: Span<UInt8>) -> Bool {
    guard element.kind == .escapedString else { return names.index(of: element.range.bounds, in: bytes) != nil }
    let text = Array(DefinitionNode.text(of: element, in: bytes).utf8)
    return names.index(of: text.indices, in: text.span) != nil
  }

  private func faultOfVector(_ value: RowValue, of reader: borrowing RowReader) -> FieldFault? {
    guard let count = reader.numberCount(of: value) else {
      return FieldFault(field: field.name, kind: .type, expected: words, got: Self.words(value, of: reader))
    }
    guard let dimensions = field.dimensions, dimensions != count else { return nil }
    return FieldFault(field: field.name, kind: .dimensions, expected: "\(dimensions) numbers", got: "\(count)")
  }

  private func faultOfJSON(_ value: RowValue, of reader: borrowing RowReader) -> FieldFault? {
    guard let schema else { return nil }
    // Of vectors it is known already that they are nothing but numbers.
    if let count = reader.keptNumberCount(of: value), schema.fits(numbers: count) == true { return nil }
    guard let kind = value.kind.scanned else { return faultOfPacked(value, of: reader, schema) }
    let fault = schema.fault(of: ScannedValue(kind: kind, range: value.range), in: reader.input.span)
    return fault.map { FieldFault(field: field.name, path: $0.path, kind: .schema, expected: $0.expected, got: $0.got) }
  }

  /// Checks bytes as the object that they travel as, and floats as the array that they stand for.
  private func faultOfPacked(_ value: RowValue, of reader: borrowing RowReader, _ schema: JSONSchema) -> FieldFault? {
    var text = ByteWriter(capacity: 256)
    if value.kind == .bytes {
      reader.appendJSON(of: value, to: &text)
    } else {
      var floats: [Float] = []
      do {
        try reader.appendFloats(of: value, to: &floats)
      } catch {
        return FieldFault(field: field.name, kind: .schema, expected: "an array", got: error.message)
      }
      text.append(UInt8(ascii: "["))
      for (index, float) in floats.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        JSONWriter.append(Double(float), to: &text)
      }
      text.append(UInt8(ascii: "]"))
    }
    let whole = ScannedValue(kind: value.kind == .bytes ? .object : .array, range: ByteRange(start: 0, count: text.count))
    let fault = schema.fault(of: whole, in: text.span)
    return fault.map { FieldFault(field: field.name, path: $0.path, kind: .schema, expected: $0.expected, got: $0.got) }
  }

  // MARK: Words

  /// What the field's values are, for messages.
  var words: String {
    switch field.type {
    case .id, .text: "a string"
    case .richtext: "a string or an array"
    case .integer: "an integer"
    case .real: "a number"
    case .boolean: "true or false"
    case .date: "a date like '2024-01-01T20:00:00.000Z|Europe/Berlin'"
    case .select: options.map(words) ?? "a string"
    case .tags: "an array of strings"
    case .json: "a value"
    case .vector: field.dimensions.map { "an array of \($0) numbers" } ?? "an array of numbers"
    }
  }

  private func words(of options: NameSet) -> String {
    let shown = (0..<min(options.count, 8)).map { "'\(ShortText.of(options.name($0)))'" }.joined(separator: ", ")
    return (options.count == 1 ? "" : "one of ") + shown + (options.count > 8 ? ", …" : "")
  }

  private static func words(_ value: RowValue, of reader: borrowing RowReader) -> String {
    let bytes = reader.input.span
    switch value.kind {
    case .string: return "the string '\(ShortText.of(bytes, in: value.range.bounds))'"
    case .integer, .real: return "the number \(ShortText.of(bytes, in: value.range.bounds))"
    default: return value.kind.words
    }
  }
}

extension RowValue.Kind {
  /// One bit for each kind.
  @inline(__always)
  var bit: UInt32 {
    switch self {
    case .null: 1
    case .true: 2
    case .false: 4
    case .integer: 8
    case .real: 16
    case .string: 32
    case .array: 64
    case .object: 128
    case .bytes: 256
    case .floats: 512
    }
  }

  /// The kind as it was scanned; nil for objects that stand for something else.
  fileprivate var scanned: ScannedValue.Kind? {
    switch self {
    case .null: .null
    case .true: .true
    case .false: .false
    case .integer: .integer
    case .real: .real
    case .string(let hasEscapes): hasEscapes ? .escapedString : .string
    case .array: .array
    case .object: .object
    case .bytes, .floats: nil
    }
  }

  /// All kinds but null.
  static let values: [RowValue.Kind] = [.true, .false, .integer, .real, .string(hasEscapes: false), .array, .object, .bytes, .floats]
}

extension RowReader {
  /// How many numbers a vector has; nil when the value is none.
  func numberCount(of value: RowValue) -> Int? {
    if let kept = keptNumberCount(of: value) { return kept }
    var floats: [Float] = []
    return (try? appendFloats(of: value, to: &floats)) == nil ? nil : floats.count
  }

  /// How many numbers an array has that was read as a vector when the line was scanned; nil when it was not.
  func keptNumberCount(of value: RowValue) -> Int? {
    value.kind == .array ? numbers.range(ofArrayAt: Int(value.range.start))?.count : nil
  }
}
