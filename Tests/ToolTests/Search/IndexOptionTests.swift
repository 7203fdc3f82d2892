import EpiTestSupport
import Foundation
import Testing

/// What the options of epi-index and epi-search do, seen from the shell.
struct IndexOptionTests {
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.epi")
  }

  private func index(_ arguments: String..., input: String = Rows.notes) throws -> ToolRun {
    try ToolRunner.index.run(arguments + ["-o", target], input: Array(input.utf8))
  }

  private func search(_ arguments: String..., queries: String) throws -> ToolRun {
    try ToolRunner.search.run(arguments + [target], input: Array(queries.utf8))
  }

  @Test func `skipped rows go to the file for them, and the status says so`() throws {
    let bad = #"{"table":"notes","id":"x","row":{"id":"x","v":[1,0]}}"#
    let broken = #"{"table":"notes","id":"#
    let rejects = folder.file("bad.ndjson")
    let run = try index("--on-error=skip", "--rejects", rejects, input: bad + "\n" + Rows.notes + broken + "\n\u{fe}")
    #expect(run.status == 65, "the first row says how long vectors are: \(run)")
    let other = try index("--on-error=skip", "--rejects", rejects, input: Rows.notes + bad + "\n" + broken + "\n")
    #expect(other.status == 1)
    #expect(
      other.errorLines == [
        "epi-index: warning: -:5:23: the text ends inside a value",
        "epi-index: warning: -:4: row 'notes/x' has 2 dimensions, the index has 3",
      ])
    let lines = try folder.text("bad.ndjson").split(separator: "\n")
    #expect(lines.count == 2)
    let first = try JSONDecoder().decode([String: Rejected].self, from: Data("{\"row\":\(lines[1])}".utf8))
    #expect(first["row"] == Rejected(file: "-", line: 4, reason: "row 'notes/x' has 2 dimensions, the index has 3", text: bad))
    #expect(try search("--format=ids", queries: "[1,0,0]\n").text == "[\"a\",\"b\",\"c\"]\n")
  }

  private struct Rejected: Decodable, Equatable {
    var file: String
    var line: Int
    var reason: String
    var text: String
  }

  @Test func `options that go together are demanded together`() throws {
    expectFailure(try index("--on-error=stop", "--rejects", folder.file("x")), 64, "--rejects takes what is left out; with --on-error=stop nothing is")
    expectFailure(try index("--join", "t:f"), 64)
    expectFailure(try index("--check", target), 64)
    expectFailure(try index("--dimensions", "0"), 64)
    expectFailure(try index("--dimensions", "65537"), 64)
    expectFailure(try index("--column", "notes"), 64)
    expectFailure(try index("--store", "a,,b"), 64)
    expectFailure(try index("--metric", "manhattan"), 64)
    expectFailure(try index("--type", "f24"), 64)
    expectFailure(try index("--type", "f1bit", "--metric", "l2"), 64, "one bit tells a direction only: '--type f1bit' needs the metric cosine, not 'l2'")
    expectFailure(try index("--compress-neighbors", "float32"), 64)
    expectFailure(try index("--model", String(repeating: "x", count: 129)), 64)
    #expect(folder.names == [])
  }

  @Test func `options of the graph have bounds`() throws {
    let over = "not a multiple of 32 up to 1024"
    expectFailure(try index("--max-neighbors", "0"), 64, "'--max-neighbors' is 0, \(over)")
    expectFailure(try index("--max-neighbors", "20"), 64, "'--max-neighbors' is 20, \(over)")
    expectFailure(try index("--max-neighbors", "2048"), 64, "'--max-neighbors' is 2048, \(over)")
    expectFailure(try index("--alpha", "0.9"), 64, "'--alpha' is 0.9, not from 1 to 16.0")
    expectFailure(try index("--alpha", "nan"), 64)
    expectFailure(try index("--insert-l", "0"), 64, "'--insert-l' is 0, not from 1 to 1048576")
    expectFailure(try index("--search-l", "1048577"), 64, "'--search-l' is 1048577, not from 1 to 1048576")
    expectFailure(try index("--threads", "-1"), 64)
    expectFailure(try index("--seed", "-1"), 64)
    #expect(folder.names == [])
    #expect(try index().status == 0)
    expectFailure(try search("--search-l", "0", queries: ""), 64, "'--search-l' is 0, not from 1 to 1048576")
    expectFailure(try search("--recall", "0", queries: ""), 64, "'--recall' is 0, less than 1")
    expectFailure(try ToolRunner.search.run("--recall", "5", target, target), 64, "--recall takes its queries from the snapshot, and no others")
  }

  @Test(arguments: [("exact", []), ("graph", ["--max-neighbors", "64"])])
  func `few rows have no graph unless one is asked for, and the options of a search are for both`(kind: String, options: [String]) throws {
    #expect(try ToolRunner.index.run(options + ["-o", target], input: Array(Rows.notes.utf8)).status == 0)
    #expect(try ToolRunner.index.run("--info", target).text.contains(#""kind":"\#(kind)""#))
    #expect(try search("--search-l", "5", "--threads", "2", "--format=ids", queries: "[1,0,0]\n").text == "[\"a\",\"b\",\"c\"]\n")
    #expect(try ToolRunner.search.run("--recall", "9", target).text.hasPrefix(#"{"queries":3,"k":10,"recall":1,"microseconds":{"median":"#))
  }

  @Test func `a column that is not there is told with what is`() throws {
    expectFailure(
      try index("--column", "notes.w"), 65, "-: no vectors found in 'notes.w': none of the 3 rows of table 'notes' has a field 'w'")
    expectFailure(try index("--column", "note.v"), 65, "-: no vectors found in 'note.v': there is no row of table 'note'")
    let two = Rows.notes.replacing(#""v":"#, with: #""w":[1,2],"v":"#)
    expectFailure(try index(input: two), 64, "-: several fields hold vectors: 'notes.v' (3 numbers, 3 rows), 'notes.w' (2 numbers, 3 rows)")
    #expect(try index("--column", "notes.w", input: two).status == 0)
  }

  @Test func `bare objects are rows of the table that is named for them`() throws {
    let bare = #"{"id":7,"v":[1,0,0]}"# + "\n"
    expectFailure(try index(input: bare), 65)
    #expect(try index("--table", "docs", input: bare).status == 0)
    #expect(try search(queries: "[1,0,0]\n").text == #"{"query":1,"rank":1,"table":"docs","id":"7","distance":0}"# + "\n")
  }

  @Test func `an end can be demanded`() throws {
    expectFailure(try index("--require-end"), 65)
    #expect(try index("--require-end", input: Rows.whole).status == 0)
  }

  @Test func `several inputs are read in order, and a cut one spoils all`() throws {
    let first = try folder.write(Rows.whole, to: "1.ndjson")
    let second = try folder.write(#"{"table":"notes","id":"d","row":{"id":"d","v":[-1,0,0]}}"# + "\n", to: "2.ndjson")
    let cut = try folder.write(Rows.truncated, to: "3.ndjson")
    #expect(try ToolRunner.index.run("-o", target, first, second).status == 0)
    #expect(try search("--format=ids", queries: "[1,0,0]\n").text == "[\"a\",\"b\",\"c\",\"d\"]\n")
    let run = try ToolRunner.index.run("-o", target, first, cut)
    expectFailure(run, 65, "\(cut):4: the stream is cut: it has a 'begin' line and no 'end' line")
  }

  @Test func `a check tells what is wrong and ends with 1`() throws {
    #expect(try index().status == 0)
    let sound = try ToolRunner.index.run("--check", target)
    #expect(sound.status == 0)
    #expect(sound.text.hasPrefix(#"{"ok":true,"rows":3,"tables":1,"dimensions":3,"#))
    #expect(sound.errorText == "")
    var bytes = try folder.bytes("out.epi")
    bytes[4_096] ^= 1
    try folder.write(bytes, to: "out.epi")
    let run = try ToolRunner.index.run("--check", target)
    #expect(run.status == 1)
    #expect(run.text.contains(#""ok":false,"#))
    #expect(run.errorLines == ["epi-index: \(target): is damaged: section 'vectors' does not match its checksum", "epi-index: hint: rebuild it with epi-index"])
    let text = try folder.write("hello\n", to: "text")
    #expect(try ToolRunner.index.run("--check", text).status == 1)
    expectFailure(try ToolRunner.index.run("--info", text), 65, "\(text): is not a snapshot of epi-index")
    expectFailure(try ToolRunner.index.run("--check", folder.file("none")), 66)
    expectFailure(try ToolRunner.index.run("--info", folder.file("none")), 66)
  }

  @Test func `the information is JSON that jq reads`() throws {
    #expect(try index("--model", "m\u{1}\"", "--store", "title", "--metric=l2").status == 0)
    let run = try ToolRunner.shell("epi-index --info '\(target)' | jq -c '[.metric,.model,.rows,.origin.store[0],.sections.vectors]'")
    #expect(run.text == #"["l2","m\u0001\"",3,"title",192]"# + "\n")
  }

  @Test func `a stored field that no row has is told`() throws {
    let run = try index("--store", "titel")
    #expect(run.status == 1)
    #expect(run.errorLines == ["epi-index: warning: no row has the field 'titel' that --store names"])
    #expect(try search("-k1", queries: "[1,0,0]\n").text.hasSuffix(#""row":{}}"# + "\n"))
  }

  @Test func `results can be bounded by distance, and nothing found can be a status`() throws {
    #expect(try index("--metric=l2").status == 0)
    let near = try search("--max-distance", "1", "-e", "--format=ids", queries: "[1,0,0]\n[0,1,0]\n")
    #expect(near.text == "[\"a\"]\n[\"b\",\"c\"]\n")
    #expect(near.status == 0)
    let none = try search("--max-distance=0.5", "--exit-status", "--format=ids", queries: "[1,0,0]\n[9,9,9]\n")
    #expect(none.text == "[\"a\"]\n[]\n")
    #expect(none.status == 1)
    #expect(try search("--max-distance=0.5", queries: "[9,9,9]\n").status == 0)
    expectFailure(try search("--max-distance", "far", queries: "[1,0,0]\n"), 64)
  }

  @Test func `a wrong query is told with both sizes and the model`() throws {
    #expect(try index("--model", "bge-m3").status == 0)
    let run = try search(queries: #"{"id":"q","embedding":[1,2]}"# + "\n")
    expectFailure(run, 65, "-:1: query 'q' has 2 dimensions, the index has 3 (model 'bge-m3')")
    expectFailure(try search(queries: "[0,0,0]\n"), 65, "-:1: query '1' has a vector of zeros only, which has no direction")
  }

  @Test func `answers come while standard input is still open`() throws {
    #expect(try index().status == 0)
    let run = try ToolRunner.shell(
      """
      coproc epi-search -k1 --format=ids '\(target)'
      echo '[1,0,0]' >&${COPROC[1]}; read -r line <&${COPROC[0]}; echo "$line"
      echo '[0,1,0]' >&${COPROC[1]}; read -r line <&${COPROC[0]}; echo "$line"
      """)
    #expect(run.text == "[\"a\"]\n[\"b\"]\n")
  }
}
