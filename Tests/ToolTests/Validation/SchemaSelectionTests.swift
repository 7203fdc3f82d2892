import EpiTestSupport
import Testing

/// Definitions and checks together with what chooses among tables: --table, --exclude, --kv, --bare and paths.
struct SchemaSelectionTests {
  private let folder: TemporaryFolder
  private let defined = Fixtures.path("workspaces/maps/plain.state.v1.bin")
  /// Some rows of its table `recordings` do not fit, all of `embeddings` do.
  private let mixed = Fixtures.path("workspaces/maps/concurrent-5.state.v1.bin")

  init() throws { folder = try TemporaryFolder() }

  @Test func `the schema of the chosen tables is printed`() throws {
    let all = try ToolRunner.ydecode.run("--print-schema", defined).lines
    try #require(all.count == 3)
    for (options, wanted) in [
      (["--table=recordings"], [all[1]]), (["--exclude=rec*"], [all[0], all[2]]), (["--kv"], [all[2]]), (["--table=*"], [all[0], all[1]]),
    ] {
      let run = try ToolRunner.ydecode.run(["--print-schema"] + options + [defined])
      #expect(run.status == 0 && run.lines == wanted && run.errorText == "", "\(options) \(run)")
    }
  }

  @Test func `tables of a file of definitions can be chosen`() throws {
    let schema = try folder.write(#"{"tables":{"empty":{"id":{"type":"id"}},"other":{"id":{"type":"id"}}}}"#, to: "schema.json")
    let line = #"{"epi":1,"table":"empty","fields":[{"id":"id","type":"id"}]}"#
    let run = try ToolRunner.ydecode.run("--schema", schema, "--table", "emp*", defined)
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    #expect(run.lines.dropFirst().dropLast() == [line])
    #expect(try ToolRunner.ydecode.run("--schema", schema, "--table", "emp*", "--print-schema", defined).lines == [line])
  }

  @Test func `only rows of chosen tables are checked`() throws {
    let all = try ToolRunner.ydecode.run("--validate", mixed)
    #expect(all.status == 1)
    let sound = try ToolRunner.ydecode.run("--validate", "--exclude=recordings", "--report", folder.file("report"), mixed)
    #expect(sound.status == 0 && sound.errorText == "", "\(sound)")
    #expect(sound.lines.count > 3)
    #expect(try ExpectedValue(json: folder.bytes("report"))["rejected"] == .number(0))
    let faulty = try ToolRunner.ydecode.run("--validate", "--table=recordings", "--report", folder.file("report"), mixed)
    #expect(faulty.status == 1)
    #expect(faulty.errorLines == all.errorLines)
    let report = try ExpectedValue(json: folder.bytes("report"))
    #expect(report["rejected"] != .number(0) && report["skipped"] == .number(0))
    let settings = try ToolRunner.ydecode.run("--validate", "--kv", defined)
    #expect(settings.status == 0)
    #expect(try settings.lines == ToolRunner.ydecode.run("--kv", defined).lines)
  }

  @Test(arguments: [ToolRunner.materialize, .index])
  func `readers check and define the chosen tables only`(_ tool: ToolRunner) throws {
    let schema = try folder.write(#"{"tables":{"a":{"id":{"type":"id"},"v":{"type":"vector"}},"b":{"id":{"type":"id"},"v":{"type":"text"}}}}"#, to: "s.json")
    let rows = ["a", "b"].map { #"{"table":"\#($0)","id":"1","row":{"v":[1,2]}}"# + "\n" }
    let inputs = try zip(["first", "second"], rows).map { try folder.write($1, to: $0) }
    let arguments = ["--schema", schema, "-o", folder.file("out")]
    // The row of b does not fit.
    #expect(try tool.run(arguments + inputs).status == 1)
    for options in [["--table=a"], ["--exclude=b"]] {
      let run = try tool.run(options + arguments + inputs)
      #expect(run.status == 0 && run.errorText == "", "\(run)")
    }
    // What there is in all inputs counts.
    let run = try tool.run(["--exclude=b", "--exclude=c*"] + arguments + inputs)
    #expect(run.status == 0)
    #expect(run.errorLines == ["\(tool): warning: no table matches --exclude 'c*'; the tables are 'a', 'b'"])
    // A plain name is the table of bare objects too, and they are checked.
    let bare = try tool.run("--table=a", "--schema", schema, "-o", folder.file("out"), input: #"{"id":"1","v":[1,2]}"# + "\n" + #"{"id":"2","v":"x"}"# + "\n")
    #expect(bare.status == 1)
    #expect(bare.errorLines.first?.contains("row 'a/2': 'v': expected") == true, "\(bare)")
  }

  @Test func `rows that paths lead to have schemas too`() throws {
    let made = try ToolRunner.peerPython().run("\(Fixtures.packageRoot)/Tests/Peers/pycrdt_applications.py", folder.path)
    try #require(made.status == 0, "\(made)")
    let path = "path=app.todos.*"
    let document = folder.file("app.yjs")
    let inferred = try ToolRunner.ydecode.run("--print-schema", "--layout", path, document)
    #expect(inferred.status == 0)
    #expect(inferred.lines.count == 1 && inferred.lines[0].hasPrefix(#"{"epi":1,"table":"todos","fields":["#), "\(inferred)")
    let own = try folder.write(inferred.text, to: "inferred.ndjson")
    #expect(try ToolRunner.ydecode.run("--validate", "--schema", own, "--layout", path, document).status == 0)
    let narrow = try folder.write(#"{"tables":{"todos":{"title":{"type":"text","default":"untitled"},"uid":{"type":"text","nullable":true}}}}"#, to: "narrow.json")
    let run = try ToolRunner.ydecode.run("--validate", "--schema", narrow, "--layout", path, document)
    #expect(run.status == 1)
    #expect(run.errorLines.first?.contains("row 'todos/2': 'uid': expected a string, got the number 3") == true, "\(run)")
    #expect(run.lines.contains { $0.hasPrefix(#"{"table":"todos","id":"4","row":{"title":"untitled","#) }, "\(run)")
  }

  @Test func `bare objects are not checked`() throws {
    expectFailure(try ToolRunner.ydecode.run("--bare", "--table=recordings", "--validate", defined), 64, "--validate checks the row stream; it does not go with --bare")
    expectFailure(try ToolRunner.ydecode.run("--bare", "--kv", "--validate", defined), 64)
    expectFailure(try ToolRunner.ydecode.run("--bare", "--kv", "--print-schema", defined), 64)
  }
}
