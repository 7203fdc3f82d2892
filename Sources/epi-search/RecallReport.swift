internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiSystem
internal import EpiVectors

extension SearchCommand {
  /// `--recall`: one line of JSON that tells how many of the nearest rows a search of the graph finds.
  func reportRecall(of snapshot: borrowing Snapshot, queries: Int) throws(ToolFailure) -> ExitStatus {
    let recall: Recall
    do {
      recall = try Recall(of: snapshot, queries: queries, limit: limit, beam: searchL, threads: threadCount)
    } catch {
      throw ToolFailure(.malformedInput, at: index, error.message, hint: error.hint)
    }
    var text = ByteWriter(capacity: 256)
    text.append("{\"queries\":")
    text.append(decimal: recall.queries)
    text.append(",\"k\":")
    text.append(decimal: recall.limit)
    text.append(",\"recall\":")
    JSONWriter.append((recall.share * 1e6).rounded() / 1e6, to: &text)
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
