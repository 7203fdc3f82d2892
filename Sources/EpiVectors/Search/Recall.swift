/// How many of the nearest rows a search finds, measured with stored vectors as queries.
package struct Recall {
  package let queries: Int
  package let limit: Int
  /// The share of the rows found by measuring all, or others as near, that the search of the graph finds too.
  package let share: Double

  /// Queries that are searched for together.
  private static let batchSize = 256

  /// - Parameters:
  ///   - queries: how many vectors are taken, evenly over the snapshot; at most all.
  ///   - limit: results a query.
  ///   - beam: nodes a search keeps in view; nil: as many as the snapshot asks for.
  package init(of snapshot: borrowing Snapshot, queries: Int, limit: Int, beam: Int?, threads: Int) throws(SnapshotError) {
    let count = min(queries, snapshot.vectorCount)
    var searcher = Searcher(of: snapshot, limit: limit, beam: beam, threads: threads)
    var judge = Searcher(of: snapshot, limit: limit, isExact: true, threads: threads)
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    var wanted = 0
    var found = 0
    for index in 0..<count {
      // Only a damaged file holds a vector that cannot be a query.
      do throws(VectorFault) { try batch.append(snapshot.vector(index * snapshot.vectorCount / count)) } catch { continue }
      guard batch.count == Self.batchSize || index == count - 1 else { continue }
      for (exact, matches) in zip(try judge.search(snapshot, for: batch), try searcher.search(snapshot, for: batch)) {
        wanted += exact.count
        guard let farthest = exact.last?.distance else { continue }
        found += matches.count { $0.distance <= farthest }
      }
      batch.removeAll()
    }
    self.queries = count
    self.limit = limit
    share = wanted == 0 ? 1 : Double(found) / Double(wanted)
  }
}
