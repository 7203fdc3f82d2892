import EpiTestSupport
import Testing

/// Documents that pycrdt (yrs) makes on the spot, several writers at once, held against what pycrdt itself sees in them.
struct PycrdtTests {
  /// One document: the folder pycrdt wrote it to, and its own view.
  private struct PeerDocument {
    let folder: TemporaryFolder
    let view: ExpectedValue

    init(seed: UInt64) throws {
      folder = try TemporaryFolder()
      let script = "\(Fixtures.packageRoot)/Tests/Peers/pycrdt_documents.py"
      let run = try ToolRunner.peerPython().run(script, String(seed), folder.path)
      try #require(run.status == 0, "\(run)")
      view = try ExpectedValue(json: folder.bytes("expected.json"))
    }

    /// The log in random order, the state, and the log as pycrdt merges it.
    var forms: [[String]] {
      [
        ["--frames=length", folder.file("log.bin")], ["--frames=one", folder.file("state.bin")], ["--frames=one", folder.file("merged.bin")],
      ]
    }
  }

  private static let kinds = ["tables=map", "list=array", "map=map", "text=text", "xml=xml"].flatMap { ["--root", $0] }

  @Test(arguments: Seeds.list(40))
  func `a document of several writers is read as pycrdt reads it`(seed: UInt64) throws {
    let document = try PeerDocument(seed: seed)
    for form in document.forms {
      let dump = try ToolRunner.ydecode.run(["--encoding=v1", "--dump"] + Self.kinds + form)
      try #require(dump.status == 0, "\(dump)")
      let printed = try ExpectedValue(json: dump.output)
      for root in ["tables", "list", "map", "text", "xml"] {
        let wanted = try #require(document.view["dump"]?[root])
        #expect(printed[root] == wanted, "root \(root) of \(form)")
      }

      let deltas = try ToolRunner.ydecode.run(["--encoding=v1", "--dump", "--text=delta"] + Self.kinds + form)
      let delta = try #require(document.view["deltas"]?["text"])
      #expect(try ExpectedValue(json: deltas.output)["text"] == delta, "the delta of \(form)")

      let rows = try ToolRunner.ydecode.run(["--encoding=v1", "--layout=maps"] + form)
      let lines = try rows.lines.map { try ExpectedValue(json: Array($0.utf8)) }.filter { $0["row"] != nil }
      #expect(document.view["rows"] == .array(lines), "the rows of \(form)")
    }
  }

  @Test func `maps of many keys are read as pycrdt reads them, whatever the order their names are met in`() throws {
    let folder = try TemporaryFolder()
    let script = "\(Fixtures.packageRoot)/Tests/Peers/pycrdt_keys.py"
    let made = try ToolRunner.peerPython().run(script, folder.path)
    try #require(made.status == 0, "\(made)")
    let view = try ExpectedValue(json: folder.bytes("expected.json"))
    let run = try ToolRunner.ydecode.run("--dump", "--frames=one", folder.file("state.bin"))
    try #require(run.status == 0, "\(run)")
    #expect(try ExpectedValue(json: run.output) == view)
  }
}
