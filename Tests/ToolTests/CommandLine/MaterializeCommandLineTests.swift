import EpiTestSupport
import Testing

struct MaterializeCommandLineTests {
  private let tool = ToolRunner.materialize
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.db")
  }

  /// Nothing in the folder but what is named: no output, no temporary, no journal.
  private func expectOnly(_ names: String..., at location: SourceLocation = #_sourceLocation) {
    #expect(folder.names == names, sourceLocation: location)
  }

  private func query(_ sql: String) throws -> String { try ToolRunner.program("sqlite3").run(target, sql).text }

  @Test func `what cannot be opened is named`() throws {
    expectFailure(try tool.run("-o", target, "/no/such/file"), 66, "/no/such/file: cannot open: no such file or directory")
    expectFailure(try tool.run("-o", target, folder.path), 66, "\(folder.path): is a directory")
    expectOnly()
  }

  @Test func `an output must be named`() throws {
    expectFailure(try tool.run(input: Rows.notes), 64)
  }

  @Test func `an empty input makes no database`() throws {
    let run = try tool.run("-o", target, input: "")
    expectFailure(run, 65)
    #expect(run.errorLines.first?.hasPrefix("epi-materialize: -") == true, "\(run)")
    expectOnly()
  }

  @Test(arguments: ["hello\n", "{\"table\":\"t\",\"id\":\"a\",\"row\":{\n", "[1,2]\n", "{\"table\":\"t\",\"id\":\"a\",\"row\":{}} x\n"])
  func `a line that is no row is told with its number`(line: String) throws {
    let run = try tool.run("-o", target, input: Rows.notes + line)
    expectFailure(run, 65)
    #expect(run.errorLines.first?.hasPrefix("epi-materialize: -:4:") == true, "\(run)")
    expectOnly()
  }

  @Test func `a stream that was cut makes no database`() throws {
    expectFailure(try tool.run("-o", target, input: Rows.truncated), 65)
    expectOnly()
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    expectOnly("out.db")
  }

  @Test func `a failure leaves the old database as it was`() throws {
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    #expect(try query("SELECT count(*) FROM notes") == "3\n")
    expectFailure(try tool.run("-o", target, input: Rows.truncated.replacing("first", with: "changed")), 65)
    #expect(try query("SELECT count(*), min(title) FROM notes") == "3|first\n")
    #expect(try query("PRAGMA integrity_check") == "ok\n")
    expectOnly("out.db")
  }

  @Test func `an output that cannot be made is named`() throws {
    let missing = folder.file("no/such/out.db")
    let run = try tool.run("-o", missing, input: Rows.whole)
    expectFailure(run, 73)
    #expect(run.errorLines.first?.hasPrefix("epi-materialize: \(missing): ") == true, "\(run)")
    expectFailure(try tool.run("-o", folder.path, input: Rows.whole), 73, "\(folder.path): is a directory")
    expectOnly()
  }

  @Test func `a read-only folder or file is not permitted`() throws {
    _ = try ToolRunner.shell("chmod 555 '\(folder.path)'")
    let run = try tool.run("-o", target, input: Array(Rows.whole.utf8)) { $0.isUnprivileged = true }
    expectFailure(run, 77)
    #expect(run.errorLines.first?.hasPrefix("epi-materialize: \(target): ") == true, "\(run)")
    expectOnly()
    _ = try ToolRunner.shell("chmod 777 '\(folder.path)'")
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    _ = try ToolRunner.shell("chmod 444 '\(target)'")
    expectFailure(try tool.run("-o", target, input: Array(Rows.whole.utf8)) { $0.isUnprivileged = true }, 77)
    expectOnly("out.db")
  }

  @Test func `a full device is an error`() throws {
    let run = try tool.run("-o", "/dev/full", input: Rows.whole)
    #expect([73, 74].contains(run.status), "\(run)")
    #expect(run.errorLines.first?.hasPrefix("epi-materialize: /dev/full: ") == true, "\(run)")
  }

  @Test func `an output that is an input is refused`() throws {
    let path = try folder.write(Rows.whole, to: "rows.ndjson")
    _ = try ToolRunner.shell("ln -s rows.ndjson '\(folder.file("other"))'")
    for output in [path, folder.file("other")] {
      expectFailure(try tool.run("-o", output, path), 64, "\(output): the output is also an input")
    }
    #expect(try folder.text("rows.ndjson") == Rows.whole)
  }

  @Test(arguments: [("INT", 2), ("TERM", 15), ("HUP", 1)] as [(String, Int32)])
  func `a signal leaves nothing behind`(name: String, number: Int32) throws {
    var looks = 0
    let run = try tool.run("-o", target, input: Array(Rows.truncated.utf8)) { settings in
      settings.signal = (number, {
        looks += 1
        return looks > 50
      })
    }
    #expect(run.status == 128 + number)
    #expect(run.errorText == "")
    expectOnly()
  }

  @Test func `success is silent`() throws {
    let run = try tool.run("-o", target, input: Rows.whole)
    #expect(run.status == 0)
    #expect(run.output == [])
    #expect(run.errorText == "")
    expectOnly("out.db")
  }
}
