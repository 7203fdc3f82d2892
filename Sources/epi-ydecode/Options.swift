internal import ArgumentParser
internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSQLite
internal import EpiWorkspace
internal import EpiYjs

struct DecodeCommand: Tool {
  static let toolName = "epi-ydecode"

  static let versionDetails = ["reads Yjs updates v1 and v2 (yjs 13, yjs 14, yrs)", "writes epi-rows \(RowReader.version)"]

  static let configuration = CommandConfiguration(
    commandName: toolName,
    abstract: "Print the tables of a Yjs document as rows.",
    usage: "epi-ydecode [<options>] [<file> ...]",
    discussion: """
      Reads Yjs updates from files or standard input, merges all of them, and
      prints the rows of the document, sorted by table and id, one JSON object a
      line.

      EXAMPLES:
        epi-ydecode notes.yjs | jq -c 'select(.row) | .row'
        epi-ydecode --frames=length log.bin | epi-materialize -o notes.db

      EXIT STATUS:
        0   the document is complete
        1   printed, but updates are missing that others build on, or rows do not
            fit
        64  wrong use
        65  the input is malformed or cut, or no known layout fits
        66  an input cannot be opened
        74  reading or writing failed
        77  not permitted

      Manual: man epi-ydecode
      """)

  @Option(name: .customLong("frames"), help: ArgumentHelp("How updates lie in a file.", valueName: "kind"))
  var frames: Framing = .auto

  @Option(
    name: .customLong("from-sqlite"),
    help: ArgumentHelp("Files are SQLite databases: the blobs of that column, in rowid order, are the updates.", valueName: "table.column"))
  var fromSqlite: BlobColumn?

  @Option(name: .customLong("where"), help: ArgumentHelp("With --from-sqlite: take only rows for which this SQL holds.", valueName: "sql"))
  var condition: String?

  @Flag(name: .customLong("salvage"), help: "Use what precedes a cut last frame, with a warning.")
  var salvage = false

  @Option(name: .customLong("encoding"), help: ArgumentHelp("Encoding of the updates.", valueName: "version"))
  var encoding: UpdateEncoding = .auto

  @OptionGroup var rows: RowOptions

  @OptionGroup var changes: ChangeOptions

  @Flag(name: .customLong("dump"), help: "Print the whole document as one JSON object instead of rows.")
  var dump = false

  @Flag(name: .customLong("inspect"), help: "Print what each update holds, an object a line, without merging.")
  var inspect = false

  @Option(
    name: .customLong("root"),
    help: ArgumentHelp("With --dump: read root NAME as map, array, text, xml, xmlelement or xmltext; repeatable.", valueName: "name=kind"))
  var root: [RootChoice] = []

  @Option(name: .customLong("text"), help: "Rich text as a string or as a Quill delta.")
  var text: TextForm = .plain

  @Flag(name: .customLong("require-complete"), help: "Take missing updates for an error; print nothing then.")
  var requireComplete = false

  @Option(name: .customLong("max-bytes"), help: ArgumentHelp("Most bytes of all inputs together.", valueName: "n"))
  var maxBytes = Limits.bytes

  @Option(name: .customLong("max-depth"), help: ArgumentHelp("Most levels of nesting, of values and of shared types.", valueName: "n"))
  var maxDepth = Limits.depth

  @Option(
    name: .customLong("max-items"),
    help: ArgumentHelp("Most items that all updates together may announce. (default: 2097152 and one a byte)", valueName: "n"))
  var maxItems: Int?

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("Files of updates; - is standard input.", valueName: "file"), completion: .file())
  var files: [String] = []
}

extension TextForm: NamedChoice {}
extension Framing: NamedChoice {}
extension BlobColumn: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
extension UpdateEncoding: NamedChoice {}

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
