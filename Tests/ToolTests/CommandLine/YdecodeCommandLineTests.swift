import EpiTestSupport
import Testing

struct YdecodeCommandLineTests {
  private let tool = ToolRunner.ydecode

  @Test func `what cannot be opened is named`() throws {
    expectFailure(try tool.run("/no/such/file"), 66, "/no/such/file: cannot open: no such file or directory")
    try withTemporaryFolder { folder in
      let run = try tool.run(folder.path)
      expectFailure(run, 66, "\(folder.path): is a directory")
    }
  }

  @Test func `one bad operand among good ones stops everything`() throws {
    expectFailure(try tool.run(Demo.state, "/no/such/file"), 66, "/no/such/file: cannot open: no such file or directory")
  }

  @Test func `what may not be read is told apart from what is not there`() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write([0, 0], to: "secret")
      _ = try ToolRunner.shell("chmod 000 '\(path)'")
      expectFailure(try tool.run(path) { $0.isUnprivileged = true }, 77, "\(path): cannot open: permission denied")
    }
  }

  @Test func `an empty input holds no update`() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write("", to: "empty.yjs")
      let run = try tool.run(path)
      expectFailure(run, 65)
      #expect(run.errorLines.first?.hasPrefix("epi-ydecode: \(path)") == true, "\(run)")
      let piped = try tool.run(input: [])
      expectFailure(piped, 65)
      #expect(piped.errorLines.first?.hasPrefix("epi-ydecode: -") == true, "\(piped)")
    }
  }

  @Test(arguments: [1, 100, 5000, 900_000])
  func `a cut update is told with its place, and no row appears`(count: Int) throws {
    let bytes = try Fixtures.contents(of: Demo.state)
    let run = try tool.run("--frames=one", input: Array(bytes.prefix(count)))
    expectFailure(run, 65)
    #expect(run.errorLines.first?.hasPrefix("epi-ydecode: -@") == true, "\(run)")
  }

  @Test func `an unknown layout or frame form is told with the choices`() throws {
    for option in ["--layout", "--frames"] {
      let run = try tool.run(option, "nonsense", Demo.state)
      expectFailure(run, 64)
      #expect(run.errorLines.first?.hasPrefix("epi-ydecode: the value 'nonsense' is invalid for '\(option) ") == true, "\(run)")
      #expect(run.errorLines.first?.contains("give one of 'auto', ") == true, "\(run)")
    }
  }

  @Test func `a full output is an error`() throws {
    expectFailure(try tool.run(Demo.state) { $0.outputPath = "/dev/full" }, 74, "cannot write: no space left on device")
  }

  @Test func `nobody reading is no reason to speak`() throws {
    for isIgnored in [false, true] {
      let run = try tool.run(Demo.state) { settings in
        settings.outputIsClosedPipe = true
        settings.ignoresBrokenPipe = isIgnored
      }
      #expect(run.status == 141)
      #expect(run.errorText == "")
    }
  }

  @Test func `success is silent, and standard input is what no operand and one dash mean`() throws {
    let run = try tool.run(Demo.state)
    #expect(run.status == 0)
    #expect(run.errorText == "")
    let bytes = try Fixtures.contents(of: Demo.state)
    #expect(try tool.run(input: bytes).output.firstDifference(from: run.output) == nil)
    #expect(try tool.run("-", input: bytes).output.firstDifference(from: run.output) == nil)
  }

  @Test func `a log in another encoding gives the same bytes`() throws {
    #expect(try tool.run(Demo.log).output.firstDifference(from: tool.run(Demo.state).output) == nil)
  }

  @Test func `the stream begins with a begin and closes with a matching end`() throws {
    let lines = try tool.run(Demo.state).lines
    #expect(lines.first == #"{"epi":1,"begin":{"mode":"snapshot"}}"#)
    #expect(lines.last?.hasPrefix(#"{"epi":1,"end":{"rows":774,"tables":2,"pending":0,"#) == true)
    #expect(lines.filter { $0.hasPrefix(#"{"table":"#) }.count == 774)
  }
}
