internal import EpiSystem

/// How many of the nearest rows a search finds, and how long it takes, measured with stored vectors as queries.
package struct Recall {
  /// How long searches took, one after the other on one thread, in seconds.
  package struct Latency {
    package let median: Double
    /// Of a hundred searches 99 took no longer.
    package let high: Double

    fileprivate init(_ seconds: [Double]) {
      let sorted = seconds.sorted()
      median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
      high = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
    }
  }

  package let queries: Int
  package let limit: Int
  /// The share of the rows found by measuring all, or others as near, that the search of the graph finds too.
  package let share: Double
  package let latency: Latency
  /// That of measuring every row.
  package let exactLatency: Latency

  /// Queries that are searched for together.
  private static let batchSize = 256
  /// Searches that measure every row are timed this often.
  private static let timedScans = 16

  /// - Parameters:
  ///   - queries: how many vectors are taken, evenly over the snapshot; at most all.
  ///   - limit: results a query.
  ///   - beam: nodes a search keeps in view; nil: as many as the snapshot asks for.
  ///   - threads: those that measure every row; they change no result.
  package init(of snapshot: borrowing Snapshot, queries: Int, limit: Int, beam: Int?, threads: Int) throws(SnapshotError) {
    let count = min(queries, snapshot.vectorCount)
    var searcher = try Searcher(of: snapshot, limit: limit, beam: beam)
    var judge = try Searcher(of: snapshot, limit: limit, isExact: true, threads: threads)
    var single = try Searcher(of: snapshot, limit: limit, isExact: true)
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    var wanted = 0
    var found = 0
    var times: [Double] = []
    var scanTimes: [Double] = []
    for index in 0..<count {
      // Only a damaged file holds a vector that cannot be a query.
      do throws(VectorFault) { try batch.append(snapshot.vector(index * snapshot.vectorCount / count)) } catch { continue }
      guard batch.count == Self.batchSize || index == count - 1 else { continue }
      for (place, exact) in try judge.search(snapshot, for: batch).enumerated() {
        let one = batch.chosen([place])
        let start = Process.seconds
        let matches = try searcher.search(snapshot, for: one)[0]
        times.append(Process.seconds - start)
        if scanTimes.count < Self.timedScans {
          let start = Process.seconds
          _ = try single.search(snapshot, for: one)
          scanTimes.append(Process.seconds - start)
        }
        wanted += exact.count
        guard let farthest = exact.last?.distance else { continue }
        found += matches.count { $0.distance <= farthest }
      }
      batch.removeAll()
    }
    self.queries = count
    self.limit = limit
    share = wanted == 0 ? 1 : Double(found) / Double(wanted)
    latency = Latency(times)
    exactLatency = Latency(scanTimes)
  }
}
