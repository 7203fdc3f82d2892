internal import EpiCommand
internal import EpiVectors

/// What was found for a batch of queries, to be printed while the next one is searched for.
struct Answers {
  /// The names of the queries as JSON text; nil for one that was skipped.
  let labels: [[UInt8]?]
  /// For each query that was not skipped.
  let matches: [[Match]]
  /// Matches beyond are none.
  let farthest: Float?
  /// The one that was searched; another one may be in use by now.
  let snapshot: SharedSnapshot
  /// Of `--hybrid`, what both lists give.
  var fused: [[Result]]?

  func results(_ query: Int) -> [Result] {
    if let fused { return fused[query] }
    // Matches are sorted, so those near enough come first.
    return matches[query].prefix { $0.distance <= farthest ?? .infinity }.map { Result(row: $0.row, distance: $0.distance) }
  }

  /// - Parameter index: the snapshot's name.
  func print(by printer: inout ResultPrinter, _ report: inout SearchReport, index: String) throws(ToolFailure) {
    var query = 0
    for label in labels {
      guard let label else {
        printer.appendSkipped()
        continue
      }
      let results = results(query)
      query += 1
      report.count(results)
      try printer.append(results, label: label, of: snapshot.snapshot, index: index)
    }
  }
}
