package import ArgumentParser

/// What every tool understands.
package struct CommonOptions: ParsableArguments {
  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print errors only.")
  package var quiet = false

  @Option(
    name: .customLong("progress"),
    help: ArgumentHelp("Tell what is done while it lasts: auto is on a terminal and after one second.", valueName: "when"))
  package var progress = ProgressMode.auto

  @Option(
    name: .customLong("report"),
    help: ArgumentHelp("Write what was done to a file, as one JSON object.", valueName: "file"), completion: .file())
  package var report: String?

  // Answered before the line is parsed (Tool.start); declared so that help and completions name it.
  @Flag(name: [.customShort("V"), .customLong("version")], help: "Print the version and what it is built of.")
  package var version = false

  // Answered by swift-argument-parser before anything else; declared for the same reason.
  @Option(
    name: .customLong("generate-completion-script"),
    help: ArgumentHelp("Print a completion script: bash, zsh or fish.", valueName: "shell"), completion: .list(["bash", "zsh", "fish"]))
  package var generateCompletionScript: String?

  package init() {}
}
