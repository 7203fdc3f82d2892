internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiWorkspace
internal import EpiYjs

/// Where the pieces of the row stream meet on their way to standard output.
struct RowOutput: ~Copyable {
  private var stream: OutputStream
  private var printed: PrintedLines

  enum Failure: Error {
    /// A value that cannot be printed.
    case document(DecodingError)
    case output(ToolFailure)
  }

  /// Bytes that a piece of rows takes, more or less: enough that taking turns costs nothing.
  private static let pieceSize = 1 << 17

  /// Prints a workspace, on as many threads as there are processors.
  /// - Returns: rows printed.
  static func print(
    _ workspace: borrowing Workspace, as form: RowForm, _ document: borrowing Document, _ bytes: Span<UInt8>,
    to stream: consuming OutputStream
  ) throws(Failure) -> Int {
    if form == .stream { Workspace.appendBegin(to: &stream.writer) }
    var output = RowOutput(stream: stream, printed: PrintedLines(forBytes: bytes.count))
    let rowSize = max(1, bytes.count / max(1, workspace.rowCount))
    let pieces = workspace.pieces(ofRows: max(16, pieceSize / rowSize))
    try Turns.take(pieces: pieces.count, threads: Process.processorCount, sharing: &output) { (worker) throws(Failure) in
      var printer = RowPrinter(form)
      var lines = ByteWriter(capacity: 2 * pieceSize)
      while let piece = worker.next() {
        printer.begin(pieces[piece], of: workspace, document)
        while try printLine(&printer, workspace, document, bytes, to: &lines) {
          if lines.count >= 2 * pieceSize { try handOver(&lines, rows: 0, worker) }
        }
        try handOver(&lines, rows: printer.rowCount, worker)
      }
    }
    if form == .stream { workspace.appendEnd(after: output.printed, document, to: &output.stream.writer) }
    do {
      try output.stream.finish()
    } catch {
      throw .output(error)
    }
    return output.printed.rows
  }

  private static func printLine(
    _ printer: inout RowPrinter, _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, to lines: inout ByteWriter
  ) throws(Failure) -> Bool {
    do {
      return try printer.printNext(workspace, document, bytes, to: &lines)
    } catch {
      throw .document(error)
    }
  }

  /// Writes lines out when those of all pieces before have been, and forgets them.
  private static func handOver(_ lines: inout ByteWriter, rows: Int, _ worker: borrowing Worker<RowOutput>) throws(Failure) {
    try worker.inTurn { (output) throws(Failure) in
      output.printed.add(rows: rows)
      do throws(DecodingError) {
        try output.printed.add(lines.span)
      } catch {
        throw .document(error)
      }
      do throws(ToolFailure) {
        try output.stream.write(lines.span)
      } catch {
        throw .output(error)
      }
    }
    lines.removeAll()
  }
}
