internal import EpiCommand
internal import EpiSystem

/// What a run did, for `--report`: one JSON object.
struct SearchReport {
  let start = Process.seconds
  var queries = 0
  var answered = 0
  /// Lines that were skipped.
  var rejected = 0
  /// Queries that found nothing.
  var empty = 0
  var results = 0
  var seconds = 0.0

  /// Takes in the results of a query.
  mutating func count(_ results: [Result]) {
    answered += 1
    self.results += results.count
    if results.isEmpty { empty += 1 }
  }

  /// For a person.
  var sentence: String {
    func counted(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
    var text = "answered \(counted(answered, "query", "queries")) with \(counted(results, "result", "results"))"
    if rejected > 0 { text += "; \(rejected) skipped" }
    if empty > 0 { text += "; \(empty) found nothing" }
    return text
  }

  func write(to path: String) throws(ToolFailure) {
    var report = RunReport(tool: SearchCommand.toolName)
    report.add("queries", queries)
    report.add("answered", answered)
    report.add("rejected", rejected)
    report.add("empty", empty)
    report.add("results", results)
    try report.write(to: path, seconds: seconds)
  }
}
