import EpiTestSupport
import Foundation
import Testing

/// The two recipes that stay and follow a document.
struct WatchRecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
  }

  /// Follows an empty document that becomes the demo's, and stops the script when the results are of that one.
  private func follow(_ script: String) throws -> ToolRun {
    // An update without structs and deletes.
    try folder.write([0, 0], to: "live.yjs")
    var isReplaced = false
    let folder = folder
    return try Recipe.run("exec $E/\(script) out live.yjs", in: folder) { settings in
      settings.signal = (SIGTERM, {
        guard let snapshot = try? folder.bytes("out/notes.epi"), folder.exists("out/notes.db") else { return false }
        if !isReplaced {
          // As an application replaces its file.
          isReplaced = rename(folder.file("notes.yjs"), folder.file("live.yjs")) == 0
          return false
        }
        guard snapshot.count > 500_000 else { return false }
        let count = try? ToolRunner.program("sqlite3").run("-readonly", folder.file("out/notes.db"), "SELECT count(*) FROM recordings").text
        return count == "387\n"
      })
    }
  }

  @Test(arguments: ["watch.sh", "watch-changes.sh"])
  func `the results follow the document until it is stopped`(script: String) throws {
    let run = try follow(script)
    #expect(run.status == 143, "\(run)")
    #expect(run.errorText == "", "\(run)")
    let check = try Recipe.run("epi-materialize --check out/notes.db && epi-index --check out/notes.epi", in: folder)
    #expect(check.status == 0, "\(check)")
  }

  @Test func `a rebuild that fails is told of, and is not the end`() throws {
    try folder.write("no update", to: "broken.yjs")
    var isMended = false
    let folder = folder
    let run = try Recipe.run("exec $E/watch.sh out broken.yjs 2>errors", in: folder) { settings in
      settings.signal = (SIGTERM, {
        if !isMended, (try? folder.text("errors"))?.contains("rebuild.sh ended with 65") == true {
          isMended = rename(folder.file("notes.yjs"), folder.file("broken.yjs")) == 0
        }
        return folder.exists("out/notes.epi")
      })
    }
    #expect(run.status == 143, "\(run)")
  }

  @Test func `when one of the three programs ends, all do`() throws {
    let run = try Recipe.run("MATERIALIZE=--nosuchoption $E/watch-changes.sh out notes.yjs", in: folder)
    #expect(run.status >= 64 && run.errorText.contains("unknown option '--nosuchoption'"), "\(run)")
  }

  @Test func `without a file there is nothing to watch`() throws {
    #expect(try Recipe.run("$E/watch.sh out nothing.yjs", in: folder).status == 66)
    #expect(try Recipe.run("$E/watch.sh out", in: folder).status == 64)
  }
}
