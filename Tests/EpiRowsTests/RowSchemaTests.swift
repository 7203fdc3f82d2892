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
            FieldDefinition(name: "v", type: .vector, dimensions: 384), FieldDefinition(name: "body", type: .richtext),
          ]))
  }

  @Test(arguments: FieldType.allCases)
  func `reads every type`(type: FieldType) throws {
    #expect(try field(#"{"id":"x","type":"\#(type.rawValue)"}"#)?.type == type)
  }

  @Test(arguments: [
    (#"{"id":"x","type":"number"}"#, "field 'x' has the unknown type 'number'"), (#"{"id":"x"}"#, "field 'x' has no 'type'"), (#"{"type":"id"}"#, "a field has no 'id'"), (#"{"id":1,"type":"id"}"#, "'id' is a number"),
    (#"{"id":"x","type":1}"#, "'type' is a number"), ("1", "'fields' is a number, not an object"), (#"{"id":"x","type":"id"},{"id":"x","type":"text"}"#, "field 'x' of table 't' is defined twice"),
    (#"{"id":"x","type":"text","nullable":1}"#, "'nullable' of field 'x' is a number"), (#"{"id":"x","type":"select","options":{}}"#, "'options' of field 'x' is an object"),
    (#"{"id":"x","type":"json","schema":[]}"#, "'schema' of field 'x' is an array"), (#"{"id":"x","type":"vector","dimensions":0}"#, "'dimensions' of field 'x'"),
    (#"{"id":"x","type":"vector","dimensions":-1}"#, "'dimensions' of field 'x'"), (#"{"id":"x","type":"vector","dimensions":99999999999999999999}"#, "'dimensions' of field 'x'"),
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
