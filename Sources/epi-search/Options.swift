internal import ArgumentParser
internal import EpiCommand
internal import EpiVectors

struct SearchCommand: Tool {
  static let toolName = "epi-search"

  static var versionDetails: [String] {
    ["reads epi-snapshot \(SnapshotFormat.version)", "distance kernels: \(DistanceKernel.levelName)"]
  }

  static let configuration = CommandConfiguration(
    commandName: toolName,
    abstract: "Find the rows of a snapshot whose vectors are nearest to queries.",
    usage: """
      epi-search [<options>] <index> [<queries> ...]
      epi-search --recall <n> [<options>] <index>
      """,
    discussion: """
      Reads queries, one a line: an array of numbers, {"id":…,"embedding":[…]}, or
      {"$f32":"…"} with base64 in place of an array. Prints the nearest rows of
      each, nearest first; equal distances by id.

      EXAMPLES:
        epi-search notes.epi queries.ndjson
        jq -c .embedding query.json | epi-search -k 3 --format=ids notes.epi

      EXIT STATUS:
        0   every query was answered
        1   with -e: a query found nothing
        64  wrong use
        65  a query is malformed or does not fit; the index is damaged
        66  the index or an input cannot be opened
        74  reading or writing failed
        77  not permitted

      Manual: man epi-search
      """)

  @Option(name: [.customShort("k", allowingJoined: true), .long], help: ArgumentHelp("Results a query.", valueName: "n"))
  var limit = 10

  @Option(name: .long, help: ArgumentHelp("Leave out rows that are farther away.", valueName: "x"))
  var maxDistance: Float?

  @Option(
    name: .long, help: ArgumentHelp("A JSON object a result, or a JSON array of ids a query.", valueName: "format"))
  var format = ResultFormat.ndjson

  @Option(name: .long, help: ArgumentHelp("Rows kept in view by a search of a graph.", valueName: "n"))
  var searchL: Int?

  @Flag(name: .long, help: "Measure every row, though there be a graph.")
  var exact = false

  @Option(name: .long, help: ArgumentHelp("Threads that search; 0 is one a processor.", valueName: "n"))
  var threads = 0

  @Option(
    name: .long, help: ArgumentHelp("Take <n> stored vectors as queries; tell how many rows the graph finds.", valueName: "n"))
  var recall: Int?

  @Flag(name: .shortAndLong, help: "End with status 1 when a query finds nothing.")
  var exitStatus = false

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The snapshot to search.", valueName: "index"))
  var index: String

  @Argument(help: ArgumentHelp("Files of queries; - or none is standard input.", valueName: "queries"))
  var inputs: [String] = []

  func validate() throws {
    if let searchL, !(1...GraphOptions.maximumBeam).contains(searchL) {
      throw ValidationError("'--search-l' is \(searchL), not from 1 to \(GraphOptions.maximumBeam)")
    }
    guard threads >= 0 else { throw ValidationError("'--threads' is \(threads), less than 0") }
    if let recall {
      guard recall > 0 else { throw ValidationError("'--recall' is \(recall), less than 1") }
      guard inputs.isEmpty else { throw ValidationError("--recall takes its queries from the snapshot, and no others") }
    }
    guard limit > 0 else { throw ValidationError("'--limit' is \(limit), less than 1") }
    if let maxDistance, maxDistance.isNaN { throw ValidationError("'--max-distance' is no number") }
    guard index != "-" else { throw ValidationError("an index cannot be read from standard input; it is mapped into memory") }
  }
}

extension ResultFormat: ExpressibleByArgument {}
