import EpiTestSupport
import Foundation
import Testing

/// The first command of the README, on the tools under test.
struct QuickstartTests {
  private func runQuickstart(_ folder: TemporaryFolder) throws -> ToolRun {
    try ToolRunner.program("bash").run("\(Fixtures.packageRoot)/examples/quickstart.sh", folder.file("out")) { settings in
      settings.environment["EPI_BIN"] = ToolRunner.folder
    }
  }

  @Test func `the quick start shows rows, tables and answers`() throws {
    try withTemporaryFolder { folder in
      let run = try runQuickstart(folder)
      #expect(run.status == 0, "\(run)")
      #expect(run.errorText == "")
      for line in ["    387 embeddings", "    387 recordings", "identical"] {
        #expect(run.lines.contains(line), "no line '\(line)'")
      }
      // SQL: a sum over all recordings of an hour, and a join.
      #expect(run.text.contains("│ 2025-10-09T13 │ 59         │ 162     │"))
      #expect(run.text.contains("│ insectivore  │ small insect-eating mainly nocturnal terrestrial o │ 384     │"))
      // Search: what an exact scan by another program found nearest.
      let lines = run.lines
      for (question, title) in [
        ("a person who makes music", "voice part"), ("a kind of fish", "fish species"), ("a tool for cutting", "coping saw"),
        ("a small flying insect", "insectivore"),
      ] {
        let place = try #require(lines.firstIndex(of: question), "no question '\(question)'")
        #expect(lines[place + 1].hasSuffix("\t\(title)"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted() == ["data", "hits.ndjson", "notes.db", "notes.epi", "rows.ndjson"])
    }
  }

  @Test func `it can be run again in the same folder`() throws {
    try withTemporaryFolder { folder in
      let first = try runQuickstart(folder)
      let second = try runQuickstart(folder)
      #expect(first.status == 0)
      // Only the times that ls shows may differ.
      #expect(first.lines.filter { !$0.contains(":") } == second.lines.filter { !$0.contains(":") })
    }
  }
}
