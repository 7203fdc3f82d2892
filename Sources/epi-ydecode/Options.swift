internal import ArgumentParser
internal import EpiCommand
internal import EpiWorkspace
internal import EpiYjs

/// `epi-ydecode`: Yjs updates to rows.
struct DecodeCommand: Tool {
  static let toolName = "epi-ydecode"

  static let versionDetails = [
    "reads Yjs updates v1 and v2 (yjs 13, yjs 14, yrs)",
    "writes epi-rows 1",
  ]

  static let configuration = CommandConfiguration(
    commandName: toolName,
    abstract: "Yjs updates to rows: prints the tables of a workspace as NDJSON.",
    discussion: """
      Reads every FILE (none or -: standard input), merges all updates in them and
      prints the rows, sorted by table and id, to standard output.

      EXAMPLES:
        epi-ydecode notes.yjs | jq -c .row
        epi-ydecode --frames=length updates.log | epi-materialize -o notes.db

      EXIT STATUS:
        0   complete
        1   printed, but some updates miss predecessors
        64  wrong use             65  malformed or truncated input
        66  cannot open an input  74  reading or writing failed

      See epi-ydecode(1) and epi-rows(5).
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("How updates lie in a file: one update, or each with its length in front.", valueName: "kind"))
  var frames: Framing = .auto

  @Option(help: ArgumentHelp("Encoding of the updates.", valueName: "version"))
  var encoding: UpdateEncoding = .auto

  @Option(help: ArgumentHelp("How tables lie in the document.", valueName: "layout"))
  var layout: LayoutChoice = .auto

  @Flag(help: "Print the whole document as one JSON object instead of rows.")
  var dump = false

  @Option(help: ArgumentHelp("With --dump: read root NAME as map, array, text, xml, xmlelement or xmltext; repeatable.", valueName: "name=kind"))
  var root: [RootChoice] = []

  @Argument(help: ArgumentHelp("Files of updates; - is standard input.", valueName: "file"))
  var files: [String] = []
}

extension Framing: ExpressibleByArgument {}
extension UpdateEncoding: ExpressibleByArgument {}
extension LayoutChoice: ExpressibleByArgument {}

/// The argument of `--root`: a name and what to read it as.
struct RootChoice: ExpressibleByArgument {
  let name: String
  let kind: RootKind

  /// The name may contain `=`: the last one counts.
  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="), let kind = RootKind(rawValue: String(argument[argument.index(after: equals)...]))
    else { return nil }
    name = String(argument[..<equals])
    self.kind = kind
  }
}
