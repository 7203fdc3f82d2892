import EpiTestSupport
import Foundation
import Testing

struct ReadmeTests {
  private let text: String

  init() throws {
    text = String(decoding: try Fixtures.contents(of: "\(Fixtures.packageRoot)/README.md"), as: UTF8.self)
  }

  /// The blocks that are marked as scripts (those marked `console` show a session).
  private var scripts: [String] {
    text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  @Test func `its scripts run, one after the other`() throws {
    try withTemporaryFolder { folder in
      for path in [Demo.state, Demo.log, Demo.queries] {
        try FileManager.default.copyItem(atPath: path, toPath: folder.file(String(path.split(separator: "/").last!)))
      }
      #expect(scripts.count == 6)
      for script in scripts {
        let run = try ToolRunner.shell("set -euo pipefail\n\(script)") { $0.directory = folder.path }
        #expect(run.status == 0, "\(run)")
        #expect(run.errorText == "", "\(run)")
      }
    }
  }

  @Test func `what it points at exists`() throws {
    let paths = text.matches(of: /\]\(([^):]+)\)/).map { String($0.1) }
    #expect(paths.contains("LICENSE"))
    for path in paths { #expect(FileManager.default.fileExists(atPath: "\(Fixtures.packageRoot)/\(path)"), "\(path)") }
    for page in text.matches(of: /epi[a-z-]*\(([157])\)/) {
      let file = page.0.replacing("(", with: ".").dropLast()
      #expect(FileManager.default.fileExists(atPath: "\(Fixtures.packageRoot)/man/\(file)"), "\(page.0)")
    }
  }

  @Test func `the answers it shows are those of the quick start`() throws {
    // Only what stands under the two marks is copied from a run.
    let shown = try #require(text.components(separatedBy: "<!-- quickstart output -->").last).components(separatedBy: "```")[1]
    let run = try withTemporaryFolder { folder in
      try ToolRunner.program("bash").run("\(Fixtures.packageRoot)/examples/quickstart.sh", folder.file("out")) { settings in
        settings.environment["EPI_BIN"] = ToolRunner.folder
      }
    }
    let lines = Set(run.lines)
    for line in shown.split(separator: "\n").dropFirst() { #expect(lines.contains(String(line)), "not in the output: \(line)") }
  }
}
