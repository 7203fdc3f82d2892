internal import EpiSystem

/// Searches a snapshot, by its graph or by measuring every row.
package struct Searcher: ~Copyable {
  /// Nil: every row is measured.
  private var graphSearch: GraphSearch?
  private let limit: Int
  private let threads: Int

  /// - Parameters:
  ///   - limit: results a query; at least 1.
  ///   - beam: nodes that a search of a graph keeps in view, though never less than `limit`; nil: what the snapshot asks for, and at
  ///     least twice `limit`.
  ///   - threads: at least 1; they change no result.
  package init(of snapshot: borrowing Snapshot, limit: Int, beam: Int? = nil, isExact: Bool = false, threads: Int = 1) {
    self.limit = min(limit, snapshot.head.rows)
    self.threads = threads
    guard let graph = snapshot.graph, !isExact else { return }
    let wanted = beam ?? max(graph.options.searchL, 2 * self.limit)
    graphSearch = GraphSearch(graph, beam: min(max(wanted, self.limit), graph.nodes), threads: threads)
  }

  /// The nearest rows for each query: nearest first, equal distances by row.
  /// - Parameter snapshot: the one the searcher was made for.
  package mutating func search(_ snapshot: borrowing Snapshot, for queries: QueryBatch) throws(SnapshotError) -> [[Match]] {
    if let results = try graphSearch?.search(snapshot, for: queries, limit: limit) { return results }
    return try exactSearch(snapshot, for: queries)
  }

  private func exactSearch(_ snapshot: borrowing Snapshot, for queries: QueryBatch) throws(SnapshotError) -> [[Match]] {
    let parts = max(1, min(threads, queries.count))
    let share = (queries.count + parts - 1) / parts
    let results = PartResults(parts: parts)
    let limit = limit
    Threads.perform(parts, on: parts) { part, _ in
      let range = min(queries.count, part * share)..<min(queries.count, (part + 1) * share)
      let vectors = snapshot.vectors
      results.parts[part].matches = ExactSearch.search(vectors, pitch: snapshot.vectorPitch, form: snapshot.form, for: queries.part(range), limit: limit)
    }
    let found = results.parts.flatMap(\.matches)
    guard let graph = snapshot.graph else { return found }
    var rows: [[Match]] = []
    for matches in found { rows.append(try graph.rows(of: matches, limit: limit, in: snapshot.bytes)) }
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
