import EpiBytes
import EpiRows
import EpiTestSupport
import Testing

struct SchemaInferenceTests {
  private func infer(_ lines: [String]) throws -> (tables: [TableSchema], settings: [FieldDefinition]) {
    var reader = RowReader()
    reader.input.append(lines.joined(separator: "\n") + "\n")
    reader.endOfInput()
    var inference = SchemaInference()
    while let event = try reader.next() {
      if event == .row { inference.addRow(of: reader) }
      if event == .setting { inference.addSetting(of: reader) }
    }
    return (reader.tables.enumerated().map { inference.schema(ofTable: $0, named: $1) }, inference.settingDefinitions)
  }

  private func row(_ fields: String, table: String = "t") -> String { #"{"table":"\#(table)","id":"r","row":{\#(fields)}}"# }

  private func words(_ fields: [FieldDefinition]) -> String {
    fields.map { "\($0.name):\($0.type.rawValue)\($0.isNullable ? "?" : "")" }.joined(separator: " ")
  }

  @Test(arguments: [
    (["1", "2"], "integer"), (["1", "2.5"], "real"), (["2.5"], "real"), (["true", "false"], "boolean"), (["true", "1"], "json"), (["\"a\"", "\"b\""], "text"),
    (["\"2024-01-01|UTC\"", "\"2024-01-02T10:00Z|Asia/Tokyo\""], "date"), (["\"2024-01-01|UTC\"", "\"x\""], "text"), (["\"2024-01-01|UTC\"", "1"], "json"),
    (["[1,2]"], "json"), (["{}"], "json"), (["\"a\"", "[]"], "json"), (["1", "null", "2"], "integer?"), (["null"], "text?"), (["{\"$f32\":\"\"}"], "vector"),
    (["{\"$base64\":true,\"encoded\":\"\"}"], "json"), (["1", "2", "3", "\"late\""], "json"),
  ])
  func `the type is what all values have in common`(values: [String], type: String) throws {
    #expect(words(try infer(values.map { row("\"f\":\($0)") }).tables[0].fields) == "id:id f:\(type)")
  }

  @Test func `fields come in the order of their appearance, the key first`() throws {
    let tables = try infer([row(#""b":1,"a":2"#), row(#""a":1,"c":true,"id":"r","b":3"#), row("", table: "u"), row(#""id":7"#, table: "w")]).tables
    #expect(tables.map { words($0.fields) } == ["id:id b:integer a:integer c:boolean?", "id:id", "id:integer"])
  }

  @Test func `settings are inferred too`() throws {
    #expect(words(try infer([#"{"kv":"a","value":1}"#, #"{"kv":"b","value":null}"#, #"{"kv":"a","value":"x"}"#]).settings) == "a:json b:text?")
  }

  @Test(arguments: ["cell-kinds", "concurrent-5", "odd-names", "plain", "rich-cells"])
  func `every row fits what was inferred of all`(name: String) throws {
    let lines = try Fixtures.text("rows/\(name).rows.ndjson").split(separator: "\n").map(String.init)
    var intake = RowIntake(IntakePolicy(schema: WorkspaceSchema(tables: try infer(lines).tables)))
    intake.reader.input.append(lines.joined(separator: "\n") + "\n")
    var rows = 0
    while let item = try intake.next() {
      if case .event(.row) = item { rows += 1 }
      if case .rejected(let row) = item { Issue.record("\(row.message)") }
    }
    #expect(rows == lines.count)
  }
}
