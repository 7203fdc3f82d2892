import ArgumentParser
import EpiCommand
import Testing

/// The parser's own sentences, as the version in use words them, in our form.
struct UsageMessageTests {
  private enum Few: String, ExpressibleByArgument, CaseIterable { case auto, v1, v2 }
  private enum Two: String, ExpressibleByArgument, CaseIterable { case rows, dump }
  private enum Many: String, ExpressibleByArgument, CaseIterable { case auto, one, length, hex, base64, sync, ystore }

  private struct Sample: Tool {
    static var toolName: String { "epi-x" }
    static var versionDetails: [String] { [] }
    func perform() throws(ToolFailure) -> EpiCommand.ExitStatus { .success }

    @OptionGroup var common: CommonOptions
    @Option(name: .shortAndLong) var output: String
    @Option(name: [.customShort("k"), .long]) var limit = 10
    @Option var encoding = Few.auto
    @Option var layout = Two.rows
    @Option var frames = Many.auto
    @Argument var index: String
  }

  private func message(_ arguments: String...) -> UsageMessage? {
    do {
      _ = try Sample.parseAsRoot(arguments)
      return nil
    } catch {
      return Sample.usageMessage(for: error, options: arguments.prefix { $0 != "--" })
    }
  }

  @Test func `an unknown option, with the one that was perhaps meant`() {
    #expect(message("-o", "x", "y", "--nonsense")?.text == "unknown option '--nonsense'")
    #expect(message("-o", "x", "y", "--nonsense")?.hint(toolName: "epi-x") == "try 'epi-x --help'")
    #expect(message("-o", "x", "y", "-Z")?.text == "unknown option '-Z'")
    let near = message("--outpu", "x", "y")
    #expect(near?.text == "unknown option '--outpu'")
    #expect(message("-output", "x", "y")?.text == "unknown option '-output'")
    #expect(near?.hint(toolName: "epi-x") == "did you mean '--output'? try 'epi-x --help'")
  }

  @Test func `an unknown option is told even where something else is wrong too`() {
    #expect(message("--nonsense")?.text == "unknown option '--nonsense'")
    #expect(message("--nonsense=5", "--limit", "ten")?.text == "unknown option '--nonsense'")
    #expect(message("--", "--nonsense", "y")?.text == "missing option '--output <output>'")
    #expect(message("-", "y")?.text == "missing option '--output <output>'")
  }

  @Test func `the nearest name is suggested, none that is far`() {
    let declared = DeclaredOptions(helpText: Sample.helpMessage(columns: 80))
    #expect(declared.names.sorted() == ["--encoding", "--frames", "--generate-completion-script", "--help", "--layout", "--limit", "--output", "--progress", "--quiet", "--report", "--version", "-V", "-h", "-k", "-o", "-q"].sorted())
    #expect(declared.nearest(to: "--outptu") == "--output")
    #expect(declared.nearest(to: "--limits") == "--limit")
    #expect(declared.nearest(to: "-layout") == "--layout")
    #expect(declared.nearest(to: "--recall") == nil)
    // Of a single letter nothing is known.
    #expect(declared.nearest(to: "-n") == nil)
  }

  @Test func `what is missing is called by its kind`() {
    #expect(message("-o", "x")?.text == "missing operand '<index>'")
    #expect(message("y")?.text == "missing option '--output <output>'")
    #expect(message("y", "-o")?.text == "missing value for '-o <output>'")
    #expect(message("y", "--output")?.text == "missing value for '--output <output>'")
  }

  @Test func `a value that is none of the choices, on one line however many there are`() {
    #expect(message("-o", "x", "y", "--limit", "ten")?.text == "the value 'ten' is invalid for '--limit <limit>'")
    #expect(
      message("-o", "x", "y", "--layout", "v9")?.text
        == "the value 'v9' is invalid for '--layout <layout>'; give one of 'rows' and 'dump'")
    #expect(
      message("-o", "x", "y", "--encoding", "v9")?.text
        == "the value 'v9' is invalid for '--encoding <encoding>'; give one of 'auto', 'v1' or 'v2'")
    #expect(
      message("-o", "x", "y", "--frames", "two")?.text
        == "the value 'two' is invalid for '--frames <frames>'; give one of 'auto', 'one', 'length', 'hex', 'base64', 'sync', 'ystore'")
  }

  @Test func `too much`() {
    #expect(message("-o", "x", "y", "z")?.text == "unexpected argument 'z'")
    #expect(message("-o", "x", "y", "z", "u")?.text == "2 unexpected arguments: 'z', 'u'")
    #expect(message("-o", "x", "y", "--quiet=yes")?.text == "the option '--quiet' does not take any value, but 'yes' was specified")
  }

  @Test func `letters written together`() {
    let text = message("-o", "x", "y", "-qk")?.text
    #expect(text == "unknown option '-qk' or missing value for '-k <limit>' in '-qk'")
  }

  @Test func `a shell without completions`() {
    #expect(
      message("--generate-completion-script", "csh")?.text
        == "can't generate completion scripts for 'csh'; use --generate-completion-script=<shell> with one of: zsh bash fish")
  }

  @Test func `names in capitals keep their letters, full stops go`() {
    #expect(UsageMessage(parserSentence: "SQL needs a database.").text == "SQL needs a database")
    #expect(UsageMessage(parserSentence: "Give --db FILE.").text == "give --db FILE")
    #expect(UsageMessage(parserSentence: "'-k' must be positive").text == "'-k' must be positive")
    #expect(UsageMessage(parserSentence: "").text == "")
  }

  @Test func `what the user typed stays as it was`() {
    #expect(message("-o", "x", "y", "z. Please provide one of w")?.text.contains("z") == true)
    #expect(message("-o", "x", "y", "--limit", "a. Did you mean 'b")?.text == "the value 'a. Did you mean 'b' is invalid for '--limit <limit>'")
  }
}
