import EpiTestSupport
import Foundation
import Testing

/// Texts as rows and as queries, made vectors by a program.
struct EmbeddingTests {
  private let folder: TemporaryFolder
  private let log: String

  init() throws {
    folder = try TemporaryFolder()
    log = folder.file("log")
  }

  private func program(_ options: String = "") -> String { "python3 '\(Fixtures.path("embedders/fake_embedder.py"))' --log '\(log)' \(options)" }

  private func index(_ arguments: String..., program: String? = nil, rows: String = Self.rows, to name: String = "t.epi") throws -> ToolRun {
    let options = ["--embed-with", program ?? self.program(), "--text", "t.body", "-o", folder.file(name)]
    return try ToolRunner.index.run(arguments + options, input: Array(rows.utf8))
  }

  /// The texts that were sent since the last call.
  private func sent() throws -> [String] {
    defer { try? FileManager.default.removeItem(atPath: log) }
    return folder.names.contains("log") ? try folder.text("log").split(separator: "\n").map(String.init) : []
  }

  private func ids(_ name: String = "t.epi", _ arguments: String...) throws -> [[String]] {
    let run = try ToolRunner.search.run(["-k1", "--format=ids", "--embed-with", program()] + arguments + [folder.file(name)])
    #expect(run.status == 0, "\(run)")
    _ = try sent()
    return try run.lines.map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
  }

  private static let rows = """
    {"table":"t","id":"a","row":{"body":"about ants","title":"A"}}
    {"table":"t","id":"b","row":{"body":"about \\"bees\\" and\\nwasps","title":"B"}}
    {"table":"t","id":"c","row":{"body":"","title":"C"}}
    {"table":"t","id":"d","row":{"title":"D"}}
    {"table":"t","id":"e","row":{"body":"about ants","title":"E"}}
    {"table":"t","id":"b","row":{"body":"about bees","title":"B"}}
    {"table":"u","id":"x","row":{"body":"of another table"}}

    """

