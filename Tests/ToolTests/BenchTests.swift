import EpiTestSupport
import Testing

/// The benchmarks run when they are called for; that they can be is checked here, not how fast anything is.
struct BenchTests {
  @Test func `the meter tells time and memory of each command`() throws {
    let folder = try TemporaryFolder()
    let run = try ToolRunner.shell("epi-bench race 3 '\(folder.file("out"))' true -- printf '%s' done")
    #expect(run.status == 0 && run.lines.count == 2, "\(run)")
    for line in run.lines {
      let figures = line.split(separator: " ").compactMap { Double($0) }
      #expect(figures.count == 3 && figures[0] >= figures[1] && figures[2] > 0.1 && figures[2] < 20, "\(line)")
    }
    #expect(try folder.bytes("out") == Array("done".utf8))
    #expect(try ToolRunner.shell("epi-bench race 1 '\(folder.file("out"))' false").status == 1)
    // What is no file stays where it is.
    #expect(try ToolRunner.shell("mkfifo '\(folder.file("pipe"))' && epi-bench race 1 '\(folder.file("pipe"))' true; test -p '\(folder.file("pipe"))'").status == 0)
    let rows = try folder.write("{\"table\":\"t\",\"id\":\"a\",\"row\":{\"x\":1,\"y\":2}}\n", to: "rows")
    #expect(try ToolRunner.shell("epi-bench rows 3 '\(rows)'").text.hasPrefix("1 2 0.0 "))
  }

  @Test func `the meter compares both ways to search among some of the rows`() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<400).map { "{\"id\":\"\($0)\",\"v\":[\(($0 * 7) % 11),\(($0 * 5) % 13),\($0 % 17),1]}\n" }
    let index = folder.file("a.epi")
    let input = try folder.write(rows.joined(), to: "rows")
    #expect(try ToolRunner.shell("epi-index --table t --column t.v --max-neighbors 32 -o '\(index)' '\(input)'").status == 0)
    let queries = try folder.write("[1,2,3,1]\n[5,1,9,1]\n", to: "queries")
    let run = try ToolRunner.shell("epi-bench filters 1 '\(index)' '\(queries)'")
    #expect(run.status == 0 && run.lines.count == 16, "\(run)")
    for line in run.lines {
      let figures = line.split(separator: " ")
      #expect(figures.count == 8 && ["graph", "filtered-scan"].contains(figures[2]) && Double(figures[7]).map { $0 > 0.5 } == true, "\(line)")
    }
  }

  @Test func `the meter compares measuring every row with reading, and finds the same by bytes`() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<90).map { "{\"id\":\"\($0)\",\"v\":[\(($0 * 7) % 11),\(($0 * 5) % 13),\($0 % 17),1]}\n" }
    let index = folder.file("a.epi")
    let input = try folder.write(rows.joined(), to: "rows")
    #expect(try ToolRunner.shell("epi-index --exact --table t --column t.v -o '\(index)' '\(input)'").status == 0)
    let queries = try folder.write("[1,2,3,1]\n[5,1,9,1]\n[0,0,1,0]\n", to: "queries")
    let run = try ToolRunner.shell("epi-bench scan 1 '\(index)' '\(queries)'")
    #expect(run.status == 0 && run.lines.map { $0.split(separator: " ").first } == ["1", "3"], "\(run)")
    for line in run.lines { #expect(line.split(separator: " ").count == 7 && line.hasSuffix(" 0"), "\(line)") }
  }

  @Test func `a measure that does not exist is answered with those that do`() throws {
    let run = try ToolRunner.program("bash").run("\(Fixtures.packageRoot)/Tests/bench.sh", "nonsense")
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.errorText.contains("Tests/bench.sh decode") && run.errorText.contains("Tests/bench.sh rows"))
  }

  @Test func `python reads what the tests and benchmarks have of it`() throws {
    for path in Fixtures.files(below: "Tests") where path.hasSuffix(".py") {
      let script = "import ast, sys; ast.parse(open(sys.argv[1]).read())"
      let run = try ToolRunner.program("python3").run("-c", script, "\(Fixtures.packageRoot)/\(path)")
      #expect(run.status == 0, "\(run)")
    }
  }
}
