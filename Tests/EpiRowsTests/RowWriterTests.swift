import EpiBytes
import EpiRows
import Testing

struct RowWriterTests {
  private static let schema = TableSchema(
    name: "no\"tes",
    fields: [
      FieldDefinition(name: "id", type: .id), FieldDefinition(name: "naïve\n", type: .richtext, isNullable: true),
      FieldDefinition(name: "state", type: .select, defaultJSON: Array(#""a""#.utf8), optionsJSON: Array(#"["a","b"]"#.utf8)),
      FieldDefinition(name: "meta", type: .json, schemaJSON: Array(#"{"type":"object"}"#.utf8)), FieldDefinition(name: "v", type: .vector, dimensions: 384),
    ])

  private func written(_ write: (inout ByteWriter) -> Void) -> String {
    var writer = ByteWriter(capacity: 16)
    write(&writer)
    return StreamText.string(writer)
  }

  @Test func `writes keys in their fixed order, and only those that say something`() {
    #expect(written { RowWriter.appendBegin(StreamBegin(.snapshot), to: &$0) } == #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n")
    #expect(written { RowWriter.appendBegin(StreamBegin(.changes), to: &$0) } == #"{"epi":1,"begin":{"mode":"changes"}}"# + "\n")
    #expect(
      written { RowWriter.appendSchema(Self.schema, to: &$0) }
        == #"{"epi":1,"table":"no\"tes","fields":[{"id":"id","type":"id"},{"id":"naïve\n","type":"richtext","nullable":true},{"id":"state","type":"select","default":"a","options":["a","b"]},{"id":"meta","type":"json","schema":{"type":"object"}},{"id":"v","type":"vector","dimensions":384}]}"#
        + "\n")
    #expect(written { RowWriter.appendEnd(StreamEnd(), to: &$0) } == #"{"epi":1,"end":{"rows":0,"tables":0,"pending":0}}"# + "\n")
    #expect(
      written { RowWriter.appendEnd(StreamEnd(rows: 1, tables: 2, pending: 3, state: "AA==", hash: "0f"), to: &$0) }
        == #"{"epi":1,"end":{"rows":1,"tables":2,"pending":3,"state":"AA==","hash":"0f"}}"# + "\n")
  }

  @Test func `what is written is read again`() throws {
    let end = StreamEnd(rows: 1, tables: 2, pending: 3, state: "AA==", hash: "0f")
    var reader = RowReader()
    RowWriter.appendBegin(StreamBegin(.changes, since: "0f"), to: &reader.input)
    RowWriter.appendSchema(Self.schema, to: &reader.input)
    RowWriter.appendEnd(end, to: &reader.input)
    reader.endOfInput()
    #expect(try reader.next() == .begin(StreamBegin(.changes, since: "0f")))
    #expect(try reader.next() == .schema(Self.schema))
    #expect(try reader.next() == .end(end))
    #expect(try reader.next() == nil)
  }
}
