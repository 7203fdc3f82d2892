internal import EpiBytes
internal import EpiJSON

extension RowReader {
  /// Reads `{"epi":1,"table":T,"fields":[…]}`.
  mutating func readSchema(_ table: RowValue, _ list: RowValue) throws(RowError) -> RowEvent? {
    guard case .string = table.kind else { throw error(in: table, "'table' is \(table.kind.words), not a string") }
    guard list.kind == .array else { throw error(in: list, "'fields' is \(list.kind.words), not an array") }
    guard !sawEnd || mode == .changes else { throw error("a schema after the end of the stream") }
    var schema = TableSchema(name: string(table), fields: [])
    var names: Set<[UInt8]> = []
    for element in try elements(of: list) {
      let field = try readField(element)
      guard names.insert(Array(field.name.utf8)).inserted else {
        throw error(in: element, "field '\(field.name)' of table '\(schema.name)' is defined twice")
      }
      schema.fields.append(field)
    }
    hasContent = true
    useTable(named: schema.name)
    return isSelected[self.table] ? .schema(schema) : nil
  }

  private func elements(of list: RowValue) throws(RowError) -> [RowValue] {
    var elements: [RowValue] = []
    var unused = ScannedNumbers()
    do {
      var scanner = FieldScanner(input.span, in: list.range.bounds)
      try scanner.enterArray()
      while try scanner.nextElement() { elements.append(try RowValue(&scanner, &unused)) }
    } catch {
      throw self.error(error)
    }
    return elements
  }

  private func readField(_ value: RowValue) throws(RowError) -> FieldDefinition {
    let members = try object(value, "fields")
    guard let name = try text("id", of: members) else { throw error(in: value, "a field has no 'id'") }
    guard let typeName = try text("type", of: members) else { throw error(in: value, "field '\(name)' has no 'type'") }
    guard let type = FieldType(name: typeName) else {
      let known = FieldType.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(in: value, "field '\(name)' has the unknown type '\(typeName)'", hint: "the types are \(known)")
    }
    var field = FieldDefinition(name: name, type: type)
    if let nullable = member("nullable", of: members) {
      guard nullable.kind == .true || nullable.kind == .false else {
        throw error(in: nullable, "'nullable' of field '\(name)' is \(nullable.kind.words), not true or false")
      }
      field.isNullable = nullable.kind == .true
    }
    field.defaultJSON = member("default", of: members).map { json($0) }
    if let options = member("options", of: members) {
      guard options.kind == .array else {
        throw error(in: options, "'options' of field '\(name)' is \(options.kind.words), not an array")
      }
      field.optionsJSON = json(options)
    }
    if let schema = member("schema", of: members) {
      guard schema.kind == .object || schema.kind == .true || schema.kind == .false else {
        throw error(in: schema, "'schema' of field '\(name)' is \(schema.kind.words), not a JSON Schema")
      }
      field.schemaJSON = json(schema)
    }
    if let dimensions = member("dimensions", of: members) {
      guard let count = integer(dimensions), count > 0 else {
        throw error(in: dimensions, "'dimensions' of field '\(name)' is no whole number from 1 on")
      }
      field.dimensions = count
    }
    return field
  }

  private func json(_ value: RowValue) -> [UInt8] {
    var text = ByteWriter(capacity: 64)
    appendJSON(of: value, to: &text)
    let span = text.span
    return (0..<span.count).map { text.span[$0] }
  }
}
