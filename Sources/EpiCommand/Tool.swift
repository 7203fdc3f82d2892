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
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Help and version answer at once, whatever else stands on the line.
    let options = arguments.prefix { $0 != "--" }
    if options.contains("--version") || options.contains("-V") {
      finish(printing: (["\(toolName) \(ToolVersion.current)"] + versionDetails).joined(separator: "\n") + "\n")
    }
    if options.contains("--help") || options.contains("-h") { finish(printing: helpMessage(columns: 80) + "\n") }

    let diagnostics = Diagnostics(tool: toolName, isQuiet: false)
    do {
      let command = try parseAsRoot(arguments)
      guard let tool = command as? Self else {
        // A request that swift-argument-parser answers itself: completion scripts.
        var command = command
        try command.run()
        Process.exit(0)
      }
      Process.exit(try tool.perform().rawValue)
    } catch let failure as ToolFailure {
      if failure.isBrokenPipe { Process.exitBrokenPipe() }
      diagnostics.fail(failure)
      Process.exit(failure.status.rawValue)
    } catch {
      if exitCode(for: error).isSuccess { finish(printing: fullMessage(for: error, columns: 80) + "\n") }
      diagnostics.fail(ToolFailure(.usage, usageMessage(error), hint: "try '\(toolName) --help'"))
      Process.exit(ExitStatus.usage.rawValue)
    }
  }

  /// The parser's sentence in our form: lower case, no full stop.
  private static func usageMessage(_ error: any Error) -> String {
    let text = message(for: error)
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  private static func finish(printing text: String) -> Never {
    do {
      try Descriptor.standardOutput.write(Array(text.utf8).span)
    } catch {
      if error.kind == .brokenPipe { Process.exitBrokenPipe() }
      Diagnostics(tool: toolName, isQuiet: false).fail(ToolFailure(error))
      Process.exit(ToolFailure(error).status.rawValue)
    }
    Process.exit(0)
  }
}
