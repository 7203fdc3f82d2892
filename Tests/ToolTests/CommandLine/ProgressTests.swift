import EpiTestSupport
import Foundation
import Testing

/// What is told of long work, and the report when it is over.
struct ProgressTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
    let made = try Recipe.run("epi-ydecode notes.yjs >rows.ndjson && epi-index -q -o notes.epi rows.ndjson", in: folder)
    try #require(made.status == 0 && made.errorText == "", "\(made)")
  }

  private func run(_ script: String) throws -> ToolRun { try Recipe.run(script, in: folder) }

  private static let tools: [(command: String, stages: [String], last: String)] = [
    ("epi-ydecode --progress=always notes.yjs >out", ["reading", "merging 1 update", "printing"], "printing 774 rows"),
    ("epi-materialize --progress=always -o notes.db rows.ndjson", ["reading", "writing"], "writing, "),
    ("epi-index --progress=always -o out.epi <rows.ndjson", ["reading", "sorting rows", "writing"], "writing, "),
    ("epi-search --progress=always notes.epi queries.ndjson >out", ["searching"], "searching 0.0 MB, 12 queries"),
  ]

  @Test(arguments: tools)
  func `with always each part of the work has a line when it begins and one when it is over`(command: String, stages: [String], last: String) throws {
    let tool = command.prefix { $0 != " " }
    let run = try run(command)
    #expect(run.status == 0 && !run.errorText.contains("\u{1b}"), "\(run)")
    #expect(run.errorLines.allSatisfy { $0.hasPrefix("\(tool): ") })
    // Those each second may stand between them.
    let begins = run.errorLines.filter { line in stages.contains { line == "\(tool): \($0)" } }
    #expect(begins == stages.map { "\(tool): \($0)" }, "\(run)")
    #expect(run.errorLines.last?.hasPrefix("\(tool): \(last)") == true && run.errorLines.last?.hasSuffix(" s") == true, "\(run)")
  }

  @Test(arguments: tools)
  func `piped there is none, nor with never or quiet`(command: String, stages: [String], last: String) throws {
    for option in ["", "--progress=never", "--progress=auto", "--quiet --progress=always"] {
      #expect(try run(command.replacing("--progress=always", with: option)).errorText == "", "\(option)")
    }
  }

  @Test func `what was read is counted`() throws {
    let run = try run("epi-materialize --progress=always -o notes.db rows.ndjson rows.ndjson")
    #expect(run.errorLines.contains { $0.hasPrefix("epi-materialize: reading 6.6 MB, 1,548 rows") }, "\(run)")
    let graph = try self.run(#"for i in $(seq 1200); do echo "{\"id\":\"$i\",\"v\":[$i,1]}"; done | epi-index --progress=always --table t --metric=l2 --search-l=100 -o t.epi"#)
    #expect(graph.errorLines.contains { $0.hasPrefix("epi-index: linking 1,200 vectors") }, "\(graph)")
  }

  /// Input that comes slowly, until the tool has shown what it is doing: only then the rest.
  @Test func `on a terminal one line is written over, and the summary follows`() throws {
    let run = try run(
      """
      mkfifo slow
      script -qefc "stty cols 60; epi-index -o slow.epi slow" typescript >script.out 2>&1 &
      exec 3>slow
      head -n 100 rows.ndjson >&3
      until grep -q 'epi-index: reading' typescript; do read -r -t 0.05 <>/dev/null || true; done
      tail -n +101 rows.ndjson >&3
      exec 3>&-
      wait $!
      """)
    #expect(run.status == 0, "\(run)")
    let text = try folder.text("typescript")
    #expect(text.contains("\r\u{1b}[Kepi-index: reading 0."), "\(text)")
    // The line is gone when the summary comes.
    #expect(text.contains("\r\u{1b}[Kepi-index: wrote 387 vectors of 384 numbers from 'embeddings.embedding' to 'slow.epi'\r\n"), "\(text)")
    for line in text.split(separator: "\r") where line.contains("[Kepi-index: reading") {
      // A pipe has no length; the line fits the terminal.
      #expect(!line.contains(" of ") && line.count <= 62, "\(line)")
    }
  }

  @Test func `on a terminal what is short, and what goes to another program, shows its summary only`() throws {
    for (command, summary) in [
      ("epi-ydecode notes.log.v2.bin >out", "epi-ydecode: printed 774 rows of 2 tables, from 461 updates"),
      ("epi-ydecode notes.yjs | epi-materialize -o notes.db", "epi-materialize: wrote 774 rows in 2 tables to 'notes.db'"),
      ("epi-search -k 3 notes.epi queries.ndjson >out", "epi-search: answered 12 queries with 36 results"),
    ] {
      let run = try run("script -qec \"\(command)\" /dev/null")
      #expect(run.status == 0 && run.text.contains(summary + "\r\n") && !run.text.contains("\u{1b}[K"), "\(run)")
      #expect(try self.run("script -qec \"\(command.replacing(" notes", with: " -q notes", maxReplacements: 1))\" /dev/null").text.contains(summary) == command.contains("|"))
    }
  }

  @Test func `where the results are on the terminal there is no summary of them`() throws {
    for command in ["epi-search -k 1 --like emb_000126 notes.epi", "epi-ydecode --inspect notes.yjs"] {
      let run = try run("script -qec '\(command)' /dev/null")
      #expect(run.status == 0 && !run.text.contains("epi-search: ") && !run.text.contains("epi-ydecode: "), "\(run)")
    }
  }

  @Test func `messages stand above the line`() throws {
    try folder.write("{\"table\":\"t\",\"id\":\"1\",\"row\":{\"v\":[0,0]}}\n{\"table\":\"t\",\"id\":\"2\",\"row\":{\"v\":[1,2]}}\n", to: "bad.ndjson")
    let run = try run("script -qec 'epi-index --progress=always --on-error=skip -o bad.epi bad.ndjson' /dev/null")
    for line in run.text.split(separator: "\n") where line.contains("warning: ") {
      // Whatever stood there was taken away first.
      #expect(line.hasPrefix("epi-index: warning: ") || line.contains("\r\u{1b}[Kepi-index: warning: "), "\(run)")
    }
    #expect(run.text.contains("warning: "))
  }

  // MARK: Reports

  @Test func `every tool reports what it did`() throws {
    let run = try run(
      """
      epi-ydecode --report 1 notes.yjs >rows
      epi-materialize --report 2 -o notes.db rows
      epi-materialize --report 3 --if-changed -o notes.db rows
      epi-index --report 4 --join recordings:recordingId --store title -o notes.epi rows
      epi-search --report 5 -k 2 notes.epi queries.ndjson >out
      epi-search --report 6 --db notes.db --sql 'SELECT 1; SELECT 2 UNION SELECT 3' >out
      for report in 1 2 3 4 5 6; do jq -c 'del(.version, .bytes, .pending) | .seconds |= (. >= 0)' $report; done
      """)
    #expect(
      run.lines == [
        #"{"tool":"epi-ydecode","inputs":1,"updates":1,"encoding":"v1","layout":"maps","tables":2,"rows":774,"skipped":0,"rejected":0,"salvaged":0,"seconds":true}"#,
        #"{"tool":"epi-materialize","inputs":1,"rows":774,"rejected":0,"duplicates":0,"warnings":0,"tables":2,"written":774,"unchanged":false,"seconds":true}"#,
        #"{"tool":"epi-materialize","inputs":1,"rows":774,"rejected":0,"duplicates":0,"warnings":0,"tables":0,"written":0,"unchanged":true,"seconds":true}"#,
        #"{"tool":"epi-index","inputs":1,"rows":774,"rejected":0,"missing":0,"unjoined":0,"embedded":0,"known":0,"vectors":387,"dimensions":384,"seconds":true}"#,
        #"{"tool":"epi-search","queries":12,"answered":12,"rejected":0,"empty":0,"results":24,"seconds":true}"#,
        #"{"tool":"epi-search","statements":2,"failed":0,"rows":3,"seconds":true}"#,
      ], "\(run)")
  }

  @Test(arguments: [("epi-materialize", "x.db"), ("epi-index", "x.epi")])
  func `a report is no other file of the run`(tool: String, output: String) throws {
    for (option, words) in [("--report \(output)", "the output and the report are the same file"), ("--report rows.ndjson", "the output is also an input")] {
      let run = try run("\(tool) \(option) -o \(output) rows.ndjson")
      #expect(run.status == 64 && run.errorText.contains(words), "\(run)")
      #expect(!folder.exists(output))
    }
  }
}
