internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiSystem
internal import EpiVectors

extension SearchCommand {
  /// `--recall`: one line of JSON that tells how many of the nearest rows a search of the graph finds, and how fast.
  func reportRecall(of snapshot: consuming Snapshot, queries: Int) throws(ToolFailure) -> ExitStatus {
    let recall: Recall
    do throws(SnapshotError) {
      recall = try Recall(of: snapshot, queries: queries, limit: limit, beam: search.searchL, threads: threadCount)
    } catch {
      throw ToolFailure(error, index: index)
    }
    var text = ByteWriter(capacity: 256)
    text.append("{\"queries\":")
    text.append(decimal: recall.queries)
    text.append(",\"k\":")
    text.append(decimal: recall.limit)
    text.append(",\"recall\":")
    JSONWriter.append((recall.share * 1e6).rounded() / 1e6, to: &text)
    for (name, latency) in [("microseconds", recall.latency), ("exact_microseconds", recall.exactLatency)] {
      text.append(",\"\(name)\":{\"median\":")
      JSONWriter.append((latency.median * 1e7).rounded() / 10, to: &text)
      text.append(",\"p99\":")
      JSONWriter.append((latency.high * 1e7).rounded() / 10, to: &text)
      text.append("}")
    }
    text.append("}\n")
    do {
      try Descriptor.standardOutput.write(text.span)
      try Descriptor.standardOutput.close()
    } catch {
      throw ToolFailure(error)
    }
    return .success
  }
}
