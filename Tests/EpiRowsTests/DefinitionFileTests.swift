import EpiBytes
import EpiRows
import EpiTestSupport
import Testing

struct DefinitionFileTests {
  private func read(_ text: String) throws(RowError) -> WorkspaceSchema {
    var bytes = ByteWriter()
    bytes.append(text)
    return try WorkspaceSchema(reading: bytes)
  }

  /// The error that reading ends with.
  private func fault(_ text: String) -> RowError? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return error
    }
  }

  private static let expected = WorkspaceSchema(
    tables: [
      TableSchema(
        name: "posts",
        fields: [
          FieldDefinition(name: "id", type: .id),
          FieldDefinition(name: "state", type: .select, isNullable: true, defaultJSON: Array(#""a""#.utf8), optionsJSON: Array(#"["a","b c"]"#.utf8)),
          FieldDefinition(name: "type", type: .text),
          FieldDefinition(name: "v", type: .vector, dimensions: 384, element: .bf16),
        ]),
      TableSchema(name: "a.b", fields: [FieldDefinition(name: "fields", type: .json, schemaJSON: Array(#"{"type":"object"}"#.utf8))]),
      TableSchema(name: "empty", fields: []),
    ],
    settings: [FieldDefinition(name: "theme", type: .text, defaultJSON: Array(#""dark""#.utf8))])

  private static let own = #"""
    {"epi":1,"begin":{"mode":"snapshot"}}
    {"epi":1,"table":"posts","fields":[{"id":"id","type":"id"},{"id":"state","type":"select","nullable":true,"default":"a","options":["a","b c"]},{"id":"type","type":"text"},{"id":"v","type":"vector","dimensions":384,"element":"bf16"}]}
    {"table":"posts","id":"x","row":{"state":"a"}}

    {"epi":1,"table":"a.b","fields":[{"id":"fields","type":"json","schema":{"type":"object"}}]}
    {"epi":1,"table":"empty","fields":[]}
    {"epi":1,"kv":[{"id":"theme","type":"text","default":"dark"}]}
    """#

  private static let map = #"""
    {
      "tables": {
        "posts": {
          "id": {"type": "id"},
          "state": {"type": "select", "nullable": true, "default": "a", "options": ["a",
            "b c"]},
          "type": {"type": "text"},
          "v": {"type": "vector", "dimensions": 384, "element": "bf16"}
        },
        "a.b": {"fields": {"type": "json", "schema": { "type" : "object" }}},
        "empty": {}
      },
      "kv": {"theme": {"type": "text", "default": "dark"}}
    }

    """#

  private static let list = #"""
    {"id":"blog","tables":[
      {"id":"posts","name":"Posts","icon":null,"fields":[{"id":"id","type":"id"},{"id":"state","type":"select","nullable":true,"default":"a","options":["a","b c"]},
        {"id":"type","type":"text","name":"Type"},{"id":"v","type":"vector","dimensions":384,"element":"bf16"}]},
      {"id":"a.b","fields":[{"id":"fields","type":"json","schema":{"type":"object"}}]},
      {"id":"empty","fields":[]}],
     "kv":[{"id":"theme","type":"text","default":"dark"}]}
    """#

  /// As a document has it in its root map `schema`, and the mixture of both.
  private static let documents = [
    #"{"tables":{"t":{"name":"T","description":"","fields":{"id":{"type":"id"},"n":{"type":"real"}}}},"kv":{}}"#,
    #"{"tables":{"t":{"fields":[{"id":"id","type":"id"},{"id":"n","type":"real"}]}}}"#,
  ]

  @Test(arguments: [own, map, list])
  func `all shapes say the same`(text: String) throws {
    #expect(try read(text) == Self.expected)
    #expect(try read(text.replacing("\n", with: "\r\n")) == Self.expected)
  }

  @Test(arguments: documents)
  func `a table may have a name and an icon beside its fields`(text: String) throws {
    #expect(
      try read(text).tables == [TableSchema(name: "t", fields: [FieldDefinition(name: "id", type: .id), FieldDefinition(name: "n", type: .real)])])
  }

  @Test func `what is printed is read back`() throws {
    var text = ByteWriter()
    for table in Self.expected.tables { RowWriter.appendSchema(table, to: &text) }
    RowWriter.appendSettings(Self.expected.settings, to: &text)
    #expect(try WorkspaceSchema(reading: text) == Self.expected)
  }

  @Test(arguments: [
    (#"{"tables":{"posts":{"fields":[{"id":"a","type":"id"},{"id":"b","type":"text"},{"id":"c","type":"number"}]}}}"#, 1, "$.tables.posts.fields[2].type: unknown type 'number'"),
    ("{\"tables\":{\n\"posts\":{\n  \"a\":{\"type\":7}}}}", 3, "$.tables.posts.a.type: expected a string, got the number 7"),
    (#"{"tables":{"a b":{"c.d":{"nullable":true}}}}"#, 1, #"$.tables["a b"]["c.d"]: field 'c.d' has no 'type'"#),
    ("{\"tables\":[\n{\"id\":\"t\",\"fields\":[{\"type\":\"text\"}]}]}", 2, "$.tables[0].fields[0]: a field has no 'id'"),
    (#"{"tables":[{"fields":[]}]}"#, 1, "$.tables[0]: a table has no 'id'"), (#"{"tables":[{"id":"t"}]}"#, 1, "$.tables[0]: a table has no 'fields'"),
    (#"{"tables":[{"id":"t","fields":[]},{"id":"t","fields":[]}]}"#, 1, "$.tables[1].id: table 't' is defined twice"),
    (#"{"tables":[{"id":"t","fields":7}]}"#, 1, "$.tables[0].fields: expected an object, got the number 7"),
    (#"{"tables":{"t":{"fields":7}}}"#, 1, "$.tables.t.fields: expected an object or an array of fields, got the number 7"),
    (#"{"tables":7}"#, 1, "$.tables: expected an object, got the number 7"), (#"{"table":{}}"#, 1, "$: expected 'tables'"),
    (#"{"tables":{},"kv":{"a":{"type":"text","default":1}}}"#, 1, "$.kv.a.default: expected a string, got the number 1"),
    (#"{"tables":{}} x"#, 1, "$: expected nothing after the object"), ("[]", 1, "$: expected a JSON object"), ("", 1, "$: expected a JSON object"),
    ("{\"tables\":{\n}\n,}", 3, "$: expected a name"),
    ("{\"epi\":1}\n{\"epi\":1,\"table\":\"t\",\"fields\":[{\"id\":\"a\",\"type\":\"x\"}]}", 2, "$.fields[0].type: unknown type 'x'"),
    ("{\"epi\":1,\"kv\":[{\"id\":\"a\"}]}", 1, "$.kv[0]: field 'a' has no 'type'"), ("{\"epi\":2}", 1, "$.epi: "),
    ("{\"epi\":1}\n{\"epi\":1,\"table\":\"t\",\"fields\":[]}\n{\"epi\":1,\"table\":\"t\",\"fields\":[]}", 3, "$: table 't' is defined twice"),
  ])
  func `an error names the line and the path`(text: String, line: Int, words: String) {
    let error = fault(text)
    #expect(error?.line == line)
    #expect(error?.message.hasPrefix(words) == true, "\(error?.message ?? "no error")")
    #expect(error?.column != nil)
  }

  @Test func `the column is that of the value`() {
    #expect(fault("{\"tables\":{\n  \"t\":{\"a\":{\"type\":\"x\"}}}}")?.place(in: "f") == "f:2:20")
  }

  /// Damaged files are read or refused with a place inside them; whatever is read can be printed and read again.
  @Test(arguments: Seeds.list(4))
  func `a damaged file is no reason to trap`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let texts = ([Self.own, Self.map, Self.list] + Self.documents).map { Array($0.utf8) }
    let alphabet = Array("{}[]\",:\\u019.-e \n".utf8) + [0, 0x80, 0xff]
    var read = 0
    for _ in 0..<2000 {
      var bytes = texts.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = alphabet.randomElement(using: &random)!
        case 1: bytes.removeSubrange(at..<min(at + Int.random(in: 1...9, using: &random), bytes.count))
        default: bytes.insert(contentsOf: bytes[at..<min(at + Int.random(in: 1...30, using: &random), bytes.count)], at: at)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      var text = ByteWriter()
      text.append(bytes)
      do {
        let schema = try WorkspaceSchema(reading: text)
        read += 1
        var printed = ByteWriter()
        for table in schema.tables { RowWriter.appendSchema(table, to: &printed) }
        if !schema.settings.isEmpty || schema.tables.isEmpty { RowWriter.appendSettings(schema.settings, to: &printed) }
        #expect(try WorkspaceSchema(reading: printed) == schema)
      } catch {
        #expect(error.line >= 1 && error.line <= bytes.count { $0 == 0x0a } + 1)
        #expect(error.column ?? 0 >= 1)
      }
    }
    #expect(read > 100)
  }

  @Test func `names that Swift takes for equal are different tables`() throws {
    let text = "{\"tables\":{\"\u{e9}\":{},\"e\u{301}\":{\"e\u{301}\":{\"type\":\"text\"},\"\u{e9}\":{\"type\":\"real\"}}}}"
    let schema = try read(text)
    #expect(schema.tables.count == 2 && schema.tables[1].fields.count == 2)
    #expect(schema.tables.map { Array($0.name.utf8) } == [Array("\u{e9}".utf8), Array("e\u{301}".utf8)])
  }
}
