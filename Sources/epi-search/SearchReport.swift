internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
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

  func write(to path: String) throws(ToolFailure) {
    var writer = ByteWriter(capacity: 512)
    writer.append("{\"tool\":\"epi-search\",\"version\":\"\(ToolVersion.current)\",\"queries\":\(queries),\"answered\":\(answered)")
    writer.append(",\"rejected\":\(rejected),\"empty\":\(empty),\"results\":\(results),\"seconds\":")
    JSONWriter.append((seconds * 1e6).rounded() / 1e6, to: &writer)
    writer.append("}\n")
    try OutputTarget.write(writer.span, to: path)
  }
}
