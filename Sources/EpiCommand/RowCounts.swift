package import EpiBytes
package import EpiSystem

/// What a tool that reads rows has read: for its progress and its report.
package struct RowCounts {
  package let inputs: Int
  package private(set) var bytes = 0
  /// Lines with a row; to be counted by the caller.
  package var rows = 0
  private let begin = Process.seconds

  package init(inputs: Int) { self.inputs = inputs }

  /// Appends the next bytes of an input, at most `count`, and tells the progress.
  /// - Returns: false at its end.
  package mutating func read(
    _ input: borrowing Descriptor, upTo count: Int, into buffer: inout ByteWriter, _ progress: Progress
  ) throws(ToolFailure) -> Bool {
    let before = buffer.count
    let hasMore = try InputOperands.read(input, upTo: count, into: &buffer)
    bytes += buffer.count - before
    progress.add(bytes: buffer.count - before)
    progress.set(count: rows)
    return hasMore
  }

  /// Writes the report of a tool: what was read, then what `add` adds.
  package func writeReport(of tool: String, to path: String, _ add: (inout RunReport) -> Void) throws(ToolFailure) {
    var report = RunReport(tool: tool)
    report.add("inputs", inputs)
    report.add("bytes", bytes)
    report.add("rows", rows)
    add(&report)
    try report.write(to: path, seconds: Process.seconds - begin)
  }
}
