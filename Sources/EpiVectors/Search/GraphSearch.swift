internal import EpiSystem
internal import Synchronization

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
  /// - Parameter meanwhile: is called on this thread while others search, before it does so itself.
  mutating func search(
    _ snapshot: borrowing Snapshot, for queries: QueryBatch, limit: Int, meanwhile: () -> Void
  ) throws(SnapshotError) -> [[Match]] {
    let space = space ?? graph.space(in: snapshot.bytes)
    self.space = space
    return try SearchableGraph.with(graph, space, snapshot.layout.codes, in: snapshot.bytes) { (view) throws(SnapshotError) in
      try search(view, snapshot, for: queries, limit, meanwhile)
    }
  }

  private mutating func search(
    _ view: borrowing SearchableGraph, _ snapshot: borrowing Snapshot, for queries: QueryBatch, _ limit: Int, _ meanwhile: () -> Void
  ) throws(SnapshotError) -> [[Match]] {
    let parts = max(1, min(threads, queries.count))
    while workers.count < parts { workers.append(GraphSearchWorker(view, reach)) }
    let (workers, graph, rows) = (workers, graph, allowed?.rows)
    let (allowed, beam) = (allowed, beam)
    let turns = QueryTurns(queries.count)
    Threads.perform(parts, on: parts) { part, worker in
      if worker == 0 { meanwhile() }
      workers[part].run(view, queries, turns, min(limit, beam), among: allowed) { (nodes) throws(SnapshotError) in
        try graph.results(of: nodes, among: rows, limit: limit, in: snapshot.bytes)
      }
    }
    visits = Array(repeating: 0, count: queries.count)
    var results: [[Match]] = Array(repeating: [], count: queries.count)
    for worker in workers[..<parts] {
      if let fault = worker.fault { throw fault }
      for answer in worker.answers {
        results[answer.query] = answer.matches
        visits[answer.query] = answer.visits
      }
    }
    return results
  }
}

/// The queries of a batch, handed out one by one: threads are not equally fast.
private final class QueryTurns: Sendable {
  private let count: Int
  private let taken = Atomic(0)

  init(_ count: Int) { self.count = count }

  /// The next query; nil when there are no more.
  func next() -> Int? {
    let query = taken.add(1, ordering: .relaxed).oldValue
    return query < count ? query : nil
  }
}

/// The searches of one thread, which take turns.
private final class GraphSearchWorker {
  private var searches: InlineArray<4, NodeSearch>
  private(set) var answers: [(query: Int, matches: [Match], visits: Int)] = []
  private(set) var fault: SnapshotError?

  init(_ graph: borrowing SearchableGraph, _ reach: SearchReach) {
    searches = [NodeSearch(graph, reach), NodeSearch(graph, reach), NodeSearch(graph, reach), NodeSearch(graph, reach)]
  }

  /// Answers queries, as they come, into `answers`, or sets `fault`.
  /// - Parameter rows: makes of the nodes that were found, with what the metric's kernel gives, rows with distances.
  func run(
    _ graph: borrowing SearchableGraph, _ queries: QueryBatch, _ turns: QueryTurns, _ limit: Int, among allowed: AllowedVectors?,
    rows: ([Match]) throws(SnapshotError) -> [Match]
  ) {
    answers.removeAll(keepingCapacity: true)
    do throws(SnapshotError) {
      try Self.run(&searches, graph, queries, turns, limit, among: allowed, rows, into: &answers)
    } catch {
      fault = error
    }
  }

  /// Each search takes the next query when it is done with its own.
  private static func run(
    _ searches: inout InlineArray<4, NodeSearch>, _ graph: borrowing SearchableGraph, _ queries: QueryBatch, _ turns: QueryTurns,
    _ limit: Int, among allowed: AllowedVectors?, _ rows: ([Match]) throws(SnapshotError) -> [Match],
    into answers: inout [(query: Int, matches: [Match], visits: Int)]
  ) throws(SnapshotError) {
    // The number of each search's query; nil when it has none any more.
    var current = InlineArray<4, Int?>(repeating: nil)
    var active = 0
    var other: UInt32?
    for turn in 0..<searches.count {
      guard let query = turns.next() else { break }
      searches[turn].start(queries.vector(query), limit: limit, in: graph)
      current[turn] = query
      active += 1
    }
    while active > 0 {
      for turn in 0..<searches.count {
        guard let query = current[turn] else { continue }
        let goesOn = try searches[turn].step(in: graph, among: allowed, beside: active == 1 ? nil : other)
        other = searches[turn].current
        if goesOn { continue }
        answers.append((query, try rows(searches[turn].matches), searches[turn].visits))
        current[turn] = turns.next()
        if let next = current[turn] {
          searches[turn].start(queries.vector(next), limit: limit, in: graph)
          other = searches[turn].current
        } else {
          active -= 1
        }
      }
    }
  }
}
