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
  /// Given where rows are checked.
  private var check: RowCheck?
  private let progress: Progress

  enum Failure: Error {
    /// A value that cannot be printed.
    case document(DecodingError)
    /// Anything else, as it is to be told.
    case tool(ToolFailure)
  }

  /// Bytes that a piece of rows takes, more or less: enough that taking turns costs nothing.
  private static let pieceSize = 1 << 17

  /// Prints a workspace, on several threads where there are several processors.
  /// - Parameters:
  ///   - input: what the input is called in messages about rows that do not fit.
  ///   - check: gathers the rows that do not fit; nil when all are printed, and for any form but the stream.
  ///   - schema: what to check by.
  ///   - progress: is told how many rows are printed, a piece at a time.
  /// - Returns: rows printed.
  static func print(
    _ workspace: borrowing Workspace, as form: RowForm, _ document: borrowing Document, _ bytes: Span<UInt8>, of input: String,
    checkedBy check: inout RowCheck?, _ schema: WorkspaceSchema?, _ progress: Progress, to stream: consuming OutputStream
  ) throws(Failure) -> Int {
    if form == .stream { Workspace.appendBegin(to: &stream.writer) }
    var output = RowOutput(stream: stream, printed: PrintedLines(forBytes: bytes.count), check: check.take(), progress: progress)
    let rowSize = max(1, bytes.count / max(1, workspace.rowCount))
    let pieces = workspace.pieces(ofRows: max(16, pieceSize / rowSize))
    try Turns.take(pieces: pieces.count, threads: Processors.count, sharing: &output) { (worker) throws(Failure) in
      var printer = RowPrinter(form)
      var lines = ByteWriter(capacity: 2 * pieceSize)
      var filter = schema.map { RowFilter($0, file: input) }
      while let piece = worker.next() {
        printer.begin(pieces[piece], of: workspace, document)
        var hash = StateHash()
        var start = 0
        while try printLine(&printer, workspace, document, bytes, to: &lines) {
          if filter == nil { hash.add(line: StateHash.hash(lines.span, in: start..<lines.count)) }
          if lines.count >= 2 * pieceSize { try handOver(&lines, &hash, through: &filter, rows: 0, worker) }
          start = lines.count
        }
        try handOver(&lines, &hash, through: &filter, rows: printer.rowCount, worker)
      }
    }
    if form == .stream { workspace.appendEnd(after: output.printed, document, to: &output.stream.writer) }
    do {
      try output.stream.finish()
    } catch {
      throw .tool(error)
    }
    check = output.check.take()
    return output.printed.rows
  }

  static func printLine(
    _ printer: inout RowPrinter, _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, to lines: inout ByteWriter
  ) throws(Failure) -> Bool {
    do {
      return try printer.printNext(workspace, document, bytes, to: &lines)
    } catch {
      throw .document(error)
    }
  }

  /// Writes lines out when those of all pieces before have been, and forgets them.
  /// - Parameters:
  ///   - hash: of the lines, when nothing is filtered; forgotten too.
  ///   - filter: holds back what does not fit; then it also counts the rows and hashes them.
  ///   - rows: how many rows there are, when nothing is filtered.
  private static func handOver(
    _ lines: inout ByteWriter, _ hash: inout StateHash, through filter: inout RowFilter?, rows: Int, _ worker: borrowing Worker<RowOutput>
  ) throws(Failure) {
    var rows = rows
    var rejected: [RejectedRow] = []
    if filter != nil {
      var fitting = ByteWriter(capacity: lines.count)
      rows = filter?.filter(lines.span, to: &fitting, rejected: &rejected) ?? 0
      swap(&lines, &fitting)
      hash.add(lines: lines.span)
    }
    let linesHash = hash
    try worker.inTurn { (output) throws(Failure) in
      do throws(ToolFailure) {
        try output.check?.reject(rejected)
      } catch {
        throw .tool(error)
      }
      output.printed.add(rows: rows)
      output.progress.set(count: output.printed.rows)
      do throws(DecodingError) {
        try output.printed.add(bytes: lines.count, hash: linesHash)
      } catch {
        throw .document(error)
      }
      do throws(ToolFailure) {
        try output.stream.write(lines.span)
      } catch {
        throw .tool(error)
      }
    }
    lines.removeAll()
    hash = StateHash()
  }
}
