import EpiTestSupport
import Foundation
import Testing

/// The runner that all tests of the tools rest on.
struct ToolRunnerTests {
  @Test func `gives status, output and errors`() throws {
    let run = try ToolRunner.shell("cat; echo words >&2; exit 3", input: Array("data\n".utf8))
    #expect(run.status == 3)
    #expect(run.text == "data\n")
    #expect(run.lines == ["data"])
    #expect(run.errorLines == ["words"])
  }

  @Test func `gives 128 and the signal's number`() throws {
    #expect(try ToolRunner.shell("kill -SEGV $$").status == 128 + SIGSEGV)
  }

  @Test func `carries many megabytes both ways and on both outputs at once`() throws {
    var random = SeededGenerator(seed: 5)
    let input = (0..<1 << 19).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
    let run = try ToolRunner.shell("tee /dev/stderr", input: input)
    #expect(run.status == 0)
    #expect(run.output.firstDifference(from: input) == nil)
    #expect(run.errors.firstDifference(from: input) == nil)
  }

  @Test func `does not mind a process that reads nothing`() throws {
    let run = try ToolRunner.shell("exit 0", input: [UInt8](repeating: 0, count: 1 << 20))
    #expect(run.status == 0)
  }

  @Test(arguments: ["sleep 100", "exec >&- 2>&-; sleep 100", "trap '' TERM; while :; do :; done", "sleep 100 | cat"])
  func `kills what hangs and calls it a fault`(script: String) throws {
    let start = Date()
    #expect(throws: (any Error).self) { try ToolRunner.shell(script) { $0.seconds = 0.3 } }
    #expect(Date().timeIntervalSince(start) < 50)
  }

  @Test func `sets folder, variables and the way of the output`() throws {
    try withTemporaryFolder { folder in
      let run = try ToolRunner.shell("pwd; echo $EPI_WORD") { settings in
        settings.directory = folder.path
        settings.environment["EPI_WORD"] = "word"
      }
      #expect(run.lines == [folder.path, "word"])
      #expect(try ToolRunner.shell("echo x") { $0.outputPath = "/dev/full" }.status == 1)
      #expect(try ToolRunner.shell("exec cat /proc/self/status") { $0.outputIsClosedPipe = true }.status == 128 + SIGPIPE)
      let ignoring = try ToolRunner.shell("exec cat /proc/self/status") { settings in
        settings.outputIsClosedPipe = true
        settings.ignoresBrokenPipe = true
      }
      #expect(ignoring.status == 1)
    }
  }

  @Test func `sends a signal once a condition holds`() throws {
    try withTemporaryFolder { folder in
      let run = try ToolRunner.shell("trap 'exit 7' TERM; touch \(folder.file("ready")); while :; do sleep 0.01; done") { settings in
        settings.signal = (SIGTERM, { folder.names == ["ready"] })
      }
      #expect(run.status == 7)
    }
  }

  @Test func `runs as somebody without rights`() throws {
    let run = try ToolRunner.program("id").run("-u") { $0.isUnprivileged = true }
    #expect(run.status == 0)
    #expect(run.lines != ["0"])
  }

  @Test func `the folders of tests are empty and go away`() throws {
    let path = try withTemporaryFolder { folder in
      #expect(folder.names == [])
      try folder.write("x", to: "file")
      return folder.path
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `the generator gives SplitMix64's numbers`() {
    var random = SeededGenerator(seed: 1_234_567)
    let numbers = (0..<3).map { _ in random.next() }
    #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }
}
