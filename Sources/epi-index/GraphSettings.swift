internal import ArgumentParser
internal import EpiSystem
internal import EpiVectors

/// The options that say how vectors are linked.
struct GraphSettings: ParsableArguments {
  @Flag(name: .long, help: "No graph: every search measures every row.")
  var exact = false

  @Option(name: .long, help: ArgumentHelp("Links of each row in the graph; a multiple of 32.", valueName: "n"))
  var maxNeighbors = Self.defaults.maxNeighbors

  @Option(
    name: .long,
    help: ArgumentHelp("What each row keeps of its links' vectors: auto, none, float1bit, float8, float16 or floatb16.", valueName: "code"))
  var compressNeighbors = NeighborCompression.auto

  @Option(name: .long, help: ArgumentHelp("How much shorter a detour must be to spare a link.", valueName: "x"))
  var alpha = Self.defaults.alpha

  @Option(name: .long, help: ArgumentHelp("Rows kept in view by the search for a row's links.", valueName: "n"))
  var insertL = Self.defaults.insertL

  @Option(name: .long, help: ArgumentHelp("Rows that epi-search is to keep in view.", valueName: "n"))
  var searchL = Self.defaults.searchL

  @Option(name: .long, help: ArgumentHelp("Where the random choices begin.", valueName: "n"))
  var seed = Self.defaults.seed

  @Option(name: .long, help: ArgumentHelp("Threads that build the graph; 0 is one a processor.", valueName: "n"))
  var threads = 0

  private static let defaults = GraphOptions()

  func validate() throws {
    guard maxNeighbors > 0, maxNeighbors % GraphOptions.batch == 0, maxNeighbors <= GraphOptions.maximumNeighbors else {
      throw ValidationError(
        "'--max-neighbors' is \(maxNeighbors), not a multiple of \(GraphOptions.batch) up to \(GraphOptions.maximumNeighbors)")
    }
    guard (1...GraphOptions.maximumAlpha).contains(alpha) else {
      throw ValidationError("'--alpha' is \(alpha), not from 1 to \(GraphOptions.maximumAlpha)")
    }
    for (name, value) in [("--insert-l", insertL), ("--search-l", searchL)] where !(1...GraphOptions.maximumBeam).contains(value) {
      throw ValidationError("'\(name)' is \(value), not from 1 to \(GraphOptions.maximumBeam)")
    }
    guard threads >= 0 else { throw ValidationError("'--threads' is \(threads), less than 0") }
  }

  /// How the graph of the rows is to be; nil when there is to be none.
  func options(for rows: borrowing IndexedRows) -> GraphOptions? {
    guard !exact, VectorGraph.suits(rows) else { return nil }
    var options = GraphOptions()
    options.compression = compressNeighbors
    options.maxNeighbors = maxNeighbors
    options.alpha = alpha
    options.insertL = insertL
    options.searchL = searchL
    options.seed = seed
    options.threads = threads == 0 ? Process.processorCount : threads
    return options
  }
}

extension NeighborCompression: ExpressibleByArgument {}
