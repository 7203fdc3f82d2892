import EpiTestSupport
import Foundation
import Testing

/// The way from a document to an answer in three commands.
struct AskTests {
  @Test func `three commands lead from a document to what was said`() throws {
    let python = "\(Fixtures.packageRoot)/.build-model/bin/python"
    try #require(FileManager.default.isExecutableFile(atPath: python), "there is no '\(python)' with the model; run Tests/run.sh, which makes it")
    try withTemporaryFolder { folder in
      let run = try ToolRunner.program("bash").run("\(Fixtures.packageRoot)/examples/ask.sh", "insects that fly") { settings in
        settings.environment["EPI_BIN"] = ToolRunner.folder
        settings.environment["EMBED"] = "'\(python)' '\(Fixtures.packageRoot)/examples/embed-local.py'"
        settings.environment["OUT"] = folder.file("out")
        settings.seconds = 300
      }
      #expect(run.status == 0 && run.errorText == "", "\(run)")
      let commands = run.lines.filter { $0.hasPrefix("$ ") }
      #expect(commands.count == 3 && commands[0].hasPrefix("$ epi-ydecode") && commands[1].hasPrefix("$ epi-index") && commands[2].hasPrefix("$ epi-search"))
      // What the README shows of it.
      let readme = String(decoding: try Fixtures.contents(of: "\(Fixtures.packageRoot)/README.md"), as: UTF8.self)
      let shown = try #require(readme.components(separatedBy: "--format=table said.epi\n").dropFirst().first).split(separator: "\n").prefix(4)
      #expect(shown.elementsEqual(run.lines.suffix(4)) { $0 == $1 }, "\(run)")
      let found = run.lines.suffix(3)
      for id in ["rec_000050", "rec_000193", "rec_000222"] { #expect(found.contains { $0.contains(id) }, "\(run)") }
    }
  }
}
