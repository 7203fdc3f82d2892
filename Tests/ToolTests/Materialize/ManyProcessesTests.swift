import EpiTestSupport
import Foundation
import Testing

/// Readers and writers at the same time.
struct ManyProcessesTests {
  private let tool = ToolRunner.materialize
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.db")
    for state in 1...2 {
      let rows = (0..<2000).map { #"{"table":"t","id":"\#($0)","row":{"v":\#(state)}}"# + "\n" }.joined()
      _ = try folder.write(rows, to: "\(state).ndjson")
    }
  }

  /// Reads all the time, with one connection that stays and with one for each look, until the file `stop` is there.
  private static let reader = """
    import os, sqlite3, sys
    looks, states, kept = 0, set(), sqlite3.connect("out.db", timeout=60)
    while not os.path.exists("stop") or looks == 0:
        for db in (kept, sqlite3.connect("out.db", timeout=60)):
            count, least, most = db.execute("SELECT count(*), min(v), max(v) FROM t").fetchone()
            if count != 2000 or least != most or db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                sys.exit(f"half: {count} rows from {least} to {most}")
            states.add(least)
            looks += 1
            if db is not kept:
                db.close()
    print(*sorted(states))
    """

  @Test(arguments: ["delete", "wal"], [false, true])
  func `a process that reads all the time sees whole states only`(journal: String, isReplaced: Bool) throws {
    // Where the file is replaced, nobody may have it open with a log.
    guard journal == "delete" || !isReplaced else { return try expectRefusal() }
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA journal_mode = \(journal); CREATE TABLE mine (a)").status == 0)
    #expect(try tool.run("-o", target, folder.file("1.ndjson")).status == 0)
    _ = try folder.write(Self.reader, to: "reader.py")
    let run = try ToolRunner.shell(
      """
      python3 reader.py >seen 2>&1 & reader=$!
      for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        for state in 2 1; do epi-materialize --busy-timeout 60000 \(isReplaced ? "--replace" : "") -o out.db $state.ndjson || exit; done
      done
      touch stop; wait $reader; cat seen
      """) { $0.directory = folder.path }
    #expect(run.status == 0, "\(run)")
    #expect(["1\n", "1 2\n"].contains(run.text), "\(run)")
  }

  private func expectRefusal() throws {
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA journal_mode = wal; CREATE TABLE mine (a)").status == 0)
    let run = try ToolRunner.shell(
      """
      python3 - <<'END'
      import sqlite3, subprocess, sys
      db = sqlite3.connect("out.db")
      db.execute("SELECT * FROM mine").fetchall()
      sys.exit(subprocess.run(["epi-materialize", "--replace", "-o", "out.db", "1.ndjson"]).returncode)
      END
      """) { $0.directory = folder.path }
    #expect(run.status == 75)
    #expect(run.errorLines.first == "epi-materialize: out.db-wal: the database is in use, or was left so by a process that was killed")
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, ".tables").text == "mine\n")
  }

  @Test(arguments: [false, true])
  func `two writers at once leave one complete result`(exists: Bool) throws {
    if exists { #expect(try tool.run("-o", target, folder.file("1.ndjson")).status == 0) }
    let run = try ToolRunner.shell(
      """
      for i in 1 2 3 4 5 6 7 8; do
        \(exists ? "" : "rm -f out.db")
        epi-materialize --busy-timeout 60000 -o out.db 1.ndjson & one=$!
        epi-materialize --busy-timeout 60000 -o out.db 2.ndjson & two=$!
        wait $one || exit; wait $two || exit
        sqlite3 -batch out.db "PRAGMA integrity_check; SELECT count(*), max(v) - min(v) FROM t"
      done
      """) { $0.directory = folder.path }
    #expect(run.status == 0, "\(run)")
    #expect(run.lines == (0..<8).flatMap { _ in ["ok", "2000|0"] }, "\(run)")
    #expect(folder.names == ["1.ndjson", "2.ndjson", "out.db"])
  }

  @Test func `a lock of another process is waited for, then the run is for later`() throws {
    #expect(try tool.run("-o", target, folder.file("1.ndjson")).status == 0)
    let script = """
      import sqlite3, subprocess
      db = sqlite3.connect("out.db", isolation_level=None)
      db.execute("BEGIN EXCLUSIVE")
      late = subprocess.run(["epi-materialize", "--busy-timeout", "50", "-o", "out.db", "2.ndjson"], stderr=subprocess.DEVNULL).returncode
      changes = subprocess.Popen(["epi-materialize", "--busy-timeout", "60000", "-o", "out.db", "2.ndjson"])
      db.execute("COMMIT")
      print(late, changes.wait(), db.execute("SELECT DISTINCT v FROM t").fetchall())
      """
    _ = try folder.write(script, to: "lock.py")
    let run = try ToolRunner.shell("python3 lock.py") { $0.directory = folder.path }
    #expect(run.text == "75 0 [(2,)]\n", "\(run)")
  }
}
