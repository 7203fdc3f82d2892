import EpiTestSupport
import Testing

struct SearchCommandLineTests {
  private let tool = ToolRunner.search
  private let folder: TemporaryFolder
  private let index: String

  init() throws {
    folder = try TemporaryFolder()
    index = folder.file("notes.epi")
    let made = try ToolRunner.index.run("-o", index, input: Rows.whole)
    try #require(made.status == 0, "\(made)")
  }

  private let query = "[1,0,0]\n"

  @Test func `what cannot be opened is named`() throws {
    let complaint = "/no/such/file: cannot open: no such file or directory"
    expectFailure(try tool.run("/no/such/file", input: query), 66, complaint)
    expectFailure(try tool.run(index, "/no/such/file"), 66, complaint)
    expectFailure(try tool.run(folder.path, input: query), 66, "\(folder.path): is a directory")
    expectFailure(try tool.run(index, folder.path), 66, "\(folder.path): is a directory")
  }

  @Test func `an index must be named`() throws {
    expectFailure(try tool.run(input: query), 64)
  }

  @Test func `what is no snapshot is told with its name`() throws {
    for (name, content) in [("empty", ""), ("text", "hello\n"), ("rows", Rows.whole)] {
      let path = try folder.write(content, to: name)
      let run = try tool.run(path, input: query)
      expectFailure(run, 65)
      #expect(run.errorLines.first?.hasPrefix("epi-search: \(path)") == true, "\(run)")
    }
  }

  @Test func `a cut snapshot is refused at every length`() throws {
    let bytes = try folder.bytes("notes.epi")
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 100)) {
      let path = try folder.write(bytes.prefix(count), to: "cut.epi")
      expectFailure(try tool.run(path, input: query), 65)
    }
  }

  @Test(arguments: ["hello\n", "[1,0]\n", "[1,0,\"x\"]\n", "{\"id\":\"q\"}\n", "[0,0,0]\n"])
  func `a line that is no query of this index is told with its number`(line: String) throws {
    let run = try tool.run(index, input: query + line)
    #expect(run.status == 65, "\(run)")
    #expect(run.errorLines.first?.hasPrefix("epi-search: -:2") == true, "\(run)")
  }

  @Test(arguments: ["0", "-1", "x", ""])
  func `the number of results must be one`(limit: String) throws {
    expectFailure(try tool.run("--limit=\(limit)", index, input: query), 64)
  }

  @Test func `a full output is an error`() throws {
    let run = try tool.run(index, input: Array(query.utf8)) { $0.outputPath = "/dev/full" }
    expectFailure(run, 74, "cannot write: no space left on device")
  }

  @Test func `nobody reading is no reason to speak`() throws {
    for isIgnored in [false, true] {
      let run = try tool.run(index, input: Array(query.utf8)) { settings in
        settings.outputIsClosedPipe = true
        settings.ignoresBrokenPipe = isIgnored
      }
      #expect(run.status == 141)
      #expect(run.errorText == "")
    }
  }

  @Test func `results come by query, then rank, from an array or an object a line`() throws {
    let run = try tool.run("-k", "2", index, input: "[1,0,0]\n{\"id\":\"mine\",\"embedding\":[0,2,0]}\n")
    #expect(run.status == 0)
    #expect(run.errorText == "")
    #expect(run.lines.count == 4)
    #expect(run.lines[0].contains(#""rank":1,"table":"notes","id":"a","distance":0"#), "\(run)")
    #expect(run.lines[2].hasPrefix(#"{"query":"mine","rank":1,"table":"notes","id":"b","distance":0"#), "\(run)")
    #expect(run.lines[3].contains(#""id":"c","distance":0.4"#) || run.lines[3].contains(#""id":"c","distance":0.39"#), "\(run)")
  }

  @Test func `queries are read from files too`() throws {
    let path = try folder.write(query, to: "queries.ndjson")
    let expected = try tool.run(index, input: query).text
    #expect(try tool.run(index, path).text == expected)
    #expect(try tool.run(index, "-", input: query).text == expected)
  }
}
