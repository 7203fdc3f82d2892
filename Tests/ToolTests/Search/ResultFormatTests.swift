import EpiTestSupport
import Foundation
import Testing

/// What is printed, in each format.
struct ResultFormatTests {
  private let folder: TemporaryFolder
  private let index: String

  private static let rows = """
    {"table":"t","id":"a","row":{"title":"日本語のとても長い題名です","n":1,"v":[1,0]}}
    {"table":"t","id":"b","row":{"title":"tab\\tline\\nback\\\\slash\\u001b[31m","n":null,"v":[0.9,0.1]}}
    {"table":"t","id":"c","row":{"tags":["x","y"],"v":[0,1]}}

    """

  init() throws {
    folder = try TemporaryFolder()
    index = folder.file("t.epi")
    let run = try ToolRunner.index.run("--store", "title,n,tags", "-o", index, input: Self.rows)
    try #require(run.status == 0, "\(run)")
  }

  private func search(_ arguments: String..., input: String = "[1,0]\n") throws -> ToolRun {
    try ToolRunner.search.run(arguments + [index], input: Array(input.utf8))
  }

  @Test func `tsv has a line of names, and escapes what would break its lines`() throws {
    let run = try search("--format=tsv", input: #"{"id":"q\t1","embedding":[1,0]}"#)
    #expect(
      run.lines == [
        "query\trank\ttable\tid\tdistance\ttitle\tn\ttags", "q\\t1\t1\tt\ta\t0\t日本語のとても長い題名です\t1\t",
        "q\\t1\t2\tt\tb\t0.0061162654\ttab\\tline\\nback\\\\slash\u{1b}[31m\t\t", "q\\t1\t3\tt\tc\t1\t\t\t[\"x\",\"y\"]",
      ])
    #expect(try search("--format=tsv", "--max-distance=-1").text == "query\trank\ttable\tid\tdistance\ttitle\tn\ttags\n")
  }

  @Test func `a table is aligned by what a terminal shows`() throws {
    let run = try search("--format=table", "--fields", "title,tags")
    #expect(
      run.lines == [
        "query  rank  table  id  distance  title                       tags",
        "1         1  t      a     0.0000  日本語のとても長い題名です  ",
        "          2  t      b     0.0061  tab line back\\slash\u{fffd}[31m    ",
        "          3  t      c     1.0000                              [\"x\",\"y\"]",
      ])
    #expect(try search("--format=table", "--max-distance=-1").text == "")
  }

  @Test func `on a terminal the table is the default, and cut to its width`() throws {
    let line = "stty cols 50; echo '[1,0]' | '\(ToolRunner.search.path)' --fields title,n '\(index)'"
    let run = try ToolRunner.program("python3").run("-c", "import pty, sys; pty.spawn(['sh', '-c', sys.argv[1]])", line)
    // A terminal ends lines with two bytes, which Swift takes for one character.
    let lines = run.text.split(whereSeparator: \.isNewline)
    try #require(lines.count == 4, "\(run)")
    #expect(lines[0].hasPrefix("query  rank  table  id  distance  title"))
    #expect(lines[1].contains("日本語のと"), "\(lines)")
    for line in lines { #expect(line.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2fff && $1.value < 0xa000 ? 2 : 1) } <= 50, "\(line)") }
  }

  @Test func `fields are printed in the order they were asked for`() throws {
    let run = try search("--fields", "tags,title", "--max-distance", "0.5")
    #expect(
      run.lines == [
        #"{"query":1,"rank":1,"table":"t","id":"a","distance":0,"row":{"title":"日本語のとても長い題名です"}}"#,
        #"{"query":1,"rank":2,"table":"t","id":"b","distance":0.0061162654,"row":{"title":"tab\tline\nback\\slash\u001b[31m"}}"#,
      ])
    expectFailure(try search("--fields", "title,nope"), 64, "\(index): the snapshot stores 'title', 'n', 'tags', '--fields' names 'nope'")
    expectFailure(try search("--fields", "a,,b"), 64)
  }

  @Test func `the status tells when a query found nothing`() throws {
    #expect(try search("-e").status == 0)
    #expect(try search("-e", "--max-distance=0.1", input: "[1,0]\n[-1,0]\n").status == 1)
    #expect(try search("--max-distance=0.1", input: "[-1,0]\n").status == 0)
  }

  @Test func `explain tells what was done, on standard error`() throws {
    let run = try search("--explain", "-k1")
    #expect(run.lines.count == 1)
    #expect(run.errorLines == ["epi-search: query 1: scan, 3 distances measured; 1 found"])
  }
}
