internal import EpiBytes
internal import EpiJSON

extension RowReader {
  /// Reads `{"epi":1,"table":T,"fields":[…]}`.
  mutating func readSchema(_ table: RowValue, _ list: RowValue) throws(RowError) -> RowEvent? {
    guard case .string = table.kind else { throw error(in: table, "'table' is \(table.kind.words), not a string") }
    guard list.kind == .array else { throw error(in: list, "'fields' is \(list.kind.words), not an array") }
    guard !sawEnd || mode == .changes else { throw error("a schema after the end of the stream") }
    var schema = TableSchema(name: string(table), fields: [])
    do {
      let node = DefinitionNode(ScannedValue(kind: .array, range: list.range), path: "$.fields")
      schema.fields = try FieldDefinition.list(node, in: input.span)
    } catch {
      throw self.error(at: error.offset, "the schema of table '\(ShortText.of(schema.name))': \(error.sentence)", hint: error.hint)
    }
    hasContent = true
    useTable(named: schema.name)
    return isSelected[self.table] ? .schema(schema) : nil
  }
}
