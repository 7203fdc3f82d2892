import EpiTestSupport
import Testing

/// Paths of the demo workspace.
enum Demo {
  static let state = "\(Fixtures.packageRoot)/examples/data/notes.yjs"
  static let log = "\(Fixtures.packageRoot)/examples/data/notes.log.v2.bin"
  static let queries = "\(Fixtures.packageRoot)/examples/data/queries.ndjson"
}

/// A few rows by hand: what jq or a person would make.
enum Rows {
  static let notes = """
    {"table":"notes","id":"a","row":{"id":"a","title":"first","v":[1,0,0]}}
    {"table":"notes","id":"b","row":{"id":"b","title":"second","v":[0,1,0]}}
    {"table":"notes","id":"c","row":{"id":"c","title":"third","v":[0,0.6,0.8]}}

    """
  /// The promise of an end, and no end.
  static let truncated = #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + notes
  static let whole = truncated + #"{"epi":1,"end":{"rows":3,"tables":1,"pending":0}}"# + "\n"
}

/// A tool that failed as it should: the status, `TOOL: …` and at most one hint on standard error, nothing on standard output.
/// - Parameter complaint: what follows `TOOL: ` on the first line; nil when any complaint in the right form will do.
func expectFailure(_ run: ToolRun, _ status: Int32, _ complaint: String? = nil, at location: SourceLocation = #_sourceLocation) {
  let tool = run.command.split(separator: " ").first.map(String.init) ?? ""
  #expect(run.status == status, "\(run)", sourceLocation: location)
  #expect(run.output == [], "\(run)", sourceLocation: location)
  let lines = run.errorLines
  #expect((1...2).contains(lines.count), "\(run)", sourceLocation: location)
  for line in lines {
    #expect(line.hasPrefix("\(tool): "), sourceLocation: location)
    #expect(!line.hasSuffix("."), sourceLocation: location)
  }
  if let complaint { #expect(lines.first == "\(tool): \(complaint)", sourceLocation: location) }
  if lines.count == 2 { #expect(lines[1].hasPrefix("\(tool): hint: "), sourceLocation: location) }
}