  @Test func `rows get vectors of their texts, each text is sent once`() throws {
    let run = try index("--store", "title")
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    #expect(try sent() == ["a=about ants", "b=about bees"])
    #expect(try ToolRunner.index.run("--check", folder.file("t.epi")).status == 0)
    #expect(try ids("t.epi", "--text", "about ants", "--text", "about bees") == [["a"], ["b"]])
    let both = try ToolRunner.search.run("--embed-with", program(), "--text", "about ants", "--max-distance=0", folder.file("t.epi"))
    #expect(
      both.lines == [
        #"{"query":"about ants","rank":1,"table":"t","id":"a","distance":0,"row":{"title":"A"}}"#,
        #"{"query":"about ants","rank":2,"table":"t","id":"e","distance":0,"row":{"title":"E"}}"#,
      ])
  }

  @Test func `the answers may come in any order, and after the end`() throws {
    #expect(try index().status == 0)
    #expect(try index(program: program("--order=reversed"), to: "r.epi").status == 0)
    #expect(try folder.bytes("t.epi").firstDifference(from: folder.bytes("r.epi")) == nil)
  }

  @Test func `many texts go through a program that reads all before it answers`() throws {
    let rows = (0..<3_000).map { #"{"table":"t","id":"\#($0)","row":{"body":"\#(String(repeating: "word\($0) ", count: 200))"}}"# + "\n" }.joined()
    let run = try index(program: program("--order=reversed"), rows: rows)
    #expect(run.status == 0, "\(run)")
    #expect(try sent().count == 3_000)
  }

  @Test func `known texts are never sent again`() throws {
    #expect(try index("--model", "m").status == 0)
    _ = try sent()
    // One text is new, one has moved to another row, one row has gone, and the program would fail if it were started for the rest.
    #expect(try index("--model", "m", "--reuse", folder.file("t.epi"), program: "exit 3", to: "same.epi").status == 0)
    #expect(try folder.bytes("same.epi").firstDifference(from: folder.bytes("t.epi")) == nil)
    let changed = Self.rows.replacing(#""a","row":{"body":"about ants""#, with: #""a","row":{"body":"about bees""#) + #"{"table":"t","id":"f","row":{"body":"new"}}"#
    #expect(try index("--model", "m", "--reuse", folder.file("t.epi"), rows: changed, to: "new.epi").status == 0)
    #expect(try sent() == ["f=new"])
    #expect(try index("--model", "m", rows: changed, to: "afresh.epi").status == 0)
    #expect(try folder.bytes("new.epi").firstDifference(from: folder.bytes("afresh.epi")) == nil)
    _ = try sent()
    // Another model's vectors are of no use.
    let other = try index("--model", "n", "--reuse", folder.file("t.epi"), to: "other.epi")
    #expect(other.errorText == "epi-index: warning: '\(folder.file("t.epi"))' cannot be reused: its texts were embedded by the model 'm', not 'n'\n")
    #expect(try sent().count == 2)
  }

  @Test func `vectors that rows have stay, others are made`() throws {
    let rows = #"{"table":"t","id":"v","row":{"body":"has its own","v":[1,0,0,0,0,0,0,0]}}"# + "\n" + Self.rows
    #expect(try index("--column", "t.v", rows: rows).status == 0)
    #expect(try sent() == ["a=about ants", "b=about bees"])
    #expect(try ToolRunner.search.run("-k1", "--format=ids", folder.file("t.epi"), input: "[1,0,0,0,0,0,0,0]\n").text == "[\"v\"]\n")
    #expect(try ids("t.epi", "--text", "about bees") == [["b"]])
    expectFailure(try index("--column", "u.v"), 64, "'--text' and '--column' name fields of two tables, 't' and 'u'")
  }

  @Test func `a long text becomes rows of its pieces`() throws {
    let words = (1...23).map { "w\($0)" }.joined(separator: " ")
    let rows = #"{"table":"t","id":"long","row":{"body":" \#(words)\n","title":"L"}}"# + "\n" + #"{"table":"t","id":"s","row":{"body":"one two","title":"S"}}"# + "\n"
    #expect(try index("--chunk", "10", "--store", "title,body", rows: rows).status == 0)
    let pieces = try sent()
    #expect(pieces == ["long#1=w1 w2 w3 w4 w5 w6 w7", "long#2=w8 w9 w10 w11 w12 w13 w14 w15", "long#3=w16 w17 w18 w19 w20 w21 w22 w23", "s=one two"])
    let run = try ToolRunner.search.run("-k1", "--embed-with", program(), "--text", "w8 w9 w10 w11 w12 w13 w14 w15", folder.file("t.epi"))
    #expect(run.text.hasSuffix(#""id":"long#2","distance":0,"row":{"title":"L","body":"w8 w9 w10 w11 w12 w13 w14 w15"}}"# + "\n"))
    // The row's id stands for all its pieces, in a list and in the database.
    let listed = try ToolRunner.search.run("--format=ids", "--like", "s", "--ids-from", "-", folder.file("t.epi"), input: "long\n")
    #expect(Set(try JSONDecoder().decode([String].self, from: listed.outputData)) == ["long#1", "long#2", "long#3"])
    #expect(try ToolRunner.materialize.run("-o", folder.file("t.db"), input: rows).status == 0)
    let joined = try ToolRunner.search.run(
      "-k9", "--like", "s", "--db", folder.file("t.db"), "--where", "title = 'L'", "--fields", "title", "--format=tsv", folder.file("t.epi"))
    #expect(joined.lines.dropFirst().allSatisfy { $0.hasSuffix("\tL") } && joined.lines.count == 4, "\(joined)")
  }

  @Test func `a text that the program refuses, or answers wrongly, is told with its row`() throws {
    let bad = #"{"table":"t","id":"r","row":{"body":"refuse this"}}"# + "\n" + #"{"table":"t","id":"s","row":{"body":"short one"}}"# + "\n"
    expectFailure(try index(rows: Self.rows + bad), 65, "-:8: row 't/r' was refused by the program: not this one")
    #expect(!folder.names.contains("t.epi"))
    let rejects = folder.file("rejects")
    let run = try index("--on-error=skip", "--rejects", rejects, rows: Self.rows + bad)
    #expect(run.status == 1)
    #expect(
      run.errorLines == [
        "epi-index: warning: -:8: row 't/r' was refused by the program: not this one", "epi-index: warning: -:9: row 't/s' has 3 dimensions, the index has 8",
      ])
    #expect(try folder.text("rejects").contains(#""text":"{\"id\":\"r\",\"text\":\"refuse this\"}""#))
  }

  @Test(arguments: [
    ("exit 3", "ended with status 3"), ("true", "ended"), ("head -n 1 >/dev/null; kill -9 $$", "was ended by signal 9"), ("nosuchprogram 2>/dev/null", "could not be found or run (status 127)"),
  ])
  func `a program that ends early is told with the row it owes`(command: String, how: String) throws {
    let run = try index(program: command)
    expectFailure(run, 65, "the program '\(command)' \(how) without an answer for 'a' and 1 more")
    #expect(!folder.names.contains("t.epi"))
  }

  @Test(arguments: [
    ("cat", "expected an array of numbers, got '{'"), ("echo hello; cat >/dev/null", "expected a JSON object, got 'h'"),
    (#"echo '{"id":"z","embedding":[1,2]}'; cat >/dev/null"#, "no text has the id 'z'"), (#"echo '{"embedding":[1,2]}'; cat >/dev/null"#, "it has no id"),
    (#"echo '{"id":"a","embedding":[1,2]}'; echo '{"id":"a","embedding":[1,2]}'; cat >/dev/null"#, "a second answer for 'a'"),
  ])
  func `what is no answer is told with its line`(command: String, reason: String) throws {
    let run = try index(program: command)
    expectFailure(run, 65)
    #expect(run.errorLines.first?.hasPrefix("epi-index: line ") == true)
    #expect(run.errorLines.first?.hasSuffix(" of the output of '\(command)': \(reason)") == true, "\(run)")
  }

  @Test func `queries may be texts among vectors, in order, and line by line`() throws {
    #expect(try index().status == 0)
    let input = #"{"id":"q","text":"about bees"}"# + "\n[0,0,0,0,0,0,0,0]\n\"about ants\"\n" + #"{"id":"r","text":"refuse"}"# + "\n"
    let run = try ToolRunner.search.run("-k1", "--format=ids", "--on-error=skip", "--embed-with", program("--order=reversed"), folder.file("t.epi"), input: input)
    #expect(run.text == "[\"b\"]\nnull\n[\"a\"]\nnull\n")
    #expect(run.status == 1 && run.errorLines.count == 2, "\(run)")
    let follow = try ToolRunner.shell(
      """
      coproc epi-search --follow -k1 --format=ids --embed-with "\(program())" '\(folder.file("t.epi"))'
      for text in '"about bees"' '"about ants"'; do echo "$text" >&${COPROC[1]}; read -r -t 20 line <&${COPROC[0]}; echo "$line"; done
      """)
    #expect(follow.text == "[\"b\"]\n[\"a\"]\n", "\(follow)")
    expectFailure(try ToolRunner.search.run(folder.file("t.epi"), input: "\"about ants\"\n"), 65)
  }

  @Test func `a stream of changes embeds what has changed`() throws {
    let changes = #"{"epi":1,"begin":{"mode":"changes"}}"# + "\n" + Self.rows + #"{"epi":1,"end":{"rows":7,"tables":2,"pending":0}}"# + "\n"
      + #"{"table":"t","id":"a","row":{"body":"about ants","title":"again"}}"# + "\n" + #"{"table":"t","id":"b","deleted":true}"# + "\n"
      + #"{"table":"t","id":"c","row":{"body":"now a text"}}"# + "\n" + #"{"epi":1,"end":{"rows":3,"tables":1,"pending":0}}"# + "\n"
    let run = try index(rows: changes)
    #expect(run.status == 0, "\(run)")
    #expect(try sent() == ["a=about ants", "b=about bees", "c=now a text"])
    #expect(try ids("t.epi", "--text", "now a text", "--text", "about bees") != [["c"], ["b"]])
    #expect(try ToolRunner.index.run("--check", folder.file("t.epi")).status == 0)
  }

  @Test func `the model finds by its texts what its own vectors find`() throws {
    let folder = "\(Fixtures.packageRoot)/.build-model/bin/python"
    try #require(FileManager.default.isExecutableFile(atPath: folder), "there is no '\(folder)' with the model; run Tests/run.sh, which makes it")
    let script = """
      set -euo pipefail
      epi-ydecode '\(Demo.state)' |
        epi-index --column embeddings.embedding --join recordings:recordingId --store title -o '\(self.folder.file("notes.epi"))'
      epi-search -k 10 --fields title --embed-with "'\(folder)' '\(Fixtures.packageRoot)/examples/embed-local.py'" \\
        '\(self.folder.file("notes.epi"))' <(jq -c '{id, text}' '\(Demo.queries)') | jq -c '[.query, .id, .row.title]' > '\(self.folder.file("texts"))'
      epi-search -k 10 '\(self.folder.file("notes.epi"))' '\(Demo.queries)' | jq -c '[.query, .id, .row.title]' > '\(self.folder.file("vectors"))'
      """
    let run = try ToolRunner.shell(script)
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    let found = try self.folder.text("texts")
    #expect(found.split(separator: "\n").count == 120)
    #expect(found == (try self.folder.text("vectors")))
  }
}
