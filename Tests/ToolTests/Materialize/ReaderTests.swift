import EpiTestSupport
import Foundation
import Testing

/// What people read databases with, on databases of ours.
struct ReaderTests {
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.db")
  }

  private func python(_ script: String, _ arguments: String...) throws -> ToolRun {
    _ = try folder.write(script, to: "script.py")
    return try ToolRunner.peerPython().run([folder.file("script.py")] + arguments) { settings in
      settings.directory = folder.path
      settings.environment["PATH"] = "\(ToolRunner.folder):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    }
  }

  private static let rows =
    #"{"table":"notes","id":"a","row":{"title":"one fish","n":1,"ok":true,"bytes":{"$base64":true,"encoded":"AAE="},"tags":["x"]}}"# + "\n"
    + #"{"table":"notes","id":"b","row":{"title":"red fish","n":2,"ok":false}}"# + "\n"

  @Test func `Python's own module`() throws {
    #expect(try ToolRunner.materialize.run("-o", target, input: Self.rows).status == 0)
    let run = try python("import sqlite3\nprint(sqlite3.connect('out.db').execute('SELECT * FROM notes').fetchall())")
    #expect(run.text == #"[('a', 'one fish', 1, 1, b'\x00\x01', '["x"]'), ('b', 'red fish', 2, 0, None, None)]"# + "\n", "\(run)")
  }

  @Test func `sqlite-utils knows the tables, the keys and the full-text index`() throws {
    #expect(try ToolRunner.materialize.run("-o", target, "--fts", "notes:title", input: Self.rows).status == 0)
    let run = try python(
      """
      import sqlite_utils
      db = sqlite_utils.Database("out.db")
      table = db["notes"]
      print(table.pks, table.count, table.detect_fts(), [row["id"] for row in table.search("fish", order_by="id")])
      print(table.get("a")["title"], table.columns_dict["n"])
      """)
    #expect(run.lines == ["['id'] 2 notes_fts ['a', 'b']", "one fish <class 'int'>"], "\(run)")
  }

  /// The application itself, without a socket: requests while the file is rebuilt under it.
  @Test(arguments: ["delete", "wal"])
  func `Datasette serves a file that is rebuilt under it`(journal: String) throws {
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA journal_mode = \(journal); CREATE TABLE mine (a)").status == 0)
    func snapshot(_ state: Int) -> String { (0..<500).map { #"{"table":"t","id":"\#($0)","row":{"v":\#(state),"w":"fish"}}"# + "\n" }.joined() }
    for state in 0..<2 { _ = try folder.write(snapshot(state), to: "\(state).ndjson") }
    #expect(try ToolRunner.materialize.run("-o", target, folder.file("0.ndjson"), "--fts", "t:w").status == 0)
    let run = try python(
      """
      import asyncio, json, subprocess
      from datasette.app import Datasette

      async def rebuild(done):
          for i in range(12):
              tool = await asyncio.create_subprocess_exec(
                  "epi-materialize", "--busy-timeout", "60000", "--fts", "t:w", "-o", "out.db", f"{(i + 1) % 2}.ndjson")
              assert await tool.wait() == 0
          done.set()

      async def main():
          served = Datasette(["out.db"])
          await served.invoke_startup()
          done, looks, states = asyncio.Event(), 0, set()
          task = asyncio.create_task(rebuild(done))
          while not done.is_set() or looks == 0:
              answer = await served.client.get("/out.json?sql=select+count(*)+n,+min(v)+a,+max(v)+b+from+t&_shape=array")
              if answer.status_code == 200:
                  row = answer.json()[0]
                  assert row["n"] == 500 and row["a"] == row["b"], row
                  states.add(row["a"])
              else:
                  # With a rollback journal a reader can meet the moment of the commit.
                  assert "locked" in answer.text, answer.text
              looks += 1
          await task
          answer = await served.client.get("/out/t.json?_search=fish&_size=1")
          print(answer.json()["filtered_table_rows_count"], len(states) > 0)
          page = await served.client.get("/out/t")
          print(page.status_code, "500 rows" in page.text)

      asyncio.run(main())
      """)
    #expect(run.lines == ["500 True", "200 True"], "\(run)")
  }

  /// A server of its own on a loopback socket, asked over HTTP while the file is rebuilt under it.
  @Test(arguments: ["delete", "wal"])
  func `a server of Datasette goes on with a file that is rebuilt under it`(journal: String) throws {
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA journal_mode = \(journal); CREATE TABLE mine (a)").status == 0)
    func snapshot(_ state: Int) -> String { (0..<500).map { #"{"table":"t","id":"\#($0)","row":{"v":\#(state),"w":"fish"}}"# + "\n" }.joined() }
    for state in 0..<12 { _ = try folder.write(snapshot(state), to: "\(state).ndjson") }
    #expect(try ToolRunner.materialize.run("-o", target, folder.file("0.ndjson"), "--fts", "t:w").status == 0)
    let run = try python(
      """
      import json, re, subprocess, sys, threading, urllib.error, urllib.request

      server = subprocess.Popen(
          [sys.executable, "-m", "datasette", "serve", "out.db", "--host", "127.0.0.1", "--port", "0"],
          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
      try:
          # What it says when it listens names the port.
          said = ""
          for line in server.stderr:
              said += line
              if found := re.search(r"running on (http://127[.]0[.]0[.]1:[0-9]+)", line):
                  break
          else:
              sys.exit(f"the server has ended: {said}")
          address = found[1]
          threading.Thread(target=server.stderr.read, daemon=True).start()

          def get(path):
              try:
                  with urllib.request.urlopen(address + path, timeout=60) as answer:
                      return answer.status, answer.read().decode()
              except urllib.error.HTTPError as error:
                  return error.code, error.read().decode()

          states = []
          def look():
              status, text = get("/out.json?sql=select+count(*)+n,+min(v)+a,+max(v)+b+from+t&_shape=array")
              if status != 200:
                  # With a rollback journal a reader can meet the moment of the commit.
                  assert "locked" in text, text
                  return False
              row = json.loads(text)[0]
              assert row["n"] == 500 and row["a"] == row["b"], row
              states.append(row["a"])
              return True

          assert look()
          failures = []
          def rebuild():
              for state in range(1, 12):
                  tool = subprocess.run(["epi-materialize", "--busy-timeout", "60000", "--fts", "t:w", "-o", "out.db", f"{state}.ndjson"])
                  if tool.returncode != 0:
                      failures.append(tool)
          rebuilding = threading.Thread(target=rebuild)
          rebuilding.start()
          while rebuilding.is_alive():
              look()
          assert look() and not failures, failures
          # It went from state to state, and never back.
          print(states == sorted(states), states[0], states[-1])
          status, text = get("/out/t.json?_search=fish&_size=1")
          print(status, json.loads(text)["filtered_table_rows_count"])
          status, text = get("/out/t")
          print(status, "500 rows" in text, server.poll())
      finally:
          server.terminate()
          server.wait()
      """)
    #expect(run.lines == ["True 0 11", "200 500", "200 True None"], "\(run)")
  }

  @Test func `sqlite-vec computes with the vectors`() throws {
    let rows = #"{"table":"t","id":"a","row":{"e":{"$f32":"AACAPwAAAEAAAEBA"}}}"# + "\n" + #"{"table":"t","id":"b","row":{"e":{"$f32":"AAAAAAAAAEAAAEBA"}}}"# + "\n"
    #expect(try ToolRunner.materialize.run("--vectors=f32", "-o", target, input: rows).status == 0)
    // Not every Python can load extensions; the shell of SQLite can.
    let library = try #require(try python("import sqlite_vec\nprint(sqlite_vec.loadable_path())").lines.first)
    let run = try ToolRunner.program("sqlite3").run(
      "-batch", target, ".load \(library)", "SELECT id, vec_length(e), vec_to_json(e), vec_distance_L2(e, '[0,2,3]') FROM t ORDER BY 4")
    #expect(run.lines == ["b|3|[0.000000,2.000000,3.000000]|0.0", "a|3|[1.000000,2.000000,3.000000]|1.0"], "\(run)")
  }
}
