internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiWorkspace
internal import EpiYjs

/// What a run found, for `--report`: one JSON object.
struct DecodeReport {
  var inputs = 0
  var bytes = 0
  var updates = 0
  var encoding = UpdateEncoding.auto
  /// nil where no rows were printed.
  var layout: String?
  var tables = 0
  var rows = 0
  /// Rows left out because nothing is their id.
  var skipped = 0
  /// Rows and settings that --validate left out.
  var rejected = 0
  /// There was nothing that --validate could check by.
  var checkedNothing = false
  var salvaged = 0
  var pending = PendingUpdates()
  /// Batches, and rows in them that are gone; nil where no changes were printed.
  var changes: (batches: Int, deleted: Int)?
  var seconds = 0.0

  /// What was printed is not all that it could be.
  var hasReservation: Bool { !pending.isEmpty || salvaged > 0 || skipped > 0 || rejected > 0 || checkedNothing }

  /// Takes in what the inputs of `--watch` are now.
  mutating func note(_ live: borrowing LiveDocument) {
    inputs = live.input.input.count
    bytes = live.input.input.buffer.count
    updates = live.input.input.frames.count
    encoding = live.encoding
    layout = live.layout?.rawValue
    pending = live.document.pending
  }

  func write(to path: String) throws(ToolFailure) {
    var writer = ByteWriter()
    writer.append("{\"tool\":\"epi-ydecode\",\"version\":\"\(ToolVersion.current)\",\"inputs\":\(inputs),\"bytes\":\(bytes)")
    writer.append(",\"updates\":\(updates),\"encoding\":\"\(encoding.rawValue)\",\"layout\":")
    if let layout { JSONWriter.appendString(layout, to: &writer) } else { writer.append("null") }
    writer.append(",\"tables\":\(tables),\"rows\":\(rows),\"skipped\":\(skipped),\"rejected\":\(rejected),\"salvaged\":\(salvaged)")
    writer.append(",\"pending\":{\"structs\":")
    append(pending.structs, to: &writer)
    writer.append(",\"deletes\":")
    append(pending.deletes, to: &writer)
    writer.append("}")
    if let changes { writer.append(",\"batches\":\(changes.batches),\"deleted\":\(changes.deleted)") }
    writer.append(",\"seconds\":")
    JSONWriter.append((seconds * 1e6).rounded() / 1e6, to: &writer)
    writer.append("}\n")
    try OutputTarget.write(writer.span, to: path)
  }

  private func append(_ gaps: [PendingUpdates.Gap], to writer: inout ByteWriter) {
    writer.append("[")
    for (index, gap) in gaps.enumerated() {
      writer.append("\(index > 0 ? "," : "")[\(gap.client),\(gap.clock),\(gap.end - gap.clock)]")
    }
    writer.append("]")
  }
}
