internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiWorkspace
internal import EpiYjs

/// Inputs and the document that they make, kept to be read on.
struct LiveDocument: ~Copyable {
  var input: GrowingInput
  var document: Document
  /// What of its gaps has been told.
  var pendingTold = PendingUpdates()
  private(set) var encoding: UpdateEncoding
  /// The workspace without its rows; nil when everything is to be read again.
  private var outline: WorkspaceOutline?
  private(set) var layout: LayoutChoice?

  /// Reads everything.
  init(_ paths: [String], _ command: borrowing DecodeCommand) throws(ToolFailure) {
    let input = try GrowingInput(paths, of: command, limits: command.limits)
    var document = Document()
    document.textForm = command.text
    let encoding = try Self.apply(from: 0, of: input.input, to: &document, as: command.encoding, command)
    document.trackChanges()
    self.input = input
    self.document = document
    self.encoding = encoding
  }

  /// Reads and applies what has been appended.
  /// - Returns: false when everything is to be read again.
  mutating func readAppended(_ command: borrowing DecodeCommand) throws(ToolFailure) -> Bool {
    guard case .appended(let first) = try input.readAppended() else { return false }
    encoding = try Self.apply(from: first, of: input.input, to: &document, as: encoding, command)
    return true
  }

  /// - Returns: the encoding that updates are read in. Of an empty log nothing can be told; its first update will.
  private static func apply(
    from first: Int, of input: borrowing UpdateInput, to document: inout Document, as encoding: UpdateEncoding,
    _ command: borrowing DecodeCommand
  ) throws(ToolFailure) -> UpdateEncoding {
    guard first < input.frames.count else { return encoding }
    do {
      return try document.apply(Array(input.frames[first...]), encoding: encoding, of: input.buffer.span, limits: command.limits)
    } catch {
      var error = error
      error.update += first
      throw input.failure(error, chosen: command.encoding)
    }
  }

  /// Prints what has changed.
  /// - Parameter write: takes whole lines.
  mutating func print(
    to stream: inout ChangeStream, _ command: borrowing DecodeCommand, _ diagnostics: inout Diagnostics, isDue: Bool,
    write: (Span<UInt8>) throws(ToolFailure) -> Void
  ) throws(RowOutput.Failure) {
    let places = document.takeChanges()
    if try printPart(changedAt: places, to: &stream, write) { return }
    let workspace = try Self.readWorkspace(input.input, &document, command, &diagnostics)
    layout = workspace.layout
    outline = try Self.readOutline(of: workspace, input.input, &document)
    stream.define(workspace, of: input.input.name)
    try stream.print(workspace, isWhole: true, document, input.input.buffer.span, isDue: isDue, write: write)
  }

  private mutating func printPart(
    changedAt places: Set<ChangedPlace>, to stream: inout ChangeStream, _ write: (Span<UInt8>) throws(ToolFailure) -> Void
  ) throws(RowOutput.Failure) -> Bool {
    guard var outline = outline.take() else { return false }
    let read = try Self.readPart(changedAt: places, &outline, input.input, &document)
    self.outline = outline
    guard let (part, missing) = read else { return false }
    try stream.print(part, isWhole: false, missing: missing, document, input.input.buffer.span, isDue: false, write: write)
    return true
  }

  // The document is changed while the bytes of the input are read: names that lie inside values become keys of it.

  private static func readPart(
    changedAt places: Set<ChangedPlace>, _ outline: inout WorkspaceOutline, _ input: borrowing UpdateInput, _ document: inout Document
  ) throws(RowOutput.Failure) -> (part: Workspace, missing: [MissingLine])? {
    do {
      return try outline.part(changedAt: places, &document, input.buffer.span)
    } catch {
      throw .document(error)
    }
  }

  private static func readWorkspace(
    _ input: borrowing UpdateInput, _ document: inout Document, _ command: borrowing DecodeCommand, _ diagnostics: inout Diagnostics
  ) throws(RowOutput.Failure) -> Workspace {
    do {
      return try command.rows.workspace(of: &document, input.buffer.span, from: input.name, &diagnostics)
    } catch {
      throw .tool(error)
    }
  }

  private static func readOutline(
    of workspace: Workspace, _ input: borrowing UpdateInput, _ document: inout Document
  ) throws(RowOutput.Failure) -> WorkspaceOutline {
    do {
      return try WorkspaceOutline(of: workspace, &document, input.buffer.span)
    } catch {
      throw .document(error)
    }
  }
}
