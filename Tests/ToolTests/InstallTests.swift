import EpiTestSupport
import Foundation
import Testing

struct InstallTests {
  private func make(_ goal: String, into folder: TemporaryFolder, tools: String = ToolRunner.folder) throws -> ToolRun {
    try ToolRunner.program("make").run("-C", Fixtures.packageRoot, goal, "DESTDIR=\(folder.path)", "PREFIX=/usr", "BUILD=\(tools)")
  }

  private func files(_ folder: TemporaryFolder) -> Set<String> {
    let walk = FileManager.default.enumerator(atPath: folder.path)
    var found: Set<String> = []
    for case let name as String in walk ?? .init() {
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: folder.file(name), isDirectory: &isDirectory), !isDirectory.boolValue { found.insert(name) }
    }
    return found
  }

  @Test func `install puts everything below the prefix, uninstall takes all of it away`() throws {
    try withTemporaryFolder { folder in
      let run = try make("install", into: folder)
      #expect(run.status == 0, "\(run)")
      let installed = files(folder)
      for tool in ToolRunner.all {
        #expect(installed.contains("usr/bin/\(tool.name)"))
        #expect(installed.contains("usr/share/bash-completion/completions/\(tool.name)"))
        #expect(installed.contains("usr/share/zsh/site-functions/_\(tool.name)"))
        #expect(installed.contains("usr/share/fish/vendor_completions.d/\(tool.name).fish"))
      }
      #expect(installed.contains("usr/lib/libepi-vector.so"))
      for page in Fixtures.files(below: "man") {
        let name = page.dropFirst("man/".count)
        #expect(installed.contains("usr/share/man/man\(name.last ?? " ")/\(name)"))
      }
      for name in ["LICENSE", "README.md", "examples/quickstart.sh", "examples/prepare.sh", "examples/data/notes.yjs"] {
        #expect(installed.contains("usr/share/doc/epi/\(name)"))
      }
      #expect(installed.allSatisfy { $0.hasPrefix("usr/") })
      #expect(try make("uninstall", into: folder).status == 0)
      #expect(files(folder) == [])
    }
  }

  @Test func `without a release build it says what to run`() throws {
    try withTemporaryFolder { folder in
      let run = try make("install", into: folder, tools: folder.file("nothing"))
      #expect(run.status != 0)
      #expect(run.errorText.contains("run: swift build -c release"))
      #expect(files(folder) == [])
    }
  }
}
