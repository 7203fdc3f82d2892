package import ArgumentParser
internal import EpiSystem

/// One of the four tools: its command line is declared with swift-argument-parser, its life is the same for all.
package protocol Tool: ParsableCommand {
  static var toolName: String { get }
  /// What follows the version line: formats and libraries, a line each.
  static var versionDetails: [String] { get }
  /// Does the work.
  func perform() throws(ToolFailure) -> ExitStatus
}

package enum ToolVersion {
  package static let current = "0.1.0"
}

extension Tool {
  /// Reads the command line, runs the tool and ends the process with its status.
  package static func start() -> Never {
    Process.keepFreedMemory()
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Help and version answer at once, whatever else stands on the line.
    let options = arguments.prefix { $0 != "--" }
    if options.contains(where: { $0 == "--version" || isCluster($0, with: "V") }) {
      finish(printing: (["\(toolName) \(ToolVersion.current)"] + versionDetails).joined(separator: "\n") + "\n")
    }
    if options.contains(where: { $0 == "--help" || isCluster($0, with: "h") }) { finish(printing: helpMessage(columns: 80) + "\n") }

    if options.contains(where: { $0.hasPrefix("--generate-completion-script") }), let script = completionScript(asked: arguments) {
      finish(printing: script)
    }

    let diagnostics = Diagnostics(tool: toolName, isQuiet: false)
    do {
      let line = try ToolLine<Self>.parse(arguments)
      Process.exit(try line.command.perform().rawValue)
    } catch let failure as ToolFailure {
      if failure.isBrokenPipe { Process.exitBrokenPipe() }
      diagnostics.fail(failure)
      Process.exit(failure.status.rawValue)
    } catch {
      let usage = usageMessage(for: error, options: options)
      diagnostics.fail(ToolFailure(.usage, usage.text, hint: usage.hint(toolName: toolName)))
      Process.exit(ExitStatus.usage.rawValue)
    }
  }

  /// The script that `arguments` ask for, if they do and there is one: swift-argument-parser hands it out as an error.
  private static func completionScript(asked arguments: [String]) -> String? {
    do {
      _ = try parseAsRoot(arguments)
      return nil
    } catch {
      return exitCode(for: error).isSuccess ? CompletionScript.withoutSubcommands(fullMessage(for: error, columns: 80)) + "\n" : nil
    }
  }

  /// An option that does not exist is told before anything else that is wrong with the line.
  package static func usageMessage(for error: any Error, options: some Sequence<String>) -> UsageMessage {
    let declared = DeclaredOptions(helpText: helpMessage(includeHidden: true, columns: 80))
    if let name = declared.firstUnknown(in: options) { return UsageMessage(unknownOption: name, among: declared) }
    return UsageMessage(parserSentence: message(for: error))
  }

  /// Whether `argument` is `-X`, or flags of one letter written together of which `letter` is one.
  private static func isCluster(_ argument: String, with letter: Character) -> Bool {
    argument.hasPrefix("-") && argument.contains(letter) && argument.dropFirst().allSatisfy { "hVqve".contains($0) }
  }

  private static func finish(printing text: String) -> Never {
    do {
      let output = Descriptor.standardOutput
      try output.write(Array(text.utf8).span)
      try output.close()
    } catch {
      if error.kind == .brokenPipe { Process.exitBrokenPipe() }
      Diagnostics(tool: toolName, isQuiet: false).fail(ToolFailure(error))
      Process.exit(ToolFailure(error).status.rawValue)
    }
    Process.exit(0)
  }
}
