import EpiBytes
import EpiRows
import Testing

struct RowSchemaTests {
  private func schema(_ line: String) throws -> TableSchema? {
    var reader = RowReader()
    reader.input.append(line + "\n")
    guard case .schema(let schema) = try reader.next() else { return nil }
    #expect(reader.tables[reader.table] == schema.name)
    return schema
  }

  private func field(_ json: String) throws -> FieldDefinition? { try schema(#"{"epi":1,"table":"t","fields":[\#(json)]}"#)?.fields.first }

  @Test func `reads every key of a field`() throws {
    let found = try schema(
      #"""
      {"epi":1,"table":"no\u0074es","fields":[{"id":"id","type":"id"},{"type":"select","id":"sta\"te","options":["a","b"],"default":"a"},{"id":"meta","type":"json","nullable":true,"schema":{"type":"object"},"default":null},{"id":"v","type":"vector","dimensions":384,"element":"f16","more":1},{"id":"body","type":"ytext","nullable":false}]}
      """#)
    #expect(
      found
        == TableSchema(
          name: "notes",
          fields: [
            FieldDefinition(name: "id", type: .id),
            FieldDefinition(name: "sta\"te", type: .select, defaultJSON: Array(#""a""#.utf8), optionsJSON: Array(#"["a","b"]"#.utf8)),
            FieldDefinition(name: "meta", type: .json, isNullable: true, defaultJSON: Array("null".utf8), schemaJSON: Array(#"{"type":"object"}"#.utf8)),
            FieldDefinition(name: "v", type: .vector, dimensions: 384, element: .f16), FieldDefinition(name: "body", type: .richtext),
          ]))
  }

  @Test(arguments: FieldType.allCases)
  func `reads every type`(type: FieldType) throws {
    #expect(try field(#"{"id":"x","type":"\#(type.rawValue)"}"#)?.type == type)
  }

  @Test(arguments: [
    (#"{"id":"x","type":"number"}"#, "$.fields[0].type: unknown type 'number'"), (#"{"id":"x"}"#, "field 'x' has no 'type'"), (#"{"type":"id"}"#, "a field has no 'id'"), (#"{"id":1,"type":"id"}"#, "$.fields[0].id: expected a string, got the number 1"),
    (#"{"id":"x","type":1}"#, "$.fields[0].type: expected a string, got the number 1"), ("1", "$.fields[0]: expected an object, got the number 1"), (#"{"id":"x","type":"id"},{"id":"x","type":"text"}"#, "$.fields[1]: field 'x' is defined twice"),
    (#"{"id":"x","type":"text","nullable":1}"#, "$.fields[0].nullable: expected true or false, got the number 1"), (#"{"id":"x","type":"select","options":{}}"#, "$.fields[0].options: expected an array, got an object"),
    (#"{"id":"x","type":"json","schema":[]}"#, "$.fields[0].schema: expected a JSON Schema (an object, true or false), got an array"), (#"{"id":"x","type":"vector","dimensions":0}"#, "$.fields[0].dimensions: expected a whole number from 1 on, got the number"),
    (#"{"id":"x","type":"vector","element":"f4"}"#, "$.fields[0].element: unknown element type 'f4'"),
    (#"{"id":"x","type":"select","options":["a",1]}"#, "$.fields[0].options[1]: expected a string, got the number 1"),
    (#"{"id":"x","type":"integer","default":"1"}"#, "$.fields[0].default: expected an integer, got the string '1'"),
    (#"{"id":"x","type":"select","options":["a"],"default":"b"}"#, "$.fields[0].default: expected 'a', got the string 'b'"),
    (#"{"id":"x","type":"json","schema":{"items":{"type":"int"}}}"#, "$.fields[0].schema.items.type: unknown type 'int'"),
    (#"{"id":"x","type":"json","schema":{"properties":{"a b":{"minLength":-1}}}}"#, #"$.fields[0].schema.properties["a b"].minLength: expected a whole number from 0 on"#),
    (#"{"id":"x","type":"vector","dimensions":-1}"#, "$.fields[0].dimensions: expected a whole number from 1 on, got the number"), (#"{"id":"x","type":"vector","dimensions":99999999999999999999}"#, "$.fields[0].dimensions: expected a whole number from 1 on, got the number"),
  ])
  func `says what is wrong with a field`(json: String, words: String) throws {
    do {
      _ = try field(json)
      Issue.record("\(json) was read")
    } catch let error as RowError {
      #expect(error.message.contains(words), "\(error.message)")
      #expect(error.column != nil)
    }
  }

  @Test func `an unknown type is told with those that are known`() throws {
    do {
      _ = try field(#"{"id":"x","type":"blob"}"#)
      Issue.record("the type was read")
    } catch let error as RowError {
      #expect(error.hint == "the types are id, text, richtext, integer, real, boolean, date, select, tags, json, vector")
    }
  }
}
