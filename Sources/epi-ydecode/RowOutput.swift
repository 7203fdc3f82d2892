internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiWorkspace
internal import EpiYjs

/// Where the pieces of the row stream meet on their way to standard output.
struct RowOutput: ~Copyable {
  private var stream: OutputStream
  private var printed: PrintedLines
  /// What the input is called in a message.
  private let input: String
  /// Given where rows are checked.
  private var check: RowCheck?

  /// Bytes that a piece of rows takes, more or less: enough that taking turns costs nothing.
  private static let pieceSize = 1 << 17

  /// Prints a workspace, on as many threads as there are processors.
  /// - Parameter check: what checks the rows and gathers those that do not fit; nil when all are printed.
  /// - Returns: rows printed.
  static func print(
    _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, of input: String,
    checkedBy check: inout RowCheck?, to stream: consuming OutputStream
  ) throws(ToolFailure) -> Int {
    Workspace.appendBegin(to: &stream.writer)
    let schema = check?.schema
    var output = RowOutput(stream: stream, printed: PrintedLines(forBytes: bytes.count), input: input, check: check.take())
    let rowSize = max(1, bytes.count / max(1, workspace.rowCount))
    let pieces = workspace.pieces(ofRows: max(16, pieceSize / rowSize))
    try Turns.take(pieces: pieces.count, threads: Process.processorCount, sharing: &output) { (worker) throws(ToolFailure) in
      var printer = RowPrinter()
      var lines = ByteWriter(capacity: 2 * pieceSize)
      var filter = schema.map { RowFilter($0, file: input) }
      while let piece = worker.next() {
        printer.begin(pieces[piece], of: workspace, document)
        while try printLine(&printer, workspace, document, bytes, of: input, to: &lines) {
          if lines.count >= 2 * pieceSize { try handOver(&lines, through: &filter, rows: 0, worker) }
        }
        try handOver(&lines, through: &filter, rows: printer.rowCount, worker)
      }
    }
    workspace.appendEnd(after: output.printed, document, to: &output.stream.writer)
    try output.stream.finish()
    check = output.check.take()
    return output.printed.rows
  }

  static func printLine(
    _ printer: inout RowPrinter, _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, of input: String,
    to lines: inout ByteWriter
  ) throws(ToolFailure) -> Bool {
    do {
      return try printer.printNext(workspace, document, bytes, to: &lines)
    } catch {
      throw ToolFailure(.malformedInput, at: input, error.message)
    }
  }

  /// Writes lines out when those of all pieces before have been, and forgets them.
  /// - Parameters:
  ///   - filter: holds back what does not fit; then it also counts the rows.
  ///   - rows: how many rows there are, when nothing is filtered.
  private static func handOver(
    _ lines: inout ByteWriter, through filter: inout RowFilter?, rows: Int, _ worker: borrowing Worker<RowOutput>
  ) throws(ToolFailure) {
    var rows = rows
    var rejected: [RejectedRow] = []
    if filter != nil {
      var fitting = ByteWriter(capacity: lines.count)
      rows = filter?.filter(lines.span, to: &fitting, rejected: &rejected) ?? 0
      swap(&lines, &fitting)
    }
    try worker.inTurn { (output) throws(ToolFailure) in
      try output.check?.reject(rejected)
      output.printed.add(rows: rows)
      do throws(DecodingError) {
        try output.printed.add(lines.span)
      } catch {
        throw ToolFailure(.malformedInput, at: output.input, error.message)
      }
      try output.stream.write(lines.span)
    }
    lines.removeAll()
  }
}
