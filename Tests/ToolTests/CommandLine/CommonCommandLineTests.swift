import EpiTestSupport
import Testing

/// What the command line promises of all four tools alike.
struct CommonCommandLineTests {
  @Test(arguments: ToolRunner.all)
  func `the version is the first line's last word`(tool: ToolRunner) throws {
    let run = try tool.run("--version")
    #expect(run.status == 0)
    #expect(run.lines.first == "\(tool.name) 0.1.0")
    #expect(run.errors == [])
    #expect(try tool.run("-V").text == run.text)
    #expect(try tool.run("-qV").text == run.text)
  }

  @Test(arguments: ToolRunner.all)
  func `help goes to standard output, whatever else is on the line`(tool: ToolRunner) throws {
    let run = try tool.run("--help")
    #expect(run.status == 0)
    #expect(run.errors == [])
    for line in [["-h"], ["--nonsense", "--help", "x", "y"], ["-h", "/no/such/file"], ["-o", "--help"], ["-qh"]] {
      let other = try tool.run(line)
      #expect(other.text == run.text, "\(line)")
      #expect(other.status == 0, "\(line)")
    }
  }

  @Test(arguments: ToolRunner.all)
  func `help has a sentence, usage, two examples, exit status and the page's name in 80 columns`(tool: ToolRunner) throws {
    let run = try tool.run("--help")
    #expect(run.text.contains("USAGE: \(tool.name) "))
    #expect(run.lines.filter { $0.contains("\(tool.name) ") && !$0.contains("USAGE") && !$0.contains("(1)") }.count >= 2)
    #expect(run.text.lowercased().contains("exit status"))
    #expect(run.text.contains("\(tool.name)(1)") || run.text.contains("man \(tool.name)"))
    for line in run.lines { #expect(line.count <= 80, "\(line)") }
  }

  @Test(arguments: ToolRunner.all)
  func `after two dashes nothing is an option`(tool: ToolRunner) throws {
    let run = try tool.run("--", "--help")
    #expect(run.status != 0)
    #expect(run.output == [])
  }

  @Test(arguments: ToolRunner.all)
  func `an unknown option is named`(tool: ToolRunner) throws {
    for line in [["--no-such-option"], ["--no-such-option", "x"], ["--no-such-option=x"], ["x", "--no-such-option"]] {
      let run = try tool.run(line)
      expectFailure(run, 64, "unknown option '--no-such-option'")
      #expect(run.errorLines.last == "\(tool.name): hint: try '\(tool.name) --help'")
    }
    expectFailure(try tool.run("-Z"), 64, "unknown option '-Z'")
  }

  @Test(arguments: ToolRunner.all)
  func `a mistyped option is corrected, an abbreviated one is not taken`(tool: ToolRunner) throws {
    let run = try tool.run("--quite")
    expectFailure(run, 64, "unknown option '--quite'")
    #expect(run.errorLines.last == "\(tool.name): hint: did you mean '--quiet'? try '\(tool.name) --help'")
    expectFailure(try tool.run("--qui"), 64, "unknown option '--qui'")
  }

  @Test(arguments: ToolRunner.all)
  func `a flag takes no value`(tool: ToolRunner) throws {
    let run = try tool.run("--quiet=yes", "x")
    #expect(run.status == 64)
    #expect(run.errorLines.last == "\(tool.name): hint: try '\(tool.name) --help'")
  }

  @Test(arguments: ToolRunner.all)
  func `an output that cannot be written is an error`(tool: ToolRunner) throws {
    for option in ["--help", "--version"] {
      expectFailure(try tool.run(option) { $0.outputPath = "/dev/full" }, 74, "cannot write: no space left on device")
    }
    let closed = try ToolRunner.shell("exec \(tool.name) --help >&-")
    #expect(closed.status == 74)
    #expect(closed.errorText.hasPrefix("\(tool.name): "))
  }

  @Test(arguments: ToolRunner.all)
  func `nobody reading help is no reason to speak`(tool: ToolRunner) throws {
    for isIgnored in [false, true] {
      let run = try tool.run("--help") { settings in
        settings.outputIsClosedPipe = true
        settings.ignoresBrokenPipe = isIgnored
      }
      #expect(run.status == 141)
      #expect(run.errorText == "")
    }
  }

  @Test(arguments: ToolRunner.all, ["bash", "zsh", "fish"])
  func `completions are generated and name the options`(tool: ToolRunner, shell: String) throws {
    let run = try tool.run("--generate-completion-script", shell)
    #expect(run.status == 0)
    #expect(run.errors == [])
    #expect(run.text.contains("quiet"))
    if shell == "bash" { #expect(try ToolRunner.program("bash").run("-n", input: run.output).status == 0) }
  }

  @Test(arguments: ToolRunner.all)
  func `what comes from outside cannot steer the terminal`(tool: ToolRunner) throws {
    let run = try tool.run("--no\u{1b}[31m\nsuch", "x")
    #expect(run.status == 64)
    #expect(run.errorLines.first == "\(tool.name): unknown option '--no\\x1b[31m\\nsuch'")
  }

  @Test(arguments: [("epi-ydecode", ""), ("epi-materialize", "-o out"), ("epi-index", "-o out")])
  func `without operands at a terminal the tool does not wait`(tool: String, arguments: String) throws {
    try withTemporaryFolder { folder in
      // script(1) gives its command a terminal.
      let run = try ToolRunner.shell("script -qec '\(tool) \(arguments)' /dev/null </dev/null") { settings in
        settings.directory = folder.path
      }
      #expect(run.status == 64, "\(run)")
      #expect(run.text.contains("\(tool): "))
      #expect(folder.names == [])
    }
  }
}
