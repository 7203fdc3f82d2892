import EpiSystem
import EpiVectors

/// What a search among some of the rows costs by either plan and by the one that is chosen, and how much of the exact answer that finds.
enum FilterPlans {
  struct Result {
    /// Share of the rows that is allowed.
    var share: Double
    /// Queries that are searched for together.
    var together: Int
    var plan: SearchPlan
    /// Microseconds of processor time a query, medians of the runs: by the plan that is chosen, by a scan, by the graph.
    var chosen = 0.0
    var scan = 0.0
    var graph = 0.0
    /// Share of the ten nearest allowed rows that the chosen plan finds.
    var recall = 0.0
    /// What choosing costs: how many times as long the chosen plan takes as the better one.
    var loss: Double { chosen / min(scan, graph) }
  }

  private static let shares = [0.5, 0.2, 0.15, 0.1, 0.05, 0.02, 0.01, 0.001]
  private static let limit = 10
  /// Queries that are timed.
  private static let queryCount = 256

  static func measure(_ index: String, queries path: String, runs: Int) throws -> [Result] {
    let snapshot = try Snapshot(mapping: MappedFile(path: index))
    let queries = try QueryFile.read(path, for: snapshot, most: queryCount)
    var results: [Result] = []
    for share in shares {
      let allowed = rows(of: snapshot.head.rows, share: share)
      for together in [1, queryCount] {
        let batches = stride(from: 0, to: queries.count, by: together).map { first in
          queries.chosen(Array(first..<min(first + together, queries.count)))
        }
        var chosen = try Searcher(of: snapshot, limit: limit, among: allowed)
        let beam = SearchPlan.beam(snapshot.graph?.options.searchL ?? limit, limit: limit, allowed: allowed.count, nodes: snapshot.head.rows)
        var scan = try Searcher(of: snapshot, limit: limit, among: allowed, plan: .filteredScan)
        var graph = try Searcher(of: snapshot, limit: limit, among: allowed, plan: .graph(beam: beam))
        var result = Result(share: share, together: together, plan: chosen.plan)
        var times: (chosen: [Double], scan: [Double], graph: [Double]) = ([], [], [])
        for run in 0...runs {
          let (found, chosenTime) = try timed(&chosen, snapshot, batches)
          let (nearest, scanTime) = try timed(&scan, snapshot, batches)
          let (_, graphTime) = try timed(&graph, snapshot, batches)
          if run == 0 { result.recall = QueryFile.recall(found, nearest) }
          guard run > 0 else { continue }
          times.chosen.append(chosenTime)
          times.scan.append(scanTime)
          times.graph.append(graphTime)
        }
        let scale = 1e6 / Double(queries.count)
        result.chosen = median(times.chosen) * scale
        result.scan = median(times.scan) * scale
        result.graph = median(times.graph) * scale
        results.append(result)
      }
    }
    return results
  }

  private static func timed(
    _ searcher: inout Searcher, _ snapshot: borrowing Snapshot, _ batches: [QueryBatch]
  ) throws -> (matches: [[Match]], seconds: Double) {
    var matches: [[Match]] = []
    let begin = Clock.processor
    for batch in batches { matches += try searcher.search(snapshot, for: batch) }
    return (matches, Clock.processor - begin)
  }

  /// Rows that lie anywhere, the same ones in every run.
  private static func rows(of count: Int, share: Double) -> AllowedRows {
    var allowed = AllowedRows(rows: count)
    for row in 0..<count where Double(UInt32(truncatingIfNeeded: row &* 2_654_435_761)) < share * 4_294_967_296 { allowed.insert(row) }
    return allowed
  }
}
