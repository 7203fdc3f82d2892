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
    var report = RunReport(tool: DecodeCommand.toolName)
    report.add("inputs", inputs)
    report.add("bytes", bytes)
    report.add("updates", updates)
    report.add("encoding") { JSONWriter.appendString(encoding.rawValue, to: &$0) }
    report.add("layout") { if let layout { JSONWriter.appendString(layout, to: &$0) } else { $0.append("null") } }
    report.add("tables", tables)
    report.add("rows", rows)
    report.add("skipped", skipped)
    report.add("rejected", rejected)
    report.add("salvaged", salvaged)
    report.add("pending") {
      $0.append("{\"structs\":")
      append(pending.structs, to: &$0)
      $0.append(",\"deletes\":")
      append(pending.deletes, to: &$0)
      $0.append("}")
    }
    if let changes {
      report.add("batches", changes.batches)
      report.add("deleted", changes.deleted)
    }
    try report.write(to: path, seconds: seconds)
  }

  private func append(_ gaps: [PendingUpdates.Gap], to writer: inout ByteWriter) {
    writer.append("[")
    for (index, gap) in gaps.enumerated() {
      writer.append("\(index > 0 ? "," : "")[\(gap.client),\(gap.clock),\(gap.end - gap.clock)]")
    }
    writer.append("]")
  }
}
