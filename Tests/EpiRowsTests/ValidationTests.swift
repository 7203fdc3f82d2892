import EpiBytes
import EpiRows
import EpiTestSupport
import Foundation
import Testing

/// Rows against their schema; what an independent validator says of the same cases is in Tests/Fixtures/validation.
struct ValidationTests {
  /// The members of each line, as the JSON they stand there as.
  private func lines(_ name: String) throws -> [[String: String]] {
    var found: [[String: String]] = []
    for line in try Fixtures.text("validation/\(name)").split(separator: "\n") {
      var reader = RowReader(defaultTable: "cases")
      reader.input.append(#"{"table":"","id":"","row":"# + line + "}\n")
      #expect(try reader.next() == .row)
      var members: [String: String] = [:]
      for field in reader.fields {
        var name = ByteWriter(capacity: 16)
        reader.appendName(of: field, to: &name)
        members[StreamText.string(name)] = StreamText.json(field.value, reader)
      }
      found.append(members)
    }
    return found
  }

  /// The row as it is taken in, with the schema in front: nil when it fits, else what is said of it.
  private func fault(row: String, fields: String) throws -> RejectedRow? {
    var intake = RowIntake(IntakePolicy())
    intake.reader.input.append(#"{"epi":1,"table":"t","fields":\#(fields)}"# + "\n" + #"{"table":"t","id":"r","row":\#(row)}"# + "\n")
    while let item = try intake.next() {
      switch item {
      case .rejected(let row): return row
      case .event(.row): return nil
      case .event, .remark: continue
      }
    }
    Issue.record("there was no row")
    return nil
  }

  @Test func `rows fit where jsonschema says so, and nowhere else`() throws {
    let cases = try lines("rows.ndjson")
    #expect(cases.count == 700)
    for line in cases {
      let (fields, row) = (try #require(line["fields"]), try #require(line["row"]))
      let fault = try fault(row: row, fields: fields)
      #expect((fault == nil) == (line["valid"] == "true"), "\(fields) \(row): \(fault?.message ?? "fits")")
    }
  }

  @Test func `values fit a JSON Schema where jsonschema says so, and nowhere else`() throws {
    let cases = try lines("json-schema.ndjson")
    #expect(cases.count == 700)
    for line in cases {
      let (schema, value) = (try #require(line["schema"]), try #require(line["value"]))
      let fault = try fault(row: #"{"v":\#(value)}"#, fields: #"[{"id":"v","type":"json","schema":\#(schema)}]"#)
      #expect((fault == nil) == (line["valid"] == "true"), "\(schema) \(value): \(fault?.message ?? "fits")")
    }
  }

  // MARK: What is said

  @Test(arguments: [
    (#"{"id":"n","type":"integer"}"#, #"{}"#, "missing", "'n': expected an integer, got none"),
    (#"{"id":"n","type":"integer"}"#, #"{"n":null}"#, "null", "'n': expected an integer, got null"),
    (#"{"id":"n","type":"integer"}"#, #"{"n":1.5}"#, "type", "'n': expected an integer, got the number 1.5"),
    (#"{"id":"n","type":"integer"}"#, #"{"n":"1"}"#, "type", "'n': expected an integer, got the string '1'"),
    (#"{"id":"n","type":"real"}"#, #"{"n":true}"#, "type", "'n': expected a number, got true"),
    (#"{"id":"n","type":"boolean"}"#, #"{"n":0}"#, "type", "'n': expected true or false, got the number 0"),
    (#"{"id":"n","type":"text"}"#, #"{"n":["x"]}"#, "type", "'n': expected a string, got an array"),
    (#"{"id":"n","type":"text"}"#, #"{"n":{"$base64":true,"encoded":"AA=="}}"#, "type", "'n': expected a string, got bytes"),
    (#"{"id":"n","type":"richtext"}"#, #"{"n":{}}"#, "type", "'n': expected a string or an array, got an object"),
    (#"{"id":"n","type":"id"}"#, #"{"n":7}"#, "type", "'n': expected a string, got the number 7"),
    (
      #"{"id":"n","type":"date"}"#, #"{"n":"2024-01-01T20:00:00.000Z"}"#, "date",
      "'n': expected a date like '2024-01-01T20:00:00.000Z|Europe/Berlin', got the string '2024-01-01T20:00:00.000Z'"
    ),
    (#"{"id":"n","type":"select","options":["a","b"]}"#, #"{"n":"c"}"#, "option", "'n': expected one of 'a', 'b', got the string 'c'"),
    (#"{"id":"n","type":"select","options":["a"]}"#, #"{"n":1}"#, "type", "'n': expected 'a', got the number 1"),
    (#"{"id":"n","type":"tags","options":["a","b"]}"#, #"{"n":["a","c"]}"#, "option", "'n[1]': expected one of 'a', 'b', got the string 'c'"),
    (#"{"id":"n","type":"tags"}"#, #"{"n":["a",1]}"#, "type", "'n[1]': expected a string, got the number 1"),
    (#"{"id":"n","type":"tags"}"#, #"{"n":"a"}"#, "type", "'n': expected an array of strings, got the string 'a'"),
    (#"{"id":"n","type":"vector","dimensions":3}"#, #"{"n":[1,2]}"#, "dimensions", "'n': expected 3 numbers, got 2"),
    (#"{"id":"n","type":"vector","dimensions":3}"#, #"{"n":[1,"x"]}"#, "type", "'n': expected an array of 3 numbers, got an array"),
    (#"{"id":"n","type":"vector","dimensions":1}"#, #"{"n":{"$f32":"AACAPwAAAEA="}}"#, "dimensions", "'n': expected 1 numbers, got 2"),
    (
      #"{"id":"n","type":"json","schema":{"properties":{"a b":{"items":{"minimum":1}}}}}"#, #"{"n":{"a b":[1,0]}}"#, "schema",
      #"'n["a b"][1]': expected at least 1, got the number 0"#
    ),
    (
      #"{"id":"n","type":"json","schema":{"items":{"type":"number","maximum":1}}}"#, #"{"n":{"$f32":"AACAPwAAAEA="}}"#, "schema",
      "'n[1]': expected at most 1, got the number 2"
    ),
    (#"{"id":"n","type":"json","schema":{"required":["k"]}}"#, #"{"n":{}}"#, "schema", "'n.k': expected a value, got none"),
    (#"{"id":"n","type":"json","schema":{"maxLength":2}}"#, #"{"n":"日本語"}"#, "schema", "'n': expected at most 2 characters, not 3, got the string '日本語'"),
    (#"{"id":"n","type":"json","schema":false}"#, #"{"n":1}"#, "schema", "'n': expected nothing, got the number 1"),
  ])
  func `a fault says where it is, what was wanted and what is there`(field: String, row: String, kind: String, sentence: String) throws {
    let rejected = try #require(try fault(row: row, fields: "[\(field)]"))
    #expect(rejected.message == "row 't/r': \(sentence)")
    #expect(rejected.identity?.fault.kind.rawValue == kind)
    #expect(rejected.identity?.table == "t" && rejected.identity?.id == "r")
    #expect(rejected.line == 2)
    #expect(String(decoding: rejected.text, as: UTF8.self) == #"{"table":"t","id":"r","row":\#(row)}"#)
  }

  @Test(arguments: [
    (#"{"id":"n","type":"integer"}"#, #"{"n":2.0}"#), (#"{"id":"n","type":"integer","default":1}"#, "{}"), (#"{"id":"n","type":"integer","nullable":true}"#, "{}"),
    (#"{"id":"n","type":"id"}"#, "{}"), (#"{"id":"n","type":"vector","dimensions":2}"#, #"{"n":{"$f32":"AACAPwAAAEA="}}"#),
    (#"{"id":"n","type":"select","options":["a/b"]}"#, #"{"n":"a\/b"}"#), (#"{"id":"n\u0061me","type":"text"}"#, #"{"n\u0061m\u0065":"x"}"#),
    (#"{"id":"n","type":"date"}"#, #"{"n":"2024-01-01T20:00:00.000Z|Europe\/Berlin"}"#), (#"{"id":"n","type":"select","options":[]}"#, #"{"n":"any"}"#),
    (#"{"id":"n","type":"tags","options":["\u00e9"]}"#, #"{"n":["é","\u00e9"]}"#), (#"{"id":"n","type":"json","schema":{"type":"object","required":["$base64"]}}"#, #"{"n":{"$base64":true,"encoded":""}}"#),
  ])
  func `what differs in writing only fits`(field: String, row: String) throws {
    #expect(try fault(row: row, fields: "[\(field)]") == nil)
  }

  /// Both are "é"; to Swift they are equal.
  @Test func `names and options are told apart by their bytes`() throws {
    let composed = "\u{e9}", decomposed = "e\u{301}"
    #expect(try fault(row: #"{"\#(decomposed)":1}"#, fields: #"[{"id":"\#(composed)","type":"text","nullable":true}]"#) == nil)
    #expect(try fault(row: #"{"\#(composed)":1}"#, fields: #"[{"id":"\#(composed)","type":"text"}]"#) != nil)
    #expect(try fault(row: #"{"o":"\#(decomposed)"}"#, fields: #"[{"id":"o","type":"select","options":["\#(composed)"]}]"#) != nil)
  }

  @Test func `a bare object may have an integer as its id`() throws {
    var intake = RowIntake(IntakePolicy(selection: TableSelection(tables: ["t"]), schema: WorkspaceSchema(tables: [TableSchema(name: "t", fields: [FieldDefinition(name: "id", type: .id)])])))
    intake.reader.input.append("{\"id\":7}\n{\"id\":8,\"n\":8}\n")
    var rows = 0
    while let item = try intake.next() {
      if case .event(.row) = item { rows += 1 }
      if case .rejected(let row) = item { Issue.record("\(row)") }
    }
    #expect(rows == 2)
  }

  @Test func `of a repeated key in a value the last one counts`() throws {
    let fields = #"[{"id":"v","type":"json","schema":{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"number"}}}]"#
    #expect(try fault(row: #"{"v":{"a":1,"a":"x","b":"x","b":2}}"#, fields: fields) == nil)
    #expect(try fault(row: #"{"v":{"a":"x","\u0061":1}}"#, fields: fields) != nil)
    #expect(try fault(row: #"{"v":{"b":2,"b":"x"}}"#, fields: fields) != nil)
  }

  @Test func `schemas and values may be deep`() throws {
    let deep = String(repeating: #"{"items":"#, count: 63) + "{}" + String(repeating: "}", count: 63)
    let value = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
    #expect(try fault(row: #"{"v":\#(value)}"#, fields: #"[{"id":"v","type":"json","schema":\#(deep)}]"#) == nil)
    #expect(throws: RowError.self) { try fault(row: "{}", fields: #"[{"id":"v","type":"json","schema":{"items":\#(deep)}}]"#) }
  }
}
