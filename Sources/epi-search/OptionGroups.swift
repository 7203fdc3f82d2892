internal import ArgumentParser
internal import EpiCommand
internal import EpiVectors

/// Where queries come from.
struct QueryOptions: ParsableArguments {
  @Option(name: .customLong("like"), help: ArgumentHelp("Take the vector of the row <id> or <table>/<id>; repeatable.", valueName: "id"))
  var like: [String] = []

  @Option(name: .customLong("text"), help: ArgumentHelp("Take a text, which --embed-with makes a vector; repeatable.", valueName: "text"))
  var text: [String] = []

  @Option(
    name: .customLong("embed-with"),
    help: ArgumentHelp("A program that makes vectors of texts: {\"id\",\"text\"} a line in, {\"id\",\"embedding\"} a line out.", valueName: "cmd"))
  var embedWith: String?

  @Flag(name: .customLong("follow"), help: "Answer each line at once; take up a snapshot that replaces the index.")
  var follow = false

  @Option(name: .customLong("on-error"), help: ArgumentHelp("At a line that is no query of this index: stop or skip.", valueName: "action"))
  var onError = ErrorAction.stop

  @Option(name: .customLong("rejects"), help: ArgumentHelp("Where skipped lines go, with the reasons.", valueName: "file"), completion: .file())
  var rejects: String?

  func validate() throws {
    guard rejects == nil || onError == .skip else { throw ValidationError("--rejects takes what --on-error=skip leaves out") }
    guard text.isEmpty || embedWith != nil else { throw ValidationError("--text needs --embed-with CMD, which makes it a vector") }
    guard embedWith != "" else { throw ValidationError("'--embed-with' names no program") }
  }
}

/// The database, and which rows may be found.
struct FilterOptions: ParsableArguments {
  @Option(name: .customLong("where"), help: ArgumentHelp("Only rows that fulfil an SQL expression over their table in --db.", valueName: "sql"))
  var condition: String?

  @Option(
    name: .customLong("ids-from"),
    help: ArgumentHelp("Only rows whose ids the file names; - is standard input.", valueName: "file"), completion: .file())
  var idsFrom: String?

  @Option(name: .customLong("hybrid"), help: ArgumentHelp("Words to be found in the FTS5 table too; both lists are fused.", valueName: "words"))
  var hybrid: String?

  @Option(
    name: .customLong("db"),
    help: ArgumentHelp("The database of the rows, for --where, --fields and --hybrid.", valueName: "file"), completion: .file())
  var db: String?

  @Option(name: .customLong("busy-timeout"), help: ArgumentHelp("How long to wait for a locked database, in milliseconds.", valueName: "ms"))
  var busyTimeout = 5000

  var isEmpty: Bool { condition == nil && idsFrom == nil && hybrid == nil }

  func validate() throws {
    guard busyTimeout >= 0, busyTimeout <= Int(Int32.max) else {
      throw ValidationError("'--busy-timeout' is \(busyTimeout), not from 0 to \(Int32.max)")
    }
    guard condition?.allSatisfy(\.isWhitespace) != true else { throw ValidationError("'--where' is an empty expression") }
    guard hybrid?.allSatisfy(\.isWhitespace) != true else { throw ValidationError("'--hybrid' has no words") }
    guard db != "" else { throw ValidationError("'--db' names no file") }
  }
}

/// How the search goes about it.
struct SearchOptions: ParsableArguments {
  @Option(name: .customLong("max-distance"), help: ArgumentHelp("Leave out rows that are farther away.", valueName: "x"))
  var maxDistance: Float?

  @Option(name: .customLong("search-l"), help: ArgumentHelp("Rows kept in view by a search of a graph.", valueName: "n"))
  var searchL: Int?

  @Flag(name: .customLong("exact"), help: "Measure every row, though there be a graph.")
  var exact = false

  @Option(name: .customLong("threads"), help: ArgumentHelp("Threads that search; 0 is one a processor.", valueName: "n"))
  var threads = 0

  @Option(
    name: .customLong("recall"),
    help: ArgumentHelp("Take <n> stored vectors as queries; tell how many rows the graph finds, and how fast.", valueName: "n"))
  var recall: Int?

  @Flag(name: .customLong("explain"), help: "Tell what each search did.")
  var explain = false

  func validate() throws {
    if let searchL, !(1...GraphOptions.maximumBeam).contains(searchL) {
      throw ValidationError("'--search-l' is \(searchL), not from 1 to \(GraphOptions.maximumBeam)")
    }
    guard threads >= 0 else { throw ValidationError("'--threads' is \(threads), less than 0") }
    if let recall, recall <= 0 { throw ValidationError("'--recall' is \(recall), less than 1") }
    if let maxDistance, maxDistance.isNaN { throw ValidationError("'--max-distance' is no number") }
  }
}

/// What is printed.
struct OutputOptions: ParsableArguments {
  @Option(name: .customLong("format"), help: ArgumentHelp("Default: ndjson, or table on a terminal.", valueName: "format"))
  var format: ResultFormat?

  @Option(name: .customLong("fields"), help: ArgumentHelp("Fields to print, of the snapshot or of --db.", valueName: "field[,field]"))
  var fields: FieldList?

  @Option(
    name: .customLong("join"),
    help: ArgumentHelp("Look in the row of <table> whose id is in this row's <field> too.", valueName: "table:field"))
  var join: JoinName?

  @Flag(name: [.customShort("e"), .customLong("exit-status")], help: "End with status 1 when a query finds nothing.")
  var exitStatus = false
}

/// How results are printed.
enum ResultFormat: String, NamedChoice {
  /// A JSON object a match.
  case ndjson
  /// A line of columns a match, with a tab between them.
  case tsv
  /// Columns of one width, for a person.
  case table
  /// A JSON array of ids a query.
  case ids
}

/// The fields after `--fields`.
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
