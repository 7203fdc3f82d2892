import EpiTestSupport
import Testing

/// `--watch` and `--since`, followed while pycrdt writes.
struct ChangeTests {
  private func follow(_ scenario: String, seed: UInt64) throws {
    try withTemporaryFolder { folder in
      let script = "\(Fixtures.packageRoot)/Tests/Peers/pycrdt_changes.py"
      let run = try ToolRunner.peerPython().run(script, scenario, String(seed), ToolRunner.ydecode.path, folder.path)
      #expect(run.status == 0, "\(run)")
    }
  }

  @Test(arguments: ["maps", "lww-rows", "lww-cells", "kv-rows", "path=tables.*.*"], Seeds.list(3))
  func `batches of a growing log add up to its state`(layout: String, seed: UInt64) throws { try follow("log:\(layout)", seed: seed) }

  @Test(arguments: Seeds.list(3))
  func `a file that is written anew is read when it is whole`(seed: UInt64) throws { try follow("rewritten", seed: seed) }

  @Test func `a link is followed where it leads`() throws { try follow("linked", seed: 1) }

  @Test(arguments: Seeds.list(4))
  func `a log in a database is followed through its transactions`(seed: UInt64) throws { try follow("database", seed: seed) }

  @Test(arguments: Seeds.list(3))
  func `runs with --since add up to the state`(seed: UInt64) throws { try follow("since", seed: seed) }

  @Test func `a signal or a reader that goes away ends a watch`() throws { try follow("endings", seed: 1) }

  @Test func `rows that stop fitting their schema are gone`() throws { try follow("validated", seed: 1) }

  @Test(arguments: [
    (["--watch"], "--watch needs files"), (["--watch", "-"], "--watch needs files"), (["--watch", "--dump", "x"], "--watch is for rows"),
    (["--since", "f", "--inspect", "x"], "--since is for rows"), (["--watch", "--bare", "x"], "--watch prints a stream"),
    (["--watch", "--since", "f", "x"], "does not go with --since"), (["--debounce", "7", "x"], "need --watch"),
    (["--watch", "--settle=-1", "x"], "from 0 on"), (["--since", "-", "x"], "--since needs a file"),
    (["--watch", "--print-schema", "x"], "--print-schema prints none"),
  ] as [([String], String)])
  func `what does not go together is refused`(options: [String], words: String) throws {
    let run = try ToolRunner.ydecode.run(options)
    #expect(run.status == 64 && run.errorText.contains(words), "\(run)")
  }

  @Test func `a file that is not there is no reason to wait`() throws {
    try withTemporaryFolder { folder in
      #expect(try ToolRunner.ydecode.run("--watch", folder.file("none.yjs")).status == 66)
      #expect(try ToolRunner.ydecode.run("--watch", folder.file("none/none.yjs")).status == 66)
      try folder.write([9, 9, 9], to: "bad.yjs")
      let run = try ToolRunner.ydecode.run("--watch", "--settle=20", "--encoding=v1", folder.file("bad.yjs"))
      #expect(run.status == 65 && run.output.isEmpty, "\(run)")
    }
  }
}
