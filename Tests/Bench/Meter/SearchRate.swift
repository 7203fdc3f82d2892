import EpiSystem
import EpiVectors

/// How fast the graph of a snapshot is searched, without reading queries or printing results, and what it finds.
enum SearchRate {
  struct Result {
    var beam: Int
    /// Share of the ten nearest rows that is found.
    var recall = 0.0
    /// Microseconds of processor time a query on one thread: median of the runs, and the least.
    var typical = 0.0
    var least = 0.0
  }

  private static let limit = 10
  private static let beams = [10, 12, 16, 24, 32, 40, 48, 64, 80, 96, 128, 192]
  /// Queries that are searched for together, as epi-search does on one thread.
  private static let together = 64

  static func measure(_ index: String, queries path: String, runs: Int) throws -> [Result] {
    let snapshot = try Snapshot(mapping: MappedFile(path: index))
    let queries = try QueryFile.read(path, for: snapshot)
    let batches = stride(from: 0, to: queries.count, by: together).map { first in
      queries.chosen(Array(first..<min(first + together, queries.count)))
    }
    var judge = try Searcher(of: snapshot, limit: limit, isExact: true)
    let nearest = try search(&judge, snapshot, batches)
    var results: [Result] = []
    for beam in beams {
      var searcher = try Searcher(of: snapshot, limit: limit, beam: beam)
      var result = Result(beam: beam)
      result.recall = QueryFile.recall(try search(&searcher, snapshot, batches), nearest)
      var times: [Double] = []
      for _ in 0..<runs {
        let begin = Clock.processor
        _ = try search(&searcher, snapshot, batches)
        times.append((Clock.processor - begin) * 1e6 / Double(queries.count))
      }
      result.typical = median(times)
      result.least = times.min() ?? 0
      results.append(result)
    }
    return results
  }

  private static func search(_ searcher: inout Searcher, _ snapshot: borrowing Snapshot, _ batches: [QueryBatch]) throws -> [[Match]] {
    var matches: [[Match]] = []
    for batch in batches { matches += try searcher.search(snapshot, for: batch) }
    return matches
  }
}
