internal import ArgumentParser
internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// The options that say how vectors are linked.
struct GraphSettings: ParsableArguments {
  @Flag(name: .customLong("exact"), help: "No graph: every search measures every row.")
  var exact = false

  @Option(name: .customLong("max-neighbors"), help: ArgumentHelp("Links of each row in the graph; a multiple of 32.", valueName: "n"))
  var maxNeighbors: Int?

  @Option(
    name: .customLong("compress-neighbors"),
    help: ArgumentHelp("What each row keeps of its links' vectors: auto, none, float1bit, float8, float16 or floatb16.", valueName: "code"))
  var compressNeighbors: NeighborCompression?

  @Option(name: .customLong("alpha"), help: ArgumentHelp("How much shorter a detour must be to spare a link.", valueName: "x"))
  var alpha: Float?

  @Option(name: .customLong("insert-l"), help: ArgumentHelp("Rows kept in view by the search for a row's links.", valueName: "n"))
  var insertL: Int?

  @Option(name: .customLong("search-l"), help: ArgumentHelp("Rows that epi-search is to keep in view.", valueName: "n"))
  var searchL: Int?

  @Option(name: .customLong("seed"), help: ArgumentHelp("Where the random choices begin.", valueName: "n"))
  var seed: UInt64?

  @Option(name: .customLong("threads"), help: ArgumentHelp("Threads that build the graph; 0 is one a processor.", valueName: "n"))
  var threads = 0

  func validate() throws {
    let wanted = wanted
    guard wanted.maxNeighbors > 0, wanted.maxNeighbors % GraphOptions.batch == 0, wanted.maxNeighbors <= GraphOptions.maximumNeighbors else {
      throw ValidationError(
        "'--max-neighbors' is \(wanted.maxNeighbors), not a multiple of \(GraphOptions.batch) up to \(GraphOptions.maximumNeighbors)")
    }
    guard (1...GraphOptions.maximumAlpha).contains(wanted.alpha) else {
      throw ValidationError("'--alpha' is \(wanted.alpha), not from 1 to \(GraphOptions.maximumAlpha)")
    }
    for (name, value) in [("--insert-l", wanted.insertL), ("--search-l", wanted.searchL)] where !(1...GraphOptions.maximumBeam).contains(value) {
      throw ValidationError("'\(name)' is \(value), not from 1 to \(GraphOptions.maximumBeam)")
    }
    guard threads >= 0 else { throw ValidationError("'--threads' is \(threads), less than 0") }
  }

  /// Whether an option says how the graph is to be, so that there is to be one.
  private var isWanted: Bool {
    maxNeighbors != nil || compressNeighbors != nil || alpha != nil || insertL != nil || searchL != nil || seed != nil
  }

  /// How a graph is to be.
  private var wanted: GraphOptions {
    var options = GraphOptions()
    options.compression = compressNeighbors ?? options.compression
    options.maxNeighbors = maxNeighbors ?? options.maxNeighbors
    options.alpha = alpha ?? options.alpha
    options.insertL = insertL ?? options.insertL
    options.searchL = searchL ?? options.searchL
    options.seed = seed ?? options.seed
    options.threads = threads == 0 ? Process.processorCount : threads
    return options
  }

  /// How the graph of the rows is to be; nil when there is to be none.
  func options(for rows: borrowing IndexedRows) -> GraphOptions? {
    guard !exact, VectorGraph.suits(rows, isWanted: isWanted) else { return nil }
    return wanted
  }
}

extension NeighborCompression: NamedChoice {}
