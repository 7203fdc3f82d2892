import EpiTestSupport
import Foundation
import Testing

/// Snapshots that earlier versions wrote (Tests/Fixtures/snapshots).
struct OlderSnapshotTests {
  private let folder: TemporaryFolder
  private let older = Fixtures.path("snapshots/padded-to-64.epi")
  private static let options = ["--compress-neighbors", "float1bit", "--max-neighbors", "32"]

  init() throws { folder = try TemporaryFolder() }

  private func vector(_ i: Int) -> String { "[" + (0..<70).map { j in "\((i * 37 + j * 11 + i * i * j) % 101 - 50)" }.joined(separator: ",") + "]" }

  private func line(_ i: Int, like j: Int) -> String {
    let id = (i < 10 ? "r0" : "r") + "\(i)"
    return "{\"table\":\"t\",\"id\":\"\(id)\",\"row\":{\"id\":\"\(id)\",\"v\":\(vector(j))}}\n"
  }

  private func found(in index: String, _ options: String...) throws -> [String] {
    let queries = try folder.write((0..<36).map { vector($0) + "\n" }.joined(), to: "queries.ndjson")
    let run = try ToolRunner.search.run(["-k3", "--format=ids"] + options + [index, queries])
    #expect(run.status == 0, "\(run)")
    return run.lines
  }

  @Test func `codes of more bits than there have to be are read, and taken over`() throws {
    #expect(try ToolRunner.index.run("--check", older).status == 0)
    let exact = try found(in: older, "--exact")
    #expect(exact.count == 36 && exact[7].hasPrefix("[\"r07\","))
    #expect(try found(in: older) == exact)

    let rows = try folder.write((0..<36).map { line($0, like: $0) }.joined(), to: "rows.ndjson")
    let same = folder.file("same.epi")
    #expect(try ToolRunner.index.run(Self.options + ["--reuse", older, "-o", same, rows]).status == 0)
    #expect(try folder.bytes("same.epi") == Fixtures.bytes("snapshots/padded-to-64.epi"))

    let changed = try folder.write((0..<36).map { line($0, like: $0 == 20 ? 50 : $0) }.joined(), to: "changed.ndjson")
    let next = folder.file("next.epi")
    #expect(try ToolRunner.index.run(Self.options + ["--reuse", older, "-o", next, changed]).status == 0)
    #expect(try ToolRunner.index.run("--check", next).status == 0)
    #expect(try found(in: next) == found(in: next, "--exact"))
    #expect(try folder.bytes("next.epi").count == folder.bytes("same.epi").count)

    let fresh = folder.file("fresh.epi")
    #expect(try ToolRunner.index.run(Self.options + ["-o", fresh, rows]).status == 0)
    #expect(try ToolRunner.index.run("--check", fresh).status == 0)
    #expect(try found(in: fresh) == exact)
    #expect(try folder.bytes("fresh.epi").count < folder.bytes("same.epi").count)
  }
}
