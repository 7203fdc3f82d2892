internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiWorkspace
internal import EpiYjs

/// A stream of changes on its way out: what has been printed, and what is printed next.
struct ChangeStream: ~Copyable {
  private(set) var digests: RowDigests
  /// The hash of the state that the first batch continues from; nil when it holds everything.
  private let since: String?
  private var check: RowCheck?
  private var filter: RowFilter?
  private var hasBegun = false
  private var writer = ByteWriter(capacity: 1 << 18)
  private(set) var batches = 0
  private(set) var rows = 0
  private(set) var deleted = 0

  private static let blockSize = 1 << 17

  /// - Parameters:
  ///   - digests: what was printed before; nil when nothing was.
  ///   - check: given where rows are checked.
  init(continuing digests: consuming RowDigests?, check: consuming RowCheck?) {
    if let digests = digests.take() {
      since = digests.hash.text
      self.digests = digests
    } else {
      since = nil
      self.digests = RowDigests()
    }
    self.check = check.take()
  }

  /// Takes in what is known of tables, when all of a workspace has been read.
  mutating func define(_ workspace: borrowing Workspace, of input: String) {
    guard let rules = check?.define(workspace.schema(), of: input, isEmpty: workspace.isEmpty) else { return }
    filter = RowFilter(rules, file: input)
  }

  /// Prints what has changed as one batch. When nothing has, nothing is printed, unless a batch is due.
  /// - Parameters:
  ///   - part: what is to be looked at.
  ///   - isWhole: it is all there is.
  ///   - missing: what was looked for and is not there.
  ///   - write: takes whole lines.
  mutating func print(
    _ part: borrowing Workspace, isWhole: Bool, missing: [MissingLine] = [], _ document: borrowing Document, _ bytes: Span<UInt8>,
    isDue: Bool, write: (Span<UInt8>) throws(ToolFailure) -> Void
  ) throws(RowOutput.Failure) {
    var printer = ChangePrinter(part, isWhole: isWhole, missing: missing, &digests)
    var printed = PrintedLines(forBytes: bytes.count)
    var rejected: [RejectedRow] = []
    writer.removeAll()
    if !hasBegun { RowWriter.appendBegin(StreamBegin(.changes, since: since), to: &writer) }
    while try printLine(&printer, part, document, bytes, &rejected, &printed) {
      if !rejected.isEmpty { try reject(&rejected) }
      if writer.count >= Self.blockSize { try flush(to: write) }
    }
    guard isDue || printer.hasPrinted else { return }
    Workspace.appendEnd(
      StreamEnd(rows: printer.rows, deleted: printer.deleted, tables: digests.tableCount, hash: digests.hash.text), document, to: &writer)
    try flush(to: write)
    batches += 1
    rows += printer.rows
    deleted += printer.deleted
  }

  private mutating func printLine(
    _ printer: inout ChangePrinter, _ part: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>,
    _ rejected: inout [RejectedRow], _ printed: inout PrintedLines
  ) throws(RowOutput.Failure) -> Bool {
    let start = writer.count
    do throws(DecodingError) {
      let more = try printer.printNext(part, document, bytes, through: &filter, rejected: &rejected, &digests, to: &writer)
      try printed.add(bytes: writer.count - start, hash: StateHash())
      return more
    } catch {
      throw .document(error)
    }
  }

  private mutating func reject(_ rejected: inout [RejectedRow]) throws(RowOutput.Failure) {
    do throws(ToolFailure) {
      try check?.reject(rejected)
    } catch {
      throw .tool(error)
    }
    rejected = []
  }

  private mutating func flush(to write: (Span<UInt8>) throws(ToolFailure) -> Void) throws(RowOutput.Failure) {
    do throws(ToolFailure) {
      try write(writer.span)
    } catch {
      throw .tool(error)
    }
    hasBegun = true
    writer.removeAll()
  }

  /// Nothing more is printed: completes the file of rejects, and tells the report.
  mutating func finish(_ found: inout DecodeReport, _ diagnostics: inout Diagnostics, hasRejectsFile: Bool) throws(ToolFailure) {
    found.rows = rows
    found.tables = digests.tableCount
    found.changes = (batches, deleted)
    guard let check = check.take() else { return }
    found.checkedNothing = check.checksNothing
    found.rejected = try check.finish(&diagnostics, hasFile: hasRejectsFile)
  }

  /// Appends what has been printed, for another process.
  mutating func appendDigests(to writer: inout ByteWriter) { digests.write(to: &writer) }
}
