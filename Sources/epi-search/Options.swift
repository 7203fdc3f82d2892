internal import ArgumentParser
internal import EpiCommand
internal import EpiSQLite
internal import EpiVectors

struct SearchCommand: Tool {
  static let toolName = "epi-search"

  static var versionDetails: [String] {
    [
      "reads epi-snapshot \(SnapshotFormat.version)", "reads SQLite databases with SQLite \(Database.sqliteVersion)",
      "distance kernels: \(DistanceKernel.levelName)",
    ]
  }

  static let configuration = CommandConfiguration(
    commandName: toolName,
    abstract: "Find the rows of a snapshot whose vectors are nearest to queries.",
    usage: """
      epi-search [<options>] <index> [<queries> ...]
      epi-search --like <id> [<options>] <index>
      epi-search --text <text> --embed-with <cmd> [<options>] <index>
      epi-search --recall <n> [<options>] <index>
      epi-search --sql <sql> | --sql-file <file> [<options>]
      """,
    discussion: """
      Reads queries, one a line: an array of numbers, {"id":…,"embedding":[…]}, or
      {"$f32":"…"} with base64 in place of an array. Prints the nearest rows of
      each, nearest first; equal distances by id.

      EXAMPLES:
        epi-search notes.epi queries.ndjson
        epi-search --like rec_17 --where 'starred' --db notes.db notes.epi
        jq -c .embedding query.json | epi-search -k 3 --format=ids notes.epi

      EXIT STATUS:
        0   every query was answered
        1   queries were skipped; with -e: a query found nothing
        64  wrong use
        65  a query is malformed or does not fit; the index is damaged
        66  the index, the database or an input cannot be opened
        74  reading or writing failed
        75  the database is locked; try again later
        77  not permitted

      Manual: man epi-search
      """)

  @Option(name: [.customShort("k", allowingJoined: true), .customLong("limit")], help: ArgumentHelp("Results a query.", valueName: "n"))
  var limit = 10

  @OptionGroup(title: "Queries") var queries: QueryOptions

  @OptionGroup(title: "Which rows") var filter: FilterOptions

  @OptionGroup(title: "How to search") var search: SearchOptions

  @OptionGroup(title: "Output") var output: OutputOptions

  @OptionGroup(title: "SQL") var sql: SQLOptions

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The snapshot to search.", valueName: "index"), completion: .file())
  var index = ""

  @Argument(help: ArgumentHelp("Files of queries; - or none is standard input.", valueName: "queries"), completion: .file())
  var inputs: [String] = []

  func validate() throws {
    guard !sql.isGiven else { return try validateSQL() }
    guard !index.isEmpty else { throw ValidationError("missing operand '<index>'") }
    guard limit > 0 else { throw ValidationError("'--limit' is \(limit), less than 1") }
    guard index != "-" else { throw ValidationError("an index cannot be read from standard input; it is mapped into memory") }
    if search.recall != nil {
      guard inputs.isEmpty, queries.like.isEmpty, queries.text.isEmpty else {
        throw ValidationError("--recall takes its queries from the snapshot, and no others")
      }
      guard filter.isEmpty else { throw ValidationError("--recall is measured without --where, --ids-from and --hybrid") }
    }
    guard !queries.like.isEmpty || !queries.text.isEmpty ? inputs.isEmpty : true else {
      throw ValidationError("--like and --text are the queries; files with others cannot be given too")
    }
    guard !queries.follow || !inputs.contains(where: { $0 != "-" }) else { throw ValidationError("--follow reads standard input only") }
    guard !queries.follow || queries.like.isEmpty && queries.text.isEmpty else {
      throw ValidationError("--follow reads queries from standard input; --like and --text are queries of their own")
    }
    guard filter.idsFrom != "-" || !queries.like.isEmpty || !queries.text.isEmpty || !inputs.isEmpty && !inputs.contains("-") else {
      throw ValidationError("--ids-from and the queries cannot both be read from standard input")
    }
    guard !common.quiet || !search.explain else { throw ValidationError("--explain tells what --quiet does not") }
    for (name, given) in [("--where", filter.condition != nil), ("--hybrid", filter.hybrid != nil), ("--join", output.join != nil)] {
      guard !given || filter.db != nil else { throw ValidationError("\(name) needs --db FILE: the database that has the rows") }
    }
    guard filter.db == nil || filter.condition != nil || filter.hybrid != nil || output.fields != nil else {
      throw ValidationError("--db is there for --where, --fields and --hybrid; none is given")
    }
  }
}
