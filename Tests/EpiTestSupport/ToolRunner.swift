import Foundation

/// Runs one of the tools, or another program, as a person would from a shell.
///
///     let run = try ToolRunner.ydecode.run("--dump", Fixtures.path("yjs/map.v1.bin"))
///     #expect(run.status == 0)
///     #expect(run.text == …)
///
/// The tools are taken from the folder `EPI_BIN` names, else from beside the test bundle.
package struct ToolRunner: CustomStringConvertible, Sendable {
  package let name: String
  package let path: String

  package static let ydecode = ToolRunner(tool: "epi-ydecode")
  package static let materialize = ToolRunner(tool: "epi-materialize")
  package static let index = ToolRunner(tool: "epi-index")
  package static let search = ToolRunner(tool: "epi-search")
  package static let all = [ydecode, materialize, index, search]

  /// Where the tools under test lie.
  package static let folder: String = {
    if let named = ProcessInfo.processInfo.environment["EPI_BIN"], !named.isEmpty {
      return URL(fileURLWithPath: named).standardizedFileURL.path
    }
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: tests).deletingLastPathComponent().path
  }()

  private init(tool name: String) {
    self.name = name
    path = "\(Self.folder)/\(name)"
  }

  private init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  /// Another program, found in PATH: `sqlite3`, `jq`, `mandoc`, which Tests/run.sh installs.
  package static func program(_ name: String) throws -> ToolRunner {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
      return ToolRunner(name: name, path: "\(folder)/\(name)")
    }
    throw ChildProcess.Failure(description: "'\(name)' is not installed; Tests/run.sh installs what the tests need")
  }

  /// The python that has the peers the tests compare with: pycrdt, which is Yjs in Rust.
  package static func peerPython() throws -> ToolRunner {
    let path = "\(Fixtures.packageRoot)/.build-venv/bin/python"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ChildProcess.Failure(description: "there is no '\(path)' with pycrdt; run Tests/run.sh, which makes it")
    }
    return ToolRunner(name: "python", path: path)
  }

  /// The program that reads faulty updates.
  package static func mutationRun() throws -> ToolRunner {
    let path = "\(folder)/mutation-run"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ChildProcess.Failure(description: "there is no '\(path)'; run Tests/run.sh, which builds it")
    }
    return ToolRunner(name: "mutation-run", path: path)
  }

  package var description: String { name }

  /// How a run differs from the plain case.
  package struct Settings {
    /// Variables added to, or replacing, those of the tests.
    package var environment: [String: String] = [:]
    package var directory: String?
    /// A file standard output goes to, as `> path` does: `/dev/full`.
    package var outputPath: String?
    /// Standard output is a pipe that nobody reads any more.
    package var outputIsClosedPipe = false
    /// SIGPIPE is ignored from the start, as under systemd.
    package var ignoresBrokenPipe = false
    /// Runs as somebody who may not write what others own, even when the tests run as root.
    package var isUnprivileged = false
    /// A run that has not ended by then is killed, and counts as a fault.
    package var seconds = 60.0
    /// Sends a signal while standard input is still open, as soon as the condition holds.
    package var signal: (number: Int32, condition: () -> Bool)?

    package init() {}
  }

  /// Runs the tool to its end. `configure` sets what differs from the plain case.
  /// - Throws: when it cannot be started or hangs.
  package func run(_ arguments: String..., input: [UInt8] = [], configure: (inout Settings) -> Void = { _ in }) throws -> ToolRun {
    try run(arguments, input: input, configure: configure)
  }

  package func run(_ arguments: String..., input: String, configure: (inout Settings) -> Void = { _ in }) throws -> ToolRun {
    try run(arguments, input: Array(input.utf8), configure: configure)
  }

  package func run(_ arguments: [String], input: [UInt8] = [], configure: (inout Settings) -> Void = { _ in }) throws -> ToolRun {
    var settings = Settings()
    configure(&settings)
    let environment = ProcessInfo.processInfo.environment.merging(settings.environment) { $1 }
    var child = ChildProcess(path: path, arguments: arguments, environment: environment, directory: settings.directory)
    if let outputPath = settings.outputPath { child.output = .file(outputPath) }
    if settings.outputIsClosedPipe { child.output = .closedPipe }
    child.ignoresBrokenPipe = settings.ignoresBrokenPipe

    // Somebody else cannot reach into root's folders: the tool is copied to where everybody may run it.
    let rightsFree = settings.isUnprivileged && geteuid() == 0 ? try TemporaryFolder() : nil
    if let rightsFree {
      let copy = rightsFree.file(name)
      // Copied by a process of its own: while this one had the copy open for writing, a child started by another test could
      // inherit it, and a file that is open for writing cannot be executed.
      _ = try Self.program("cp").run(path, copy)
      child.path = try Self.program("setpriv").path
      child.arguments = ["--reuid=65534", "--regid=65534", "--clear-groups", "--", copy] + arguments
    }
    let interruption = settings.signal.map { ChildProcess.Interruption(signal: $0.number, condition: $0.condition) }
    let ending = try withExtendedLifetime(rightsFree) {
      try child.run(input: input, seconds: settings.seconds, interruption: interruption)
    }
    return ToolRun(
      command: ([name] + arguments).joined(separator: " "), status: ending.status, output: ending.output, errors: ending.errors)
  }

  /// Runs a script with bash, where the tools are found by their names.
  package static func shell(_ script: String, input: [UInt8] = [], configure: (inout Settings) -> Void = { _ in }) throws -> ToolRun {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try program("bash").run(["-c", script], input: input) { settings in
      settings.environment["PATH"] = "\(folder):\(path)"
      configure(&settings)
    }
  }
}
