import EpiTestSupport
import Foundation
import Testing

/// The completion scripts, in the shells they are for.
struct CompletionTests {
  /// Options of the tools with the values that they take.
  private static let choices = [
    ("epi-ydecode", "--frames", ["auto", "base64", "hex", "length", "one", "sync", "ystore"]), ("epi-materialize", "--sql", ["libsql", "postgres", "sqlite"]),
    ("epi-index", "--metric", ["cosine", "dot", "l2"]), ("epi-search", "--format", ["ids", "ndjson", "table", "tsv"]),
  ]

  private func folder(_ tool: String, _ shell: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let script = try ToolRunner.shell("\(tool) --generate-completion-script \(shell)")
    try #require(script.status == 0 && script.errorText == "", "\(script)")
    try folder.write(script.output, to: "_\(tool)")
    try folder.write("", to: "notes.file")
    return folder
  }

  /// What bash completes at the end of a line.
  private func bash(_ words: [String], in folder: TemporaryFolder) throws -> [String] {
    let tool = words[0]
    let run = try ToolRunner.program("bash").run(
      ["--norc", "-c", """
        source ./_\(tool)
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
        COMP_POINT=${#COMP_LINE}
        $(complete -p \(tool) | sed 's/.*-F \\([^ ]*\\).*/\\1/') "$1" "${@: -1}" "${@: -2:1}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """, "bash"] + words) { $0.directory = folder.path }
    #expect(run.errorText == "", "\(run)")
    return run.lines.sorted()
  }

  @Test(arguments: choices)
  func `bash completes options, values and files`(tool: String, option: String, values: [String]) throws {
    let folder = try folder(tool, "bash")
    #expect(try bash([tool, String(option.dropLast(2))], in: folder).contains(option))
    #expect(try bash([tool, option, ""], in: folder) == values)
    #expect(try bash([tool, "--progress", ""], in: folder) == ["always", "auto", "never"])
    #expect(try bash([tool, "--report", "not"], in: folder) == ["notes.file"])
    #expect(try bash([tool, "not"], in: folder).contains("notes.file"))
  }

  @Test(arguments: choices)
  func `zsh loads the function and gives it to the tool`(tool: String, option: String, values: [String]) throws {
    let folder = try folder(tool, "zsh")
    let run = try ToolRunner.program("zsh").run(
      "-f", "-c", "fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; print $_comps[\(tool)]; autoload +X _\(tool) && whence -w _\(tool)"
    ) { $0.directory = folder.path }
    #expect(run.lines == ["_\(tool)", "_\(tool): function"] && run.errorText == "", "\(run)")
    // It says what the help says.
    let text = try folder.text("_\(tool)")
    for word in values + [option] { #expect(text.contains(word), "\(word)") }
  }

  @Test(arguments: choices)
  func `fish completes options, values and files`(tool: String, option: String, values: [String]) throws {
    let folder = try folder(tool, "fish")
    func complete(_ line: String) throws -> [String] {
      let run = try ToolRunner.program("fish").run("--no-config", "-c", "source _\(tool); complete -C '\(line)'") { settings in
        settings.directory = folder.path
        settings.environment["HOME"] = folder.path
      }
      #expect(run.errorText == "", "\(run)")
      // Behind a tab stands the description.
      return run.lines.map { String($0.prefix { $0 != "\t" }) }.sorted()
    }
    #expect(try complete("\(tool) \(option.dropLast(2))").contains(option))
    #expect(try complete("\(tool) \(option) ") == values)
    #expect(try complete("\(tool) --report not").contains("notes.file"))
    #expect(try complete("\(tool) not").contains("notes.file"))
  }
}
