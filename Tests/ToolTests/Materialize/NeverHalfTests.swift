import EpiTestSupport
import Foundation
import Testing

/// Whatever happens, a reader sees a complete old state or a complete new one.
///
/// A state is a number: all rows of the table hold it.
struct NeverHalfTests {
  private let tool = ToolRunner.materialize
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.db")
  }

  private static let rowCount = 3000

  private func rows(_ state: Int, from first: Int = 0, count: Int = rowCount) -> String {
    (first..<first + count).map { #"{"table":"t","id":"row \#($0)","row":{"v":\#(state),"text":"some text to fill the page, \#(state)"}}"# + "\n" }.joined()
  }

  private func snapshot(_ state: Int) -> String {
    #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + rows(state) + #"{"epi":1,"end":{"hash":"h\#(state)"}}"# + "\n"
  }

  /// Batches from one state to another, each of which changes all rows.
  private func changes(_ states: ClosedRange<Int>, count: Int = 300) -> String {
    #"{"epi":1,"begin":{"mode":"changes"}}"# + "\n" + states.map { rows($0, count: count) + #"{"epi":1,"end":{"hash":"h\#($0)"}}"# + "\n" }.joined()
  }

  /// The state that a database is in, or what is wrong with it.
  private func state(of path: String, count: Int = rowCount) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "none" }
    let run = try ToolRunner.program("sqlite3").run(
      "-batch", path, "PRAGMA integrity_check; SELECT count(*), min(v), max(v) FROM t; SELECT value FROM _epi WHERE key = 'source'")
    guard run.status == 0, run.lines.count == 3, run.lines[0] == "ok" else { return "\(run)" }
    let numbers = run.lines[1].split(separator: "|").map(String.init)
    guard numbers[0] == "\(count)", numbers[1] == numbers[2], run.lines[2] == "h\(numbers[1])" else { return "\(run.lines)" }
    return numbers[1]
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = Date()
    try body()
    return Date().timeIntervalSince(start)
  }

  // MARK: Killed

  /// Kills runs at 50 moments, spread at random over the time that a run takes.
  /// - Parameters:
  ///   - isFresh: there is no database when a run begins.
  ///   - check: is asked after each kill, with the state that was to be written.
  private func kill(_ arguments: [String], isFresh: Bool = false, seed: UInt64, _ stream: (Int) -> String, _ check: (Int) throws -> Void) throws {
    var random = SeededGenerator(seed: seed)
    _ = try folder.write(stream(1), to: "rows.ndjson")
    #expect(try tool.run(arguments + ["-o", target, folder.file("rows.ndjson")]).status == 0)
    // The shortest of three: one that had to wait for other tests would put most moments behind the end of the others.
    let whole = try (0..<3).map { _ in
      if isFresh { try FileManager.default.removeItem(atPath: target) }
      return try seconds { _ = try tool.run(arguments + ["-o", target, folder.file("rows.ndjson")]) }
    }.min() ?? 0
    var killed = 0
    for round in 2...51 {
      _ = try folder.write(stream(round), to: "rows.ndjson")
      if isFresh { try? FileManager.default.removeItem(atPath: target) }
      let moment = Date().addingTimeInterval(Double.random(in: 0...whole * 1.2, using: &random))
      let run = try tool.run(arguments + ["-o", target, folder.file("rows.ndjson")]) { settings in
        settings.signal = (SIGKILL, { Date() >= moment })
      }
      #expect(run.status == 0 || run.status == 128 + SIGKILL, "\(run)")
      if run.status != 0 { killed += 1 }
      try check(round)
    }
    #expect(killed > 5, "\(killed) of 50 runs were killed before their end")
    // The next run leaves nothing behind.
    #expect(try tool.run(arguments + ["-o", target, folder.file("rows.ndjson")]).status == 0)
    #expect(folder.leftovers == [])
    #expect(folder.names == ["out.db", "rows.ndjson"])
  }

  @Test(arguments: ["delete", "wal"])
  func `killed while it rebuilds`(journal: String) throws {
    #expect(try ToolRunner.program("sqlite3").run("-batch", target, "PRAGMA journal_mode = \(journal); CREATE TABLE mine (a)").status == 0)
    var last = 1
    try kill([], seed: 1, snapshot) { round in
      let found = try state(of: target)
      #expect(found == "\(last)" || found == "\(round)")
      last = Int(found) ?? last
    }
  }

  @Test func `killed while it makes a new file`() throws {
    try kill([], isFresh: true, seed: 2, snapshot) { round in
      let found = try state(of: target)
      #expect(found == "none" || found == "\(round)")
    }
  }

  /// These are inserted while others are read.
  @Test func `killed while it makes a new file of rows in order`() throws {
    let count = 9000
    let stream = { state in
      #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + rows(state, from: 100_000, count: count) + #"{"epi":1,"end":{"hash":"h\#(state)"}}"# + "\n"
    }
    try kill([], isFresh: true, seed: 12, stream) { round in
      let found = try state(of: target, count: count)
      #expect(found == "none" || found == "\(round)")
    }
  }

  @Test func `killed while it replaces`() throws {
    var last = 1
    try kill(["--replace"], seed: 3, snapshot) { round in
      let found = try state(of: target)
      #expect(found == "\(last)" || found == "\(round)")
      last = Int(found) ?? last
    }
  }

  @Test func `killed while it applies changes`() throws {
    var last = 110
    try kill([], seed: 4, { changes($0 * 100...$0 * 100 + 10) }) { round in
      let found = try state(of: target, count: 300)
      #expect(found == "\(last)" || Int(found).map { (round * 100...round * 100 + 10).contains($0) } ?? false, "\(found) after \(last)")
      last = Int(found) ?? last
    }
  }

  // MARK: Cut

  @Test(arguments: Seeds.list(20))
  func `a stream that is cut anywhere`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    #expect(try tool.run("-o", target, input: snapshot(1)).status == 0)
    let before = try folder.bytes("out.db")
    let next = Array(snapshot(2).utf8)
    let cut = Int.random(in: 1..<next.count - 2, using: &random)
    for arguments in [[], ["--replace"]] {
      let run = try tool.run(arguments + ["-o", target], input: Array(next[..<cut]))
      #expect(run.status == 65, "cut at \(cut): \(run)")
      #expect(try folder.bytes("out.db").firstDifference(from: before) == nil)
    }
    let stream = Array(changes(3...8, count: 20).utf8)
    let place = Int.random(in: 1..<stream.count - 2, using: &random)
    let lines = String(decoding: stream[..<place], as: UTF8.self).split(separator: "\n")
    func isEnd(_ line: Substring) -> Bool { line.contains("\"end\"") && line.hasSuffix("}}") }
    let ends = lines.count(where: isEnd)
    let run = try tool.run(["-o", target], input: Array(stream[..<place]))
    // Cut right behind a batch, a stream of changes is at its end.
    #expect(run.status == (lines.last.map(isEnd) ?? false ? 0 : 65), "\(run)")
    if ends == 0 {
      #expect(try folder.bytes("out.db").firstDifference(from: before) == nil)
    } else {
      #expect(try state(of: target, count: 20) == "\(2 + ends)")
    }
    #expect(folder.names == ["out.db"])
  }

  // MARK: No room, no right

  /// A limit on the size of files stands for a full disk: it is there wherever the tests run.
  @Test func `a disk that fills up`() throws {
    #expect(try tool.run("-o", target, input: snapshot(1)).status == 0)
    _ = try folder.write(changes(1...1) + rows(2, count: 20_000) + #"{"epi":1,"end":{"hash":"h2"}}"# + "\n", to: "changes.ndjson")
    _ = try folder.write(rows(2, count: 20_000), to: "rows.ndjson")
    for command in ["epi-materialize --replace -o out.db rows.ndjson", "epi-materialize -o out.db rows.ndjson", "epi-materialize -o out.db changes.ndjson"] {
      let run = try ToolRunner.shell("trap '' XFSZ; ulimit -f 1000; exec \(command)") { $0.directory = folder.path }
      #expect(run.status == 74, "\(run)")
      #expect(run.errorText.contains(command.contains("--replace") ? "cannot write: file too large" : "reading or writing failed"), "\(run)")
      #expect(try state(of: target, count: command.contains("changes") ? 300 : Self.rowCount) == "1")
      #expect(folder.names == ["changes.ndjson", "out.db", "rows.ndjson"])
    }
  }

  /// The same on a disk that is really full: a file system of 1 MB in a mount namespace of its own, gone with the shell. Where no
  /// such namespace can be made, the test above is all there is.
  @Test func `a small file system that fills up`() throws {
    guard try ToolRunner.shell("unshare --map-root-user --mount mount -t tmpfs -o size=1m none /mnt").status == 0 else { return }
    _ = try folder.write(rows(1), to: "old.ndjson")
    _ = try folder.write(rows(2, count: 20_000), to: "rows.ndjson")
    _ = try folder.write(changes(2...2, count: 20_000), to: "changes.ndjson")
    let script = """
      mkdir disk && mount -t tmpfs -o size=1m none disk && epi-materialize -o disk/out.db old.ndjson || exit 9
      for arguments in '--replace -o disk/out.db rows.ndjson' '-o disk/out.db rows.ndjson' '-o disk/out.db changes.ndjson'; do
        epi-materialize $arguments
        echo status $?
        sqlite3 -batch disk/out.db 'PRAGMA integrity_check; SELECT count(*), min(v), max(v) FROM t'
        ls -A disk
      done
      """
    _ = try folder.write(script, to: "script.sh")
    let run = try ToolRunner.shell("exec unshare --map-root-user --mount sh script.sh") { $0.directory = folder.path }
    #expect(run.lines == Array(repeatElement(["status 74", "ok", "\(Self.rowCount)|1|1", "out.db"], count: 3).joined()), "\(run)")
    #expect(run.errorLines.count == 3)
    #expect(run.errorLines.allSatisfy { $0.contains("no space left on") }, "\(run)")
  }

  /// What does not fit into memory goes to a file too.
  @Test func `a disk that fills up before anything is written to the database`() throws {
    let text = String(repeating: "x", count: 40_000)
    let rows = (0..<1000).map { #"{"table":"t","id":"\#($0)","row":{"v":"\#(text)"}}"# + "\n" }.joined()
    _ = try folder.write(rows, to: "rows.ndjson")
    let run = try ToolRunner.shell("trap '' XFSZ; ulimit -f 1000; exec epi-materialize -o out.db rows.ndjson") { $0.directory = folder.path }
    #expect(run.status == 74, "\(run)")
    #expect(run.errorLines == ["epi-materialize: out.db: cannot write a temporary file beside it: file too large"])
    #expect(folder.names == ["rows.ndjson"])
  }

  @Test func `a database that may not be written to`() throws {
    #expect(try tool.run("-o", target, input: snapshot(1)).status == 0)
    for arguments in [[], ["--replace"]] {
      for stream in [snapshot(2), changes(2...3)] {
        let run = try tool.run(arguments + ["-o", target], input: Array(stream.utf8)) { $0.isUnprivileged = true }
        expectFailure(run, 77)
        #expect(try state(of: target) == "1")
        #expect(folder.names == ["out.db"])
      }
    }
  }
}
