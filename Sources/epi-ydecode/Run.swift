internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiWorkspace
internal import EpiYjs

extension DecodeCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    if !dump, !root.isEmpty { throw ToolFailure(.usage, "--root needs --dump", hint: "rows find their roots by the layout") }
    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    let operands = try InputOperands(files, expecting: "a file of Yjs updates", toolName: Self.toolName)
    let input = try UpdateInput(operands, framing: frames)
    var document = Document()
    do {
      _ = try document.apply(input.frames, encoding: encoding, of: input.buffer.span)
    } catch {
      throw input.failure(error, chosen: encoding)
    }

    var output = OutputStream()
    if dump {
      try printDump(document, input, to: &output)
    } else {
      try printRows(&document, input, to: &output, &diagnostics)
    }
    try output.finish()
    guard !document.pending.isEmpty else { return .success }
    warnPending(document.pending, &diagnostics)
    diagnostics.summarizeWarnings()
    return .reservation
  }

  private func printDump(_ document: borrowing Document, _ input: borrowing UpdateInput, to output: inout OutputStream) throws(ToolFailure) {
    var kinds: [[UInt8]: RootKind] = [:]
    for choice in root { kinds[Array(choice.name.utf8)] = choice.kind }
    do {
      try DocumentDump.write(document, kinds: kinds, input.buffer.span, to: &output.writer)
    } catch {
      throw ToolFailure(.malformedInput, at: input.name, error.message, hint: "print a part of it with jq once it is shallower")
    }
    output.writer.append(UInt8(ascii: "\n"))
  }

  private func printRows(
    _ document: inout Document, _ input: borrowing UpdateInput, to output: inout OutputStream, _ diagnostics: inout Diagnostics
  ) throws(ToolFailure) {
    let bytes = input.buffer.span
    let workspace: Workspace
    do {
      workspace = try Workspace(&document, layout: layout, bytes)
    } catch {
      throw ToolFailure(.malformedInput, at: input.name, error.message, hint: error.hint)
    }
    for warning in workspace.warnings { diagnostics.warn(kind: "schema", at: input.name, warning) }
    var printer = RowPrinter()
    printer.begin(to: &output.writer)
    var isPrinting = true
    while isPrinting {
      do {
        isPrinting = try printer.printNext(workspace, &document, bytes, to: &output.writer)
      } catch {
        throw ToolFailure(.malformedInput, at: input.name, error.message)
      }
      try output.drain()
    }
    printer.end(workspace, document, to: &output.writer)
  }

  private func warnPending(_ pending: PendingUpdates, _ diagnostics: inout Diagnostics) {
    for gap in pending.structs {
      diagnostics.warn(kind: "pending", "client \(gap.client): clocks \(gap.clock)…\(gap.end - 1) wait for updates that are missing")
    }
    for gap in pending.deletes {
      diagnostics.warn(kind: "pending", "client \(gap.client): clocks \(gap.clock)…\(gap.end - 1) are deleted before they arrived")
    }
  }
}
