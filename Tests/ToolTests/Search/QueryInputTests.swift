import EpiTestSupport
import Foundation
import Testing

/// How queries get in, and what becomes of lines that are none.
struct QueryInputTests {
  private let folder: TemporaryFolder
  private let index: String

  init() throws {
    folder = try TemporaryFolder()
    index = folder.file("notes.epi")
    let run = try ToolRunner.index.run("--store", "title", "--model", "m1", "-o", index, input: Rows.whole)
    try #require(run.status == 0, "\(run)")
  }

  private func search(_ arguments: String..., input: String = "") throws -> ToolRun {
    try ToolRunner.search.run(arguments + [index], input: Array(input.utf8))
  }

  @Test func `a query may be printed for people, over many lines`() throws {
    let pretty = try ToolRunner.program("jq").run(".", input: #"[0,1,0] {"id":"q","embedding":[1,0,0],"more":{"a":[[1],{}]}} [0,0.6,0.8]"#)
    #expect(pretty.lines.count > 15)
    #expect(try search("-k1", "--format=ids", input: pretty.text).text == "[\"b\"]\n[\"a\"]\n[\"c\"]\n")
    // One that breaks off is told where it begins, or where its fault is.
    expectFailure(try search(input: "\n[\n  1,\n  0,"), 65, "-:4: the text ends inside a value")
    expectFailure(try search(input: "[\n  1,\n  x\n]\n"), 65, "-:3: expected a JSON value, got 'x'")
  }

  @Test func `every fault is told with its line, and both sizes`() throws {
    expectFailure(try search(input: "[1,0]\n"), 65, "-:1: query '1' has 2 dimensions, the index has 3 (model 'm1')")
    expectFailure(try search(input: #"{"id":"z","embedding":[0,0,0]}"#), 65, "-:1: query 'z' has a vector of zeros only, which has no direction")
    expectFailure(try search(input: "\n\nhello\n"), 65)
    let run = try search("-k1", "--format=ids", input: "[1,0,0]\nhello\n[0,1,0]\n")
    #expect(run.status == 65 && run.text == "[\"a\"]\n", "what came before has its answer: \(run)")
  }

  @Test func `skipped lines leave the others their answers`() throws {
    let rejects = folder.file("bad.ndjson"), report = folder.file("report.json")
    let input = "[1,0,0]\nhello\n{\"id\":\"short\",\"embedding\":[1]}\n[\n1,\n[]\n]\n[0,0,0]\n{\"id\":\"last\",\"embedding\":[0,1,0]}\n"
    let run = try search("-k1", "--on-error=skip", "--rejects", rejects, "--report", report, input: input)
    #expect(run.status == 1)
    #expect(run.lines.count == 2)
    #expect(run.lines[0].hasPrefix(#"{"query":1,"rank":1,"table":"notes","id":"a""#))
    #expect(run.lines[1].hasPrefix(#"{"query":"last","rank":1,"table":"notes","id":"b""#))
    #expect(run.errorLines.count == 4 && run.errorLines.allSatisfy { $0.hasPrefix("epi-search: warning: -:") }, "\(run)")
    struct Rejected: Decodable {
      var line: Int
      var reason: String
      var text: String
    }
    let lines = try folder.text("bad.ndjson").split(separator: "\n").map { try JSONDecoder().decode(Rejected.self, from: Data($0.utf8)) }
    #expect(lines.map(\.line) == [2, 3, 6, 8])
    #expect(lines.map(\.text) == ["hello", #"{"id":"short","embedding":[1]}"#, "[\n1,\n[]\n]", "[0,0,0]"])
    #expect(lines[1].reason == "query 'short' has 1 dimensions, the index has 3 (model 'm1')")
    #expect(try folder.text("report.json").hasPrefix(#"{"tool":"epi-search","version":"0.1.0","queries":6,"answered":2,"rejected":4,"empty":0,"results":2,"#))
    // In a list of ids each query keeps its place.
    #expect(try search("-k1", "--on-error=skip", "--quiet", "--format=ids", input: input).text == "[\"a\"]\nnull\nnull\nnull\nnull\n[\"b\"]\n")
  }

  @Test func `a row of the snapshot is a query too`() throws {
    let run = try search("-k2", "--like", "c", "--like", "notes/b")
    #expect(run.status == 0)
    #expect(run.lines.count == 4)
    #expect(run.lines[0] == #"{"query":"c","rank":1,"table":"notes","id":"c","distance":0,"row":{"title":"third"}}"#)
    #expect(run.lines[2].hasPrefix(#"{"query":"notes/b","rank":1,"table":"notes","id":"b","distance":0,"#))
    expectFailure(try search("--like", "x"), 65, "\(index): no row has the id 'x'")
    expectFailure(try search("--like", "other/a"), 65, "\(index): no row has the id 'other/a'")
  }

  @Test func `an id with a slash is found by itself and behind its table`() throws {
    let rows = #"{"table":"a/b","id":"c","row":{"v":[1,0]}}"# + "\n" + #"{"table":"a/b","id":"a/b/c","row":{"v":[0,1]}}"# + "\n"
    let path = folder.file("slash.epi")
    #expect(try ToolRunner.index.run("-o", path, input: rows).status == 0)
    let both = try ToolRunner.search.run("--like", "a/b/c", path)
    #expect(both.status == 64)
    #expect(both.errorLines[0] == "epi-search: \(path): 'a/b/c' is the name of 2 rows: 'a/b/a/b/c', 'a/b/c'")
    #expect(try ToolRunner.search.run("--format=ids", "-k1", "--like", "a/b/a/b/c", path).text == "[\"a/b/c\"]\n")
    #expect(try ToolRunner.search.run("--format=ids", "-k1", "--like", "c", path).text == "[\"c\"]\n")
  }

  @Test func `a batch of any size gives the same answers in order`() throws {
    var generator = SeededGenerator(seed: 3)
    let lines = (0..<1_000).map { _ in "[" + (0..<3).map { _ in String(Double.random(in: -1...1, using: &generator)) }.joined(separator: ",") + "]" }
    let all = try search("--threads", "3", input: lines.joined(separator: "\n")).lines
    #expect(all == (try search("--threads", "1", input: lines.joined(separator: "\n")).lines))
    #expect(all.count == 3_000)
    for place in [0, 63, 64, 500, 999] {
      let one = try search(input: lines[place]).lines.map { $0.replacing(/^{"query":1,/, with: "{\"query\":\(place + 1),") }
      #expect(one == Array(all[(3 * place)..<(3 * place + 3)]))
    }
  }

  @Test func `what is read ahead is answered as what is read in turn`() throws {
    var generator = SeededGenerator(seed: 4)
    var files: [String] = []
    for file in 0..<3 {
      // Some lines are no queries; of the last file the last one is none either.
      let lines = (0..<2_000).map { line in
        line % 700 == 500 || line == 1_999 && file == 2 ? "[1,0" : "[" + (0..<3).map { _ in String(Double.random(in: -1...1, using: &generator)) }.joined(separator: ",") + "]"
      }
      files.append(folder.file("queries.\(file)"))
      try lines.joined(separator: "\n").write(toFile: files[file], atomically: true, encoding: .utf8)
    }
    func run(_ options: String...) throws -> ToolRun { try ToolRunner.search.run(options + ["-k1", "--format=ids", index] + files) }
    let ahead = try run("--threads=3", "--on-error=skip")
    let inTurn = try run("--threads=1", "--on-error=skip")
    #expect(ahead.status == 1)
    #expect(ahead.lines.count == 6_000)
    #expect(ahead.lines.count { $0 == "null" } == 10)
    #expect(ahead.text == inTurn.text)
    #expect(ahead.errorLines.dropLast() == inTurn.errorLines.dropLast())
    // What comes before a bad line is answered, and nothing behind it.
    let stopped = try run("--threads=3")
    #expect(stopped.status == 65)
    #expect(stopped.lines == Array(ahead.lines.prefix(500)))
    #expect(stopped.errorText == (try run("--threads=1")).errorText)
    // The same where a file cannot be opened.
    try FileManager.default.removeItem(atPath: files[1])
    let short = try run("--threads=3", "--on-error=skip")
    #expect(short.status == 66)
    #expect(short.lines == Array(ahead.lines.prefix(2_000)))
  }

  @Test func `what cannot go together is told`() throws {
    expectFailure(try search("--rejects", folder.file("r"), input: ""), 64, "--rejects takes what --on-error=skip leaves out")
    expectFailure(try search("--text", "x"), 64, "--text needs --embed-with CMD, which makes it a vector")
    expectFailure(try search("--where", "1"), 64, "--where needs --db FILE: the database that has the rows")
    expectFailure(try search("--hybrid", "x"), 64, "--hybrid needs --db FILE: the database that has the rows")
    expectFailure(try search("--join", "a:b"), 64, "--join needs --db FILE: the database that has the rows")
    expectFailure(try search("--explain", "-q"), 64, "--explain tells what --quiet does not")
    expectFailure(try ToolRunner.search.run("--like", "a", index, index), 64)
    expectFailure(try ToolRunner.search.run("--report", index, index, input: ""), 64, "\(index): the output is also an input")
  }
}
