import EpiTestSupport
import Foundation
import Testing

/// Rebuilds of databases that are larger than what may be held in memory.
struct RebuildMemoryTests {
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.db")
  }

  /// Rows of two states, 110 MB each.
  private func makeRows() throws {
    let text = String(repeating: "a text that fills pages ", count: 45)
    for state in 1...2 {
      let lines = (0..<100_000).map { #"{"table":"t","id":"row \#(100_000 + $0)","row":{"v":\#(state),"text":"\#(text)"}}"# + "\n" }
      _ = try folder.write(lines.joined(), to: "\(state).ndjson")
    }
  }

  private func python(_ script: String) throws -> ToolRun {
    _ = try folder.write(script, to: "script.py")
    return try ToolRunner.peerPython().run([folder.file("script.py"), ToolRunner.materialize.path]) { $0.directory = folder.path }
  }

  @Test(arguments: ["delete", "wal"])
  func `what is held in memory is bounded`(journal: String) throws {
    try makeRows()
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA journal_mode = \(journal); CREATE TABLE mine (a)").status == 0)
    let run = try python(
      """
      import resource, sqlite3, subprocess, sys
      for state in (1, 2, 1):
          subprocess.run([sys.argv[1], "-o", "out.db", f"{state}.ndjson"], check=True)
          print(sqlite3.connect("out.db").execute("SELECT count(*), min(v), max(v) FROM t").fetchone())
      megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
      print(megabytes < 96 or megabytes)
      """)
    #expect(run.lines == ["(100000, 1, 1)", "(100000, 2, 2)", "(100000, 1, 1)", "True"], "\(run)")
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA integrity_check").lines == ["ok"])
  }

  @Test func `a reader that stays has its state to the end, and then the database is in use`() throws {
    try makeRows()
    let run = try python(
      """
      import sqlite3, subprocess, sys
      def tool(state):
          return subprocess.run([sys.argv[1], "--busy-timeout", "200", "-o", "out.db", f"{state}.ndjson"], capture_output=True).returncode
      print(tool(1))
      reader = sqlite3.connect("out.db")
      rows = reader.execute("SELECT v FROM t")
      first = rows.fetchone()
      print(tool(2))
      print({first} | set(rows))
      print(tool(2))
      print(reader.execute("SELECT count(*), min(v), max(v) FROM t").fetchone())
      """)
    #expect(run.lines == ["0", "75", "{(1,)}", "0", "(100000, 2, 2)"], "\(run)")
    #expect(folder.names == ["1.ndjson", "2.ndjson", "out.db", "script.py"])
  }
}
