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
      #expect(scripts.count == 7)
      // The first one goes from the package's folder to one with the demo's data, which the test has its own of.
      #expect(scripts[0].contains("cp -r examples/data /tmp/epi && cd /tmp/epi"))
      let start = scripts[0].replacing("/tmp/epi", with: folder.file("epi")).replacing(".build/release", with: ToolRunner.folder).replacing("$PWD/", with: "")
      let entered = try ToolRunner.shell("cd '\(Fixtures.packageRoot)'; \(start)\ncommand -v epi-ydecode; pwd")
      #expect(entered.lines == ["\(ToolRunner.folder)/epi-ydecode", folder.file("epi")], "\(entered)")
      for script in scripts.dropFirst() {
        let run = try ToolRunner.shell("set -euo pipefail\n\(script)") { $0.directory = folder.file("epi") }
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
