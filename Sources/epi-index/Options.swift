internal import ArgumentParser
internal import EpiCommand
internal import EpiRows
internal import EpiVectors

struct IndexCommand: Tool {
  static let toolName = "epi-index"

  static var versionDetails: [String] {
    [
      "reads epi-rows \(RowReader.version)", "writes epi-snapshot \(SnapshotFormat.version)",
      "distance kernels: \(DistanceKernel.levelName)",
    ]
  }

  static let configuration = CommandConfiguration(
    commandName: toolName,
    abstract: "Write the vectors of rows to a snapshot that epi-search searches.",
    usage: """
      epi-index [<options>] -o <file> [<rows> ...]
      epi-index --check <file> | --info <file>
      epi-index --map <file.svg> [--color <field>] <snapshot>
      """,
    discussion: """
      Reads row streams (epi-rows(5)) from files or standard input and takes the
      field that holds arrays of numbers. The snapshot (epi-snapshot(5)) appears
      whole or not at all; the same rows and options give the same bytes.

      EXAMPLES:
        epi-ydecode notes.yjs | epi-index -o notes.epi
        epi-index --embed-with ./embed --text notes.body -o notes.epi notes.ndjson
        epi-index --column embeddings.embedding --join recordings:recordingId \\
                  --store title -o notes.epi notes.ndjson

      EXIT STATUS:
        0   written; the check found no fault
        1   written, but rows were skipped; the check found a fault
        64  wrong use
        65  the rows are malformed or cut, or hold no vectors; nothing was written
        66  an input cannot be opened
        73  the snapshot cannot be created
        74  reading or writing failed
        77  not permitted

      Manual: man epi-index
      """)

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The snapshot to write; - is standard output.", valueName: "file"), completion: .file())
  var output: String?

  @Option(name: .customLong("column"), help: ArgumentHelp("The field that holds the vectors; default: the only one.", valueName: "table.field"))
  var column: FieldName?

  @Option(name: .customLong("metric"), help: ArgumentHelp("What near means.", valueName: "metric"))
  var metric = MetricName.cosine

  @Option(
    name: .customLong("type"),
    help: ArgumentHelp("How a number is kept: f32, f64, f16, bf16, f8 or f1bit; default: as the schema says, else f32.", valueName: "type"))
  var type: ElementType?

  @Option(name: .customLong("dimensions"), help: ArgumentHelp("Numbers that every vector must have.", valueName: "n"))
  var dimensions: Int?

  @Option(name: .customLong("model"), help: ArgumentHelp("The model that made the vectors; kept in the snapshot.", valueName: "name"))
  var model = ""

  @Option(name: .customLong("store"), help: ArgumentHelp("Fields to keep for results.", valueName: "field[,field]"))
  var store: FieldList?

  @Option(
    name: .customLong("join"),
    help: ArgumentHelp("Take stored fields from the row of <table> whose id is in this row's <field>.", valueName: "table:field"))
  var join: JoinName?

  @Option(
    name: .customLong("reuse"),
    help: ArgumentHelp("Take over the links of rows that have not changed since this snapshot.", valueName: "file"), completion: .file())
  var reuse: String?

  @Flag(name: .customLong("if-changed"), help: "Leave the snapshot alone when it would be the same.")
  var ifChanged = false

  @Option(
    name: .customLong("check"),
    help: ArgumentHelp("Read a whole snapshot and tell whether it is sound.", valueName: "file"), completion: .file())
  var check: String?

  @Option(
    name: .customLong("info"),
    help: ArgumentHelp("Print what a snapshot says of itself: a page on a terminal, else JSON.", valueName: "file"), completion: .file())
  var info: String?

  @Option(
    name: .customLong("map"),
    help: ArgumentHelp("Draw the rows of a snapshot as a map, an SVG file; rows that are near lie near.", valueName: "file.svg"), completion: .file())
  var map: String?

  @Option(name: .customLong("color"), help: ArgumentHelp("With --map: the stored field that gives the colours.", valueName: "field"))
  var color: String?

  @OptionGroup(title: "Texts") var embedding: EmbedSettings

  @OptionGroup var rows: RowInputOptions

  @OptionGroup var graph: GraphSettings

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("Row streams; - or none is standard input.", valueName: "rows"), completion: .file())
  var inputs: [String] = []

  func validate() throws {
    let modes = [output, check, info, map].filter { $0 != nil }
    guard modes.count == 1 else {
      throw ValidationError(modes.isEmpty ? "no output: name the snapshot with -o FILE" : "only one of -o, --check, --info and --map can be given")
    }
    guard output != nil || map != nil || inputs.isEmpty else { throw ValidationError("--check and --info take no rows") }
    guard map == nil || inputs.count == 1 else { throw ValidationError("--map draws one snapshot: epi-index --map FILE.svg SNAPSHOT") }
    if let map, [".png", ".jpg", ".jpeg", ".pdf"].contains(where: { map.lowercased().hasSuffix($0) }) {
      throw ValidationError("--map draws SVG; name it FILE.svg, of which rsvg-convert makes other pictures")
    }
    guard color == nil || map != nil else { throw ValidationError("--color is for --map") }
    if let dimensions, !(1...Normalization.maximumDimensions).contains(dimensions) {
      throw ValidationError("'--dimensions' is \(dimensions), not from 1 to \(Normalization.maximumDimensions)")
    }
    guard model.utf8.count <= SnapshotFormat.maximumLabelBytes else {
      throw ValidationError("'--model' has \(model.utf8.count) bytes, more than \(SnapshotFormat.maximumLabelBytes)")
    }
    guard type != .float1bit || metric == .cosine else {
      throw ValidationError("one bit tells a direction only: '--type f1bit' needs the metric cosine, not '\(metric.rawValue)'")
    }
    if let text = embedding.text, let column {
      guard text.isOf(table: column.table) else {
        throw ValidationError("'--text' and '--column' name fields of two tables, '\(text.table)' and '\(column.table)'")
      }
    }
    guard join == nil || store != nil else { throw ValidationError("--join needs --store FIELD: it tells where stored fields come from") }
  }
}

/// The fields after `--store`.
struct FieldList: ExpressibleByArgument {
  var names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else { return nil }
  }
}

/// What follows `--join`.
struct JoinName: ExpressibleByArgument {
  var name: FieldName

  init?(argument: String) {
    guard let name = FieldName(argument, separator: ":") else { return nil }
    self.name = name
  }
}

extension FieldName: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument, separator: ".") }
}

extension ElementType: ExpressibleByArgument {
  package init?(argument: String) { self.init(name: argument) }

  package static var allValueStrings: [String] { allCases.map(\.name) }
}

/// The metrics by their names.
enum MetricName: String, NamedChoice {
  case cosine
  case l2
  case dot

  var metric: Metric {
    switch self {
    case .cosine: .cosine
    case .l2: .l2
    case .dot: .dot
    }
  }
}
