internal import EpiSystem

/// Finds near rows by way of the graph: from the entry on, always to the node that seems nearest of those not visited yet, until none
/// is left that is worth a visit (`SearchReach`). Every result is measured exactly; that none nearer was missed is likely, not certain.
struct GraphSearch: ~Copyable {
  private let graph: SnapshotGraph
  private let beam: Int
  private let reach: SearchReach
  private let threads: Int
  /// What may be found; nil: everything.
  private let allowed: AllowedVectors?
  /// Nodes that the last search visited for each query.
  private(set) var visits: [Int] = []
  /// That of the graph, from the first search on: to read it takes as long as a short search.
  private var space: GraphSpace?
  /// One for each thread, kept from batch to batch.
  private var workers: [GraphSearchWorker] = []

  /// - Parameter beam: nodes that a search keeps in view; at least as many as results are wanted.
  init(_ graph: SnapshotGraph, beam: Int, among allowed: AllowedVectors?, threads: Int) {
    self.graph = graph
    self.allowed = allowed
    self.beam = beam
    reach = SearchReach(beam: beam, graph, isFiltered: allowed != nil)
    self.threads = threads
  }

  /// The nearest rows for each query, at most `limit`: nearest first, equal distances by row.
  /// - Precondition: `snapshot` is the one of the graph.
  mutating func search(_ snapshot: borrowing Snapshot, for queries: QueryBatch, limit: Int) throws(SnapshotError) -> [[Match]] {
    let bytes = snapshot.bytes
    let space = space ?? graph.space(in: bytes)
    self.space = space
    let found = try SearchableGraph.with(graph, space, snapshot.layout.codes, in: bytes) { (view) throws(SnapshotError) in
      try nodes(view, for: queries, limit: min(limit, beam))
    }
    return try graph.results(of: found, among: allowed?.rows, limit: limit, in: bytes)
  }

  /// The nearest nodes for each query, with squared distances.
  private mutating func nodes(
    _ graph: borrowing SearchableGraph, for queries: QueryBatch, limit: Int
  ) throws(SnapshotError) -> [[Match]] {
    let parts = max(1, min(threads, queries.count))
    while workers.count < parts { workers.append(GraphSearchWorker(graph, reach)) }
    let workers = workers
    let allowed = allowed
    let share = (queries.count + parts - 1) / parts
    Threads.perform(parts, on: parts) { part, _ in
      workers[part].run(graph, queries, min(queries.count, part * share)..<min(queries.count, (part + 1) * share), limit, among: allowed)
    }
    visits.removeAll(keepingCapacity: true)
    var results: [[Match]] = []
    results.reserveCapacity(queries.count)
    for worker in workers[..<parts] {
      if let fault = worker.fault { throw fault }
      results += worker.results
      visits += worker.visits
    }
    return results
  }
}

/// The searches of one thread, which take turns.
private final class GraphSearchWorker {
  private var searches: InlineArray<4, NodeSearch>
  private(set) var results: [[Match]] = []
  private(set) var visits: [Int] = []
  private(set) var fault: SnapshotError?

  init(_ graph: borrowing SearchableGraph, _ reach: SearchReach) {
    searches = [NodeSearch(graph, reach), NodeSearch(graph, reach), NodeSearch(graph, reach), NodeSearch(graph, reach)]
  }

  /// Answers a range of queries into `results`, or sets `fault`.
  func run(_ graph: borrowing SearchableGraph, _ queries: QueryBatch, _ range: Range<Int>, _ limit: Int, among allowed: AllowedVectors?) {
    results = Array(repeating: [], count: range.count)
    visits = Array(repeating: 0, count: range.count)
    do throws(SnapshotError) {
      try Self.run(&searches, graph, queries, range, limit, among: allowed, into: &results, &visits)
    } catch {
      fault = error
    }
  }

  /// Each search takes the next query when it is done with its own.
  private static func run(
    _ searches: inout InlineArray<4, NodeSearch>, _ graph: borrowing SearchableGraph, _ queries: QueryBatch, _ range: Range<Int>,
    _ limit: Int, among allowed: AllowedVectors?, into results: inout [[Match]], _ visits: inout [Int]
  ) throws(SnapshotError) {
    // The number of each search's query; nil when it has none any more.
    var current = InlineArray<4, Int?>(repeating: nil)
    var next = range.lowerBound
    var active = 0
    var other: UInt32?
    for turn in 0..<min(searches.count, range.count) {
      searches[turn].start(queries.vector(next), limit: limit, in: graph)
      current[turn] = next
      next += 1
      active += 1
    }
    while active > 0 {
      for turn in 0..<searches.count {
        guard let query = current[turn] else { continue }
        let goesOn = try searches[turn].step(in: graph, among: allowed, beside: active == 1 ? nil : other)
        other = searches[turn].current
        if goesOn { continue }
        results[query - range.lowerBound] = searches[turn].matches
        visits[query - range.lowerBound] = searches[turn].visits
        if next < range.upperBound {
          searches[turn].start(queries.vector(next), limit: limit, in: graph)
          other = searches[turn].current
          current[turn] = next
          next += 1
        } else {
          current[turn] = nil
          active -= 1
        }
      }
    }
  }
}
