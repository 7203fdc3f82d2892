internal import ArgumentParser

/// The command line of `Command`, read in its place: the same options, without what `Tool.start` has answered by then.
///
/// Before a line is parsed, swift-argument-parser makes two commands of its own to see whether a completion script is wanted,
/// unless the command is part of another; and it looks for requests for help twice. That is a twelfth of all that a processor does
/// for a search of 100,000 rows, from exec to exit.
struct ToolLine<Command: Tool>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: Command.toolName, _superCommandName: "", helpNames: NameSpecification([]))
  }

  var command: Command

  init() { command = Command() }

  init(from decoder: any Decoder) throws { command = try Command(from: decoder) }

  mutating func validate() throws { try command.validate() }
}

extension ToolLine: CustomReflectable {
  /// The options are declared by the properties that a mirror shows: those of the command.
  var customMirror: Mirror { Mirror(reflecting: command) }
}
