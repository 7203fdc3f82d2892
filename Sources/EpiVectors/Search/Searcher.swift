internal import EpiSystem

/// Searches a snapshot, by its graph or by measuring rows, all of them or those that are allowed.
package struct Searcher: ~Copyable {
  package let plan: SearchPlan
  /// What the last search did for each query.
  package private(set) var efforts: [SearchEffort] = []
  private var graphSearch: GraphSearch?
  private var codeScan: CodeScan?
  /// Nil: every row may be found.
  private let allowed: AllowedVectors?
  private let limit: Int
  private let threads: Int

  /// - Parameters:
  ///   - limit: results a query; at least 1.
  ///   - beam: nodes that a search of a graph keeps in view, though never less than `limit`, and more with a filter; nil: what the
  ///     snapshot asks for, and at least twice `limit`.
  ///   - allowed: the rows that may be found, each search's `limit` of them if there are so many; nil: every row.
  ///   - plan: how to search; nil: what is cheapest.
  ///   - threads: at least 1; they change no result.
  /// - Throws: when a damaged graph is met while the nodes of the allowed rows are looked up.
  package init(
    of snapshot: borrowing Snapshot, limit: Int, beam: Int? = nil, isExact: Bool = false, among allowed: AllowedRows? = nil,
    plan: SearchPlan? = nil, threads: Int = 1
  ) throws(SnapshotError) {
    var vectors: AllowedVectors?
    if let allowed { vectors = try AllowedVectors(allowed, of: snapshot) }
    self.allowed = vectors
    let limit = min(limit, allowed?.count ?? snapshot.head.rows)
    self.limit = limit
    self.threads = threads
    guard let graph = snapshot.graph, !isExact, limit > 0 else {
      self.plan = allowed == nil ? .scan : .filteredScan
      return
    }
    let base = min(max(beam ?? max(graph.options.searchL, 2 * limit), limit), graph.nodes)
    var best = SearchPlan.unfiltered(base: base, limit: limit, graph: graph, hasCodes: snapshot.layout.codes != nil)
    if let vectors { best = SearchPlan.filtered(base: base, limit: limit, allowed: vectors.count, graph: graph) }
    self.plan = plan ?? best
    if plan ?? best == .codes, let codes = snapshot.layout.codes { codeScan = CodeScan(graph, codes, threads: threads) }
    if case .graph(let beam) = plan ?? best { graphSearch = GraphSearch(graph, beam: beam, among: vectors, threads: threads) }
  }

  /// The nearest rows for each query: nearest first, equal distances by row.
  /// - Parameters:
  ///   - snapshot: the one the searcher was made for.
  ///   - meanwhile: is called once, on this thread: while others search already, where a graph is searched by several.
  package mutating func search(
    _ snapshot: borrowing Snapshot, for queries: QueryBatch, meanwhile: () -> Void = {}
  ) throws(SnapshotError) -> [[Match]] {
    if graphSearch == nil { meanwhile() }
    if let results = try codeScan?.search(snapshot, for: queries, limit: limit) {
      efforts = (codeScan?.measured ?? []).map { SearchEffort(plan: plan, distances: $0, estimates: snapshot.vectorCount) }
      return results
    }
    guard var results = try graphSearch?.search(snapshot, for: queries, limit: limit, meanwhile: meanwhile) else {
      let effort = SearchEffort(plan: plan, distances: allowed?.count ?? snapshot.vectorCount)
      efforts = Array(repeating: effort, count: queries.count)
      return try scan(snapshot, for: queries)
    }
    let neighbors = snapshot.graph?.options.maxNeighbors ?? 0
    efforts = (graphSearch?.visits ?? []).map { SearchEffort(plan: plan, visited: $0, distances: $0, estimates: $0 * neighbors) }
    guard let allowed else { return results }
    // Where the allowed rows lie far from a query, its way may end before it has met enough of them.
    let short = results.indices.filter { results[$0].count < limit }
    guard !short.isEmpty else { return results }
    for (index, matches) in zip(short, try scan(snapshot, for: queries.chosen(short))) {
      results[index] = matches
      efforts[index].plan = .filteredScan
      efforts[index].distances += allowed.count
    }
    return results
  }

  /// Measures all rows, or all that are allowed.
  private func scan(_ snapshot: borrowing Snapshot, for queries: QueryBatch) throws(SnapshotError) -> [[Match]] {
    let parts = max(1, min(threads, queries.count))
    let share = (queries.count + parts - 1) / parts
    let results = PartResults(parts: parts)
    let limit = limit
    let allowed = allowed
    Threads.perform(parts, on: parts) { part, _ in
      let range = min(queries.count, part * share)..<min(queries.count, (part + 1) * share)
      let vectors = snapshot.vectors
      let queries = queries.part(range)
      results.parts[part].matches =
        if let allowed {
          FilteredScan.search(vectors, pitch: snapshot.vectorPitch, form: snapshot.form, among: allowed, for: queries, limit: limit)
        } else if snapshot.layout.coarse != nil {
          CoarseScan.search(vectors, snapshot.coarseRows, form: snapshot.form, for: queries, limit: limit)
        } else {
          ExactSearch.search(vectors, pitch: snapshot.vectorPitch, form: snapshot.form, for: queries, limit: limit)
        }
    }
    let found = results.parts.flatMap(\.matches)
    guard let graph = snapshot.graph else { return found }
    var rows: [[Match]] = []
    for matches in found { rows.append(try graph.rows(of: matches, among: allowed?.rows, limit: limit, in: snapshot.bytes)) }
    return rows
  }
}

/// What each thread found.
private struct PartResults {
  final class Part {
    var matches: [[Match]] = []
  }

  let parts: [Part]

  init(parts count: Int) { parts = (0..<count).map { _ in Part() } }
}
