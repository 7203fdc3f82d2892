package import ArgumentParser

/// What every tool understands.
package struct CommonOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print errors only.")
  package var quiet = false

  // Answered before the line is parsed (Tool.start); declared so that help and completions name it.
  @Flag(name: [.customShort("V"), .long], help: "Print the version and what it is built of.")
  package var version = false

  // Answered by swift-argument-parser before anything else; declared for the same reason.
  @Option(name: .long, help: ArgumentHelp("Print a completion script: bash, zsh or fish.", valueName: "shell"))
  package var generateCompletionScript: String?

  package init() {}
}
