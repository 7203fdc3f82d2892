import EpiTestSupport
import Foundation
import Testing

/// `--schema`, `--print-schema` and `--validate`.
struct SchemaFileTests {
  private let folder: TemporaryFolder
  /// A document without definitions, and one with.
  private let plain = Fixtures.path("workspaces/lww-rows/one-client.state.v1.bin")
  private let defined = Fixtures.path("workspaces/maps/plain.state.v1.bin")

  init() throws { folder = try TemporaryFolder() }

  /// The definitions of `defined` in three shapes, made by jq from what Yjs read of the document.
  private func shapes() throws -> [String] {
    let source = Fixtures.path("rows/plain.schema.json")
    let own = #"(.tables|to_entries[]|{epi:1,table:.key,fields:[.value.fields|to_entries[]|{id:.key}+.value]}),{epi:1,kv:[.kv|to_entries[]|{id:.key}+.value]}"#
    let filters = [
      "own.ndjson": ["-c", own], "map.json": [#"{tables:(.tables|map_values(.fields)),kv}"#], "document.json": ["."],
      "list.json": [#"{tables:[.tables|to_entries[]|{id:.key,name:.value.name,fields:[.value.fields|to_entries[]|{id:.key}+.value]}],kv:[.kv|to_entries[]|{id:.key}+.value]}"#],
    ]
    return try filters.sorted { $0.key < $1.key }.map { name, arguments in
      let run = try ToolRunner.program("jq").run(arguments + [source])
      #expect(run.status == 0, "\(run)")
      return try folder.write(run.text, to: name)
    }
  }

  private func sql(_ database: String) throws -> String {
    try ToolRunner.program("sqlite3").run(folder.file(database), "SELECT sql FROM sqlite_schema ORDER BY name").text
  }

  @Test func `the shapes give the same tables`() throws {
    let rows = try ToolRunner.ydecode.run(plain).output
    var found: Set<String> = []
    var printed: Set<String> = []
    for path in try shapes() {
      let run = try ToolRunner.materialize.run(["--no-validate", "--schema", path, "-o", folder.file("out.db")], input: rows)
      #expect(run.status == 0, "\(run)")
      found.insert(try sql("out.db"))
      printed.insert(try ToolRunner.ydecode.run("--schema", path, "--print-schema", plain).text)
    }
    #expect(found.count == 1)
    #expect(printed.count == 1)
    #expect(found.first?.contains(#""starred" INTEGER NOT NULL DEFAULT 0"#) == true)
    #expect(printed.first?.contains(#"{"epi":1,"kv":[{"id":"autosave","type":"boolean","default":true},"#) == true)
  }

  @Test func `what the document defines is printed, and read back`() throws {
    let schema = try ToolRunner.ydecode.run("--print-schema", defined)
    #expect(schema.status == 0)
    let lines = schema.text.split(separator: "\n")
    #expect(lines.map { $0.prefix(24) } == [#"{"epi":1,"table":"embedd"#, #"{"epi":1,"table":"record"#, #"{"epi":1,"kv":[{"id":"th"#])
    // They are the schema lines of the stream.
    let stream = try ToolRunner.ydecode.run(defined).text.split(separator: "\n").filter { $0.contains(#""fields":"#) && $0.hasPrefix(#"{"epi""#) }
    #expect(lines.dropLast() == stream[...])
    let path = try folder.write(schema.text, to: "schema.ndjson")
    #expect(try ToolRunner.ydecode.run("--schema", path, "--print-schema", defined).text == schema.text)
  }

  @Test func `what nobody defines is inferred from all rows, which fit it`() throws {
    let schema = try ToolRunner.ydecode.run("--print-schema", plain)
    #expect(schema.status == 0)
    #expect(schema.text.contains(#"{"id":"durationMs","type":"integer"},"#))
    #expect(schema.text.contains(#"{"id":"language","type":"text","nullable":true},"#))
    let path = try folder.write(schema.text, to: "schema.ndjson")
    let run = try ToolRunner.ydecode.run("--validate", "--schema", path, plain)
    #expect(run.status == 0, "\(run)")
    let rows = { (run: ToolRun) in run.text.split(separator: "\n").filter { $0.hasPrefix(#"{"table""#) }.count }
    #expect(try rows(run) == rows(ToolRunner.ydecode.run(plain)))
  }

  @Test func `a file counts before the document and the stream`() throws {
    let path = try folder.write(#"{"tables":{"recordings":{"title":{"type":"integer"}},"more":{"id":{"type":"id"}}}}"#, to: "schema.json")
    let printed = try ToolRunner.ydecode.run("--schema", path, "--print-schema", defined).text.split(separator: "\n")
    #expect(printed.count == 4)
    #expect(printed[0].hasPrefix(#"{"epi":1,"table":"embeddings","fields":[{"id":"id","type":"id"},{"id":"recordingId""#))
    #expect(printed[1] == #"{"epi":1,"table":"more","fields":[{"id":"id","type":"id"}]}"#)
    #expect(printed[2] == #"{"epi":1,"table":"recordings","fields":[{"id":"title","type":"integer"}]}"#)
    let rows = try ToolRunner.ydecode.run(defined).output
    let run = try ToolRunner.materialize.run(["-o", folder.file("out.db"), "--schema", path], input: rows)
    #expect(run.status == 1)
    #expect(run.errorText.contains("'title': expected an integer, got the string"))
    // What neither rows nor schema lines name is not made: nothing of an existing database is lost by a definition.
    #expect(try ToolRunner.program("sqlite3").run(folder.file("out.db"), "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name <> '_epi'").text == "embeddings,recordings\n")
  }

  @Test func `an error in the file names it, the line and the path`() throws {
    let path = try folder.write("{\"tables\":{\"posts\":{\"fields\":[\n{\"id\":\"a\",\"type\":\"id\"},\n{\"id\":\"b\",\"type\":\"number\"}]}}}\n", to: "schema.json")
    let complaint = "\(path):3:18: $.tables.posts.fields[1].type: unknown type 'number'"
    expectFailure(try ToolRunner.ydecode.run("--schema", path, plain), 65, complaint)
    expectFailure(try ToolRunner.materialize.run("--schema", path, "-o", folder.file("x"), input: Rows.notes), 65, complaint)
    expectFailure(try ToolRunner.index.run("--schema", path, "-o", folder.file("x"), input: Rows.notes), 65, complaint)
    expectFailure(try ToolRunner.index.run("--schema", "/no/such", "-o", folder.file("x"), input: Rows.notes), 66)
    #expect(folder.names == ["schema.json"])
  }

  @Test func `vectors can be defined in a file`() throws {
    let path = try folder.write(#"{"tables":{"notes":{"v":{"type":"vector","dimensions":3,"element":"f16"}}}}"#, to: "schema.json")
    #expect(try ToolRunner.index.run("--schema", path, "-o", folder.file("out.epi"), input: Rows.notes).status == 0)
    let short = Rows.notes + #"{"table":"notes","id":"d","row":{"v":[1,0]}}"# + "\n"
    let run = try ToolRunner.index.run("--schema", path, "-o", folder.file("out.epi"), input: short)
    #expect(run.status == 1)
    #expect(run.errorLines.first == "epi-index: warning: -:4: row 'notes/d': 'v': expected 3 numbers, got 2")
  }

  // MARK: epi-ydecode --validate

  @Test func `validated rows have their defaults, in the order of the schema, and are counted anew`() throws {
    let schema = #"{"tables":{"recordings":{"id":{"type":"id"},"title":{"type":"text"},"mood":{"type":"text","default":"a \"b\""},"starred":{"type":"boolean"},"#
      + #""rating":{"type":"real","nullable":true}}},"kv":{"theme":{"type":"select","options":["blue"]}}}"#
    let path = try folder.write(schema, to: "schema.json")
    let run = try ToolRunner.ydecode.run("--validate", "--schema", path, "--rejects", folder.file("bad"), "--report", folder.file("report"), plain)
    let lines = run.text.split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix(#"{"table":"recordings""#) }
    #expect(!rows.isEmpty)
    for row in rows {
      let fields = try #require(row.range(of: #""row":{"#)).upperBound
      #expect(row[fields...].hasPrefix(#""id":""#))
      let mood = try #require(row.range(of: #","mood":"a \"b\"","starred":"#))
      #expect(row[..<mood.lowerBound].contains(#""title":"#))
    }
    // A setting is checked as well.
    #expect(run.status == 1)
    #expect(run.errorLines == ["epi-ydecode: warning: \(plain): setting 'theme': expected 'blue', got the string 'light'"])
    #expect(!run.text.contains(#"{"kv":"theme""#))
    #expect(try folder.text("bad") == "{\"file\":\"\(plain)\",\"reason\":\"setting 'theme': expected 'blue', got the string 'light'\",\"text\":\"{\\\"kv\\\":\\\"theme\\\",\\\"value\\\":\\\"light\\\"}\"}\n")
    #expect(try folder.text("report").contains(#""rejected":1,"#))
    // The stream is whole: what reads it finds nothing to object to.
    let end = try #require(lines.last)
    #expect(end.hasPrefix(#"{"epi":1,"end":{"rows":18,"tables":2,"#))
    let database = try ToolRunner.materialize.run(["-o", folder.file("out.db"), "--require-end"], input: run.output)
    #expect(database.errorLines.allSatisfy { $0.contains("the schema of 'recordings' does not name") })
    #expect(try ToolRunner.program("sqlite3").run(folder.file("out.db"), "SELECT DISTINCT mood FROM recordings").text == "a \"b\"\n")
  }

  @Test func `a check that checked nothing says so`() throws {
    let run = try ToolRunner.ydecode.run("--validate", plain)
    #expect(run.status == 1)
    #expect(run.errorLines.first == "epi-ydecode: warning: \(plain): nothing can be validated: neither the document nor a file defines a table")
    #expect(try run.output == ToolRunner.ydecode.run(plain).output)
  }

  @Test func `rows of a real document that do not fit are left out of the stream`() throws {
    let mixed = Fixtures.path("workspaces/maps/concurrent-5.state.v1.bin")
    let all = try ToolRunner.ydecode.run(mixed)
    let run = try ToolRunner.ydecode.run("--validate", "--rejects", folder.file("bad"), mixed)
    #expect(run.status == 1)
    let bad = try folder.text("bad").split(separator: "\n").count
    let count = { (run: ToolRun) in run.text.split(separator: "\n").filter { $0.hasPrefix(#"{"table""#) }.count }
    #expect(bad > 0)
    #expect(count(run) + bad == count(all))
    #expect(run.text.contains(#""end":{"rows":\#(count(run)),"#))
    // What is left fits: checked again, nothing more goes.
    #expect(try ToolRunner.materialize.run(["--on-error=stop", "-o", folder.file("out.db")], input: run.output).status != 65)
    #expect(try ToolRunner.ydecode.run("--validate", "--on-error=stop", mixed).status == 65)
    let quiet = try ToolRunner.ydecode.run("--validate", "-q", mixed)
    #expect(quiet.status == 1 && quiet.errorText == "")
  }

  /// What makes no sense in a document's own definitions is told with its path and left out; the rows stay whole.
  @Test func `odd definitions of a document lose no data`() throws {
    let odd = Fixtures.path("validation/odd-definitions.v1.bin")
    let run = try ToolRunner.ydecode.run(odd)
    #expect(run.status == 0)
    #expect(
      run.errorLines == [
        #"$.schema.kv["odd one"].type: unknown type 'colour'"#, "$.schema.tables.posts.fields.count.type: unknown type 'number'",
        "$.schema.tables.posts.fields.state.options[1]: expected a string, got the number 1", "$.schema.tables.posts.fields.more: expected a plain object",
        "$.schema.tables.posts.fields.extra.schema.minimum: expected a number, got the string 'x'",
        "$.schema.tables.posts.fields.size.default: expected an integer, got the string 'big'",
      ].map { "epi-ydecode: warning: \(odd): \($0); the definition is left out" })
    #expect(
      run.text.split(separator: "\n")[1...5] == [
        #"{"epi":1,"table":"posts","fields":[{"id":"id","type":"id"},{"id":"title","type":"text","default":"none"},{"id":"vec","type":"vector","dimensions":2,"element":"f16"}]}"#,
        #"{"table":"posts","id":"a","row":{"id":"a","title":"first","vec":[0.5,1],"count":1,"state":"a"}}"#,
        #"{"table":"posts","id":"b","row":{"id":"b","vec":[1,2],"size":3}}"#, #"{"table":"posts","id":"c","row":{"id":"c","vec":[1]}}"#,
        #"{"kv":"odd one","value":7}"#,
      ])
    let checked = try ToolRunner.ydecode.run("-q", "--validate", odd)
    #expect(checked.status == 1)
    #expect(
      checked.text.split(separator: "\n").dropFirst(2).dropLast() == [
        #"{"table":"posts","id":"a","row":{"id":"a","title":"first","vec":[0.5,1],"count":1,"state":"a"}}"#,
        #"{"table":"posts","id":"b","row":{"id":"b","title":"none","vec":[1,2],"size":3}}"#, #"{"kv":"odd one","value":7}"#,
      ])
  }

  @Test func `options that make no sense together are wrong use`() throws {
    expectFailure(try ToolRunner.ydecode.run("--rejects", folder.file("x"), plain), 64)
    expectFailure(try ToolRunner.ydecode.run("--on-error=stop", plain), 64)
    expectFailure(try ToolRunner.ydecode.run("--validate", "--on-error=stop", "--rejects", folder.file("x"), plain), 64)
    expectFailure(try ToolRunner.ydecode.run("--validate", "--rejects", "-", plain), 64)
    expectFailure(try ToolRunner.ydecode.run("--print-schema", "--validate", plain), 64)
    expectFailure(try ToolRunner.ydecode.run("--dump", "--validate", plain), 64)
    expectFailure(try ToolRunner.ydecode.run("--inspect", "--print-schema", plain), 64)
    #expect(folder.names == [])
  }
}
