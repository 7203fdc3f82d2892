internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiWorkspace
internal import EpiYjs

/// Where the pieces of the row stream meet on their way to standard output.
struct RowOutput: ~Copyable {
  private var stream: OutputStream
  private var printed: PrintedLines
  /// What the input is called in a message.
  private let input: String

  /// Bytes that a piece of rows takes, more or less: enough that taking turns costs nothing.
  private static let pieceSize = 1 << 17

  /// Prints a workspace, on as many threads as there are processors.
  /// - Returns: rows printed.
  static func print(
    _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, of input: String,
    to stream: consuming OutputStream
  ) throws(ToolFailure) -> Int {
    Workspace.appendBegin(to: &stream.writer)
    var output = RowOutput(stream: stream, printed: PrintedLines(forBytes: bytes.count), input: input)
    let rowSize = max(1, bytes.count / max(1, workspace.rowCount))
    let pieces = workspace.pieces(ofRows: max(16, pieceSize / rowSize))
    try Turns.take(pieces: pieces.count, threads: Process.processorCount, sharing: &output) { (worker) throws(ToolFailure) in
      var printer = RowPrinter()
      var lines = ByteWriter(capacity: 2 * pieceSize)
      while let piece = worker.next() {
        printer.begin(pieces[piece], of: workspace, document)
        while try printLine(&printer, workspace, document, bytes, of: input, to: &lines) {
          if lines.count >= 2 * pieceSize { try handOver(&lines, rows: 0, worker) }
        }
        try handOver(&lines, rows: printer.rowCount, worker)
      }
    }
    workspace.appendEnd(after: output.printed, document, to: &output.stream.writer)
    try output.stream.finish()
    return output.printed.rows
  }

  private static func printLine(
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
  private static func handOver(_ lines: inout ByteWriter, rows: Int, _ worker: borrowing Worker<RowOutput>) throws(ToolFailure) {
    try worker.inTurn { (output) throws(ToolFailure) in
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
