import EpiTestSupport
import Foundation
import Testing

/// Streams of changes, and indexes that are written again.
struct IndexChangesTests {
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.epi")
  }

  private func index(_ arguments: String..., input: String) throws -> ToolRun {
    try ToolRunner.index.run(arguments + ["-o", target], input: Array(input.utf8))
  }

  private func ids(near query: String) throws -> String {
    try ToolRunner.search.run(["--format=ids", target], input: Array((query + "\n").utf8)).text
  }

  private func begin(since: String? = nil) -> String {
    #"{"epi":1,"begin":{"mode":"changes"\#(since.map { #","since":"\#($0)""# } ?? "")}}"# + "\n"
  }

  private func row(_ id: String, _ vector: String, _ title: String = "x") -> String {
    #"{"table":"notes","id":"\#(id)","row":{"id":"\#(id)","title":"\#(title)","v":[\#(vector)]}}"# + "\n"
  }

  private func gone(_ id: String) -> String { #"{"table":"notes","id":"\#(id)","deleted":true}"# + "\n" }

  private func end(_ hash: String) -> String { #"{"epi":1,"end":{"rows":0,"deleted":0,"tables":1,"pending":0,"hash":"\#(hash)"}}"# + "\n" }

  @Test func `each batch is a snapshot, and what follows the last end is not`() throws {
    let first = begin() + row("a", "1,0") + row("b", "0,1") + end("h1")
    let run = try index(input: first + row("c", "1,1") + gone("a") + row("b", "-1,0") + end("h2") + end("h3") + row("d", "1,0"))
    expectFailure(run, 65)
    #expect(try ids(near: "[1,0.1]") == "[\"c\",\"b\"]\n")
    let whole = try folder.bytes("out.epi")
    // The same rows as one snapshot of the same state.
    let snapshot = #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + row("b", "-1,0") + row("c", "1,1") + end("h3")
    #expect(try index(input: snapshot).status == 0)
    #expect(try folder.bytes("out.epi").firstDifference(from: whole) == nil)
    #expect(folder.names == ["out.epi"])
  }

  @Test(arguments: ["f32", "f16", "f1bit"])
  func `changes continue from the state that the snapshot is of`(type: String) throws {
    #expect(try index("--store", "title", "--type", type, input: begin() + row("a", "1,0", "one") + row("b", "0,1", "two") + end("h1")).status == 0)
    let other = try index("--store", "title", "--type", type, input: begin(since: "h0") + row("c", "1,1") + end("h2"))
    expectFailure(other, 65, "\(target): is of state 'h1', the changes continue from 'h0'")
    #expect(other.errorLines.last == "epi-index: hint: rebuild it from a whole stream")
    let run = try index("--store", "title", "--type", type, input: begin(since: "h1") + row("c", "1,1", "three") + gone("a") + end("h2") + row("d", "-1,0.5", "four") + end("h3"))
    #expect(run.status == 0, "\(run)")
    let continued = try folder.bytes("out.epi")
    let whole = begin() + row("b", "0,1", "two") + row("c", "1,1", "three") + row("d", "-1,0.5", "four") + end("h3")
    #expect(try index("--store", "title", "--type", type, input: whole).status == 0)
    #expect(try folder.bytes("out.epi").firstDifference(from: continued) == nil)
  }

  @Test func `changes are refused where they cannot be continued`() throws {
    let changes = begin(since: "h1") + row("c", "1,1") + end("h2")
    expectFailure(try index(input: changes), 65, "-:1: the changes continue from state 'h1', and '\(target)' cannot be opened")
    #expect(folder.names == [])
    #expect(try index(input: Rows.notes).status == 0)
    expectFailure(try index(input: changes), 65, "\(target): does not say of which state it is, the changes continue from 'h1'")
    #expect(try index("--store", "title", input: begin() + row("a", "1,0") + end("h1")).status == 0)
    expectFailure(try index(input: changes), 65, "\(target): was made with --store 'title', not ''")
    expectFailure(try index("--store", "title", "--metric=l2", input: changes), 65, "\(target): was made with --metric 'cosine', not 'l2'")
    expectFailure(try index("--store", "title", "--column", "notes.w", input: changes), 65)
    #expect(try index("--store", "title", input: changes).status == 0)
    let file = try folder.write(changes, to: "changes")
    expectFailure(try ToolRunner.index.run("-o", target, file, file), 65)
    expectFailure(try ToolRunner.index.run(["-o", "-"], input: Array(changes.utf8)), 64)
    let joined = #"{"table":"o","id":"1","row":{"id":"1","title":"t"}}"# + "\n" + #"{"table":"notes","id":"a","row":{"id":"a","o":"1","v":[1,0]}}"# + "\n"
    #expect(try index("--column", "notes.v", "--join", "notes:o", "--store", "title", input: begin() + joined + end("h1")).status == 1)
    expectFailure(try index("--join", "o:o", "--store", "title", input: changes), 65)
  }

  @Test func `stored fields of a joined table follow its changes`() throws {
    func other(_ title: String) -> String { #"{"table":"o","id":"1","row":{"id":"1","title":"\#(title)"}}"# + "\n" }
    let note = #"{"table":"n","id":"a","row":{"id":"a","o":"1","v":[1,0]}}"# + "\n"
    #expect(try index("--join", "o:o", "--store", "title", input: begin() + note + other("first") + end("h1") + other("second") + end("h2")).status == 0)
    #expect(try ToolRunner.search.run([target], input: Array("[1,0]\n".utf8)).text.contains(#""row":{"title":"second"}"#))
  }

  @Test func `an index without rows is one, when the rows are known to be all`() throws {
    let empty = #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + end("h0")
    #expect(try index(input: empty).status == 0)
    #expect(try ToolRunner.index.run("--check", target).text.hasPrefix(#"{"ok":true,"rows":0,"tables":0,"dimensions":0,"#))
    #expect(try ToolRunner.index.run("--info", target).status == 0)
    #expect(try ids(near: "[1,2,3]") == "[]\n")
    #expect(try ToolRunner.search.run("--recall", "5", target).text.hasPrefix(#"{"queries":0,"k":10,"recall":1,"#))
    #expect(try index("--dimensions", "2", "--column", "notes.v", input: empty).status == 0)
    expectFailure(try ToolRunner.search.run([target], input: Array("[1,2,3]\n".utf8)), 65)
    expectFailure(try index(input: ""), 65)
    // Rows without a vector are no reason for an empty index.
    expectFailure(try index(input: #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + #"{"table":"t","id":"a","row":{"id":"a"}}"# + "\n" + end("h")), 65)
    // All rows may go, and others come.
    #expect(try index(input: begin() + row("a", "1,0") + end("h1") + gone("a") + end("h2")).status == 0)
    #expect(try ids(near: "[1,0]") == "[]\n")
    #expect(try index(input: begin(since: "h2") + row("b", "1,0") + end("h3")).status == 0)
    #expect(try ids(near: "[1,0]") == "[\"b\"]\n")
    #expect(try index(input: begin() + end("h1") + row("b", "1,0") + end("h2")).status == 0)
    #expect(try ids(near: "[1,0]") == "[\"b\"]\n")
  }

  @Test func `a single row is found`() throws {
    for type in ["f32", "f64", "f16", "bf16", "f8", "f1bit"] {
      #expect(try index("--type", type, input: row("only", "0.5,-2,1")).status == 0)
      #expect(try ids(near: "[1,1,1]") == "[\"only\"]\n")
      #expect(try ToolRunner.index.run("--check", target).status == 0)
    }
  }

  @Test func `an end is demanded of every input`() throws {
    let first = try folder.write(Rows.whole, to: "1"), second = try folder.write(Rows.notes, to: "2")
    expectFailure(
      try ToolRunner.index.run("--require-end", "-o", target, first, second), 65,
      "\(second):3: the stream does not close with an 'end' line, which --require-end asks for")
    #expect(try ToolRunner.index.run("--require-end", "-o", target, first, first).status == 0)
  }

  @Test func `a snapshot that would be the same is left alone`() throws {
    func stamp() throws -> String { try ToolRunner.shell("stat -c '%i %y' '\(target)'").text }
    #expect(try index("--if-changed", input: Rows.notes).status == 0)
    let before = try stamp()
    #expect(try index("--if-changed", input: Rows.notes).status == 0)
    #expect(try stamp() == before)
    #expect(try index("--if-changed", "--model", "m", input: Rows.notes).status == 0)
    let after = try stamp()
    #expect(after != before)
    #expect(try index("--model", "m", input: Rows.notes).status == 0)
    #expect(try stamp() != after)
    #expect(folder.names == ["out.epi"])
  }

  @Test func `links are taken over, and what cannot be is told`() throws {
    let generator = SeededRows(count: 1_200)
    let old = folder.file("old.epi")
    #expect(try index("--compress-neighbors=float1bit", "--reuse", old, input: generator.text).status == 0, "no older snapshot is none to take over")
    let fresh = try folder.bytes("out.epi")
    try folder.write(fresh, to: "old.epi")
    let same = try index("--compress-neighbors=float1bit", "--reuse", old, input: generator.text)
    #expect(same.status == 0 && same.errorText == "")
    #expect(try folder.bytes("out.epi").firstDifference(from: fresh) == nil)
    let other = try index("--compress-neighbors=float1bit", "--reuse", old, "--alpha", "1.3", input: generator.text)
    #expect(other.errorLines == ["epi-index: warning: '\(old)' cannot be reused: its graph was built with other options"])
    try folder.write("no snapshot", to: "old.epi")
    let broken = try index("--compress-neighbors=float1bit", "--reuse", old, input: generator.text)
    #expect(broken.status == 0)
    #expect(broken.errorLines == ["epi-index: warning: '\(old)' cannot be reused: it is not a snapshot of epi-index"])
    #expect(try folder.bytes("out.epi").firstDifference(from: fresh) == nil)
    // The output may be what is taken over.
    let changed = generator.text + generator.line("r1100", seed: 99)
    #expect(try index("--compress-neighbors=float1bit", "--reuse", target, input: changed).status == 0)
    #expect(try ToolRunner.index.run("--check", target).status == 0)
    let found = try ToolRunner.search.run(["-k", "1", "--format=ids", target], input: Array("[\(generator.vector(99))]\n".utf8))
    #expect(found.text == "[\"r1100\"]\n")
  }

  @Test func `twenty rounds of changes leave a graph as good as a new one`() throws {
    let rows = SeededRows(count: 0)
    var table: [String: UInt64] = [:]
    for index in 0..<3_000 { table["r\(10_000 + index)"] = UInt64(index) }
    var next: UInt64 = 3_000
    func text() -> String { table.sorted { $0.key < $1.key }.map { rows.line($0.key, seed: $0.value) }.joined() }
    func recall() throws -> Double {
      let line = try ToolRunner.search.run("--recall", "3000", "--search-l", "24", target).text
      return Double(line.split(separator: ":").last?.dropLast(2) ?? "") ?? 0
    }
    #expect(try index("--compress-neighbors=float1bit", input: text()).status == 0)
    var generator = SeededGenerator(seed: 4)
    for round in 0..<20 {
      let ids = table.keys.sorted().shuffled(using: &generator)
      for id in ids[..<50] { table[id] = nil }
      for id in ids[50..<100] { (table[id], next) = (next, next + 1) }
      for index in 0..<50 { (table["n\(round)-\(index)"], next) = (next, next + 1) }
      #expect(try index("--compress-neighbors=float1bit", "--reuse", target, input: text()).status == 0)
    }
    #expect(try ToolRunner.index.run("--check", target).status == 0)
    let kept = try recall()
    #expect(try index("--compress-neighbors=float1bit", input: text()).status == 0)
    let built = try recall()
    #expect(kept >= built - 0.005, "\(kept) after the rounds, \(built) anew")
  }
}

/// Rows with vectors of sixteen numbers, by their numbers.
private struct SeededRows {
  let text: String

  init(count: Int) {
    text = (0..<count).map { Self.line("r\(1_000 + $0)", seed: UInt64($0)) }.joined()
  }

  static func vector(_ seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed + 1)
    return (0..<16).map { _ in "\(Float.random(in: -1...1, using: &generator))" }.joined(separator: ",")
  }

  static func line(_ id: String, seed: UInt64) -> String { #"{"table":"t","id":"\#(id)","row":{"id":"\#(id)","v":[\#(vector(seed))]}}"# + "\n" }

  func vector(_ seed: UInt64) -> String { Self.vector(seed + 100_000) }

  func line(_ id: String, seed: UInt64) -> String { Self.line(id, seed: seed + 100_000) }
}
