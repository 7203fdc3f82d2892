import EpiTestSupport
import Testing

struct IndexCommandLineTests {
  private let tool = ToolRunner.index
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.epi")
  }

  /// Nothing in the folder but what is named: no output, no temporary, no journal.
  private func expectOnly(_ names: String..., at location: SourceLocation = #_sourceLocation) {
    #expect(folder.names == names, sourceLocation: location)
  }

  @Test func `what cannot be opened is named`() throws {
    expectFailure(try tool.run("-o", target, "/no/such/file"), 66, "/no/such/file: cannot open: no such file or directory")
    expectFailure(try tool.run("-o", target, folder.path), 66, "\(folder.path): is a directory")
    expectOnly()
  }

  @Test func `an output must be named`() throws {
    expectFailure(try tool.run(input: Rows.notes), 64)
  }

  @Test func `an empty input makes no snapshot`() throws {
    let run = try tool.run("-o", target, input: "")
    expectFailure(run, 65)
    #expect(run.errorLines.first?.hasPrefix("epi-index: -") == true, "\(run)")
    expectOnly()
  }

  @Test(arguments: ["hello\n", "{\"table\":\"t\",\"id\":\"a\",\"row\":{\n", "[1,2]\n", "{\"table\":\"t\",\"id\":\"a\",\"row\":{}} x\n"])
  func `a line that is no row is told with its number`(line: String) throws {
    let run = try tool.run("-o", target, input: Rows.notes + line)
    expectFailure(run, 65)
    #expect(run.errorLines.first?.hasPrefix("epi-index: -:4:") == true, "\(run)")
    expectOnly()
  }

  @Test func `a stream that was cut makes no snapshot`() throws {
    expectFailure(try tool.run("-o", target, input: Rows.truncated), 65)
    expectOnly()
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    expectOnly("out.epi")
  }

  @Test func `a failure leaves the old snapshot as it was`() throws {
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    let old = try folder.bytes("out.epi")
    expectFailure(try tool.run("-o", target, input: Rows.truncated), 65)
    #expect(try folder.bytes("out.epi").firstDifference(from: old) == nil)
    expectOnly("out.epi")
  }

  @Test func `rows without vectors make no snapshot`() throws {
    let rows = #"{"table":"notes","id":"a","row":{"id":"a","title":"first"}}"# + "\n"
    expectFailure(try tool.run("-o", target, input: rows), 65)
    expectFailure(try tool.run("--column", "notes.v", "-o", target, input: rows), 65)
    expectOnly()
  }

  @Test func `an output that cannot be made is named`() throws {
    let missing = folder.file("no/such/out.epi")
    let run = try tool.run("-o", missing, input: Rows.whole)
    expectFailure(run, 73)
    #expect(run.errorLines.first?.hasPrefix("epi-index: \(missing): ") == true, "\(run)")
    expectFailure(try tool.run("-o", folder.path, input: Rows.whole), 73, "\(folder.path): is a directory")
    expectOnly()
  }

  @Test func `a read-only folder or file is not permitted`() throws {
    _ = try ToolRunner.shell("chmod 555 '\(folder.path)'")
    let run = try tool.run("-o", target, input: Array(Rows.whole.utf8)) { $0.isUnprivileged = true }
    expectFailure(run, 77)
    #expect(run.errorLines.first?.hasPrefix("epi-index: \(target): ") == true, "\(run)")
    expectOnly()
    _ = try ToolRunner.shell("chmod 777 '\(folder.path)'")
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    _ = try ToolRunner.shell("chmod 444 '\(target)'")
    expectFailure(try tool.run("-o", target, input: Array(Rows.whole.utf8)) { $0.isUnprivileged = true }, 77)
    expectOnly("out.epi")
  }

  @Test func `a full output is an error`() throws {
    let complaint = "cannot write: no space left on device"
    expectFailure(try tool.run("-o", "/dev/full", input: Rows.whole), 74, "/dev/full: \(complaint)")
    expectFailure(try tool.run("-o", "-", input: Array(Rows.whole.utf8)) { $0.outputPath = "/dev/full" }, 74, complaint)
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

  @Test func `the same rows give the same bytes, to a file and to a pipe`() throws {
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    let bytes = try folder.bytes("out.epi")
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    #expect(try folder.bytes("out.epi").firstDifference(from: bytes) == nil)
    #expect(try tool.run("-o", "-", input: Rows.whole).output.firstDifference(from: bytes) == nil)
  }

  @Test func `a binary result is not sent to a terminal`() throws {
    let rows = try folder.write(Rows.whole, to: "rows.ndjson")
    let run = try ToolRunner.shell("script -qec 'epi-index -o - \(rows)' /dev/null </dev/null")
    #expect(run.status == 64, "\(run)")
    #expect(run.text.contains("epi-index: "))
  }

  @Test func `success is silent`() throws {
    let run = try tool.run("-o", target, input: Rows.whole)
    #expect(run.status == 0)
    #expect(run.output == [])
    #expect(run.errorText == "")
    expectOnly("out.epi")
  }
}
