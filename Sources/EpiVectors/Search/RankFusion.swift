/// Fuses lists of rows by their ranks: each list gives a row 1 / (60 + rank), and the sums decide (Cormack, Clarke, Buettcher 2009,
/// "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods").
package enum RankFusion {
  package struct Scored: Equatable, Sendable {
    package var row: Int
    package var score: Double
  }

  private static let smoothing = 60.0

  /// The best `limit` rows: the highest score first, equal scores by row.
  /// - Parameter lists: rows, the best first; a row counts once a list.
  /// - Complexity: O(n log n) for n rows in all
  package static func fuse(_ lists: [[Int]], limit: Int) -> [Scored] {
    var scores: [Int: Double] = [:]
    for list in lists {
      var seen = Set<Int>()
      for row in list where seen.insert(row).inserted { scores[row, default: 0] += 1 / (smoothing + Double(seen.count)) }
    }
    let ranked = scores.map { Scored(row: $0.key, score: $0.value) }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.row < $1.row }
    return Array(ranked.prefix(limit))
  }
}
