/// Completion scripts as swift-argument-parser makes them, without the subcommand `help`, which it offers and no tool has.
enum CompletionScript {
  private static let marks = ["Show subcommand help information.", "'(-): :->command'", "'(-)*:: :->arg'"]

  static func withoutSubcommands(_ script: String) -> String {
    script.split(separator: "\n", omittingEmptySubsequences: false).filter { line in !marks.contains { line.contains($0) } }.joined(separator: "\n")
  }
}
