internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiWorkspace
internal import EpiYjs

extension DecodeCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    try checkOptions()
    let other = dump ? "--dump" : inspect ? "--inspect" : nil
    try rows.check(other: other)
    try changes.check(files: files, rows: rows, other: other)
    let begin = Process.seconds
    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    let operands = try operands()
    if changes.watch {
      var watcher = try Watcher(self, paths: operands.paths, diagnostics: diagnostics)
      try watcher.run()
    }
    let progress = Progress(common, tool: Self.toolName, filters: true)
    let input = try readInputs(operands, progress, &diagnostics)
    var found = DecodeReport()
    found.inputs = input.count
    found.bytes = input.buffer.count
    found.updates = input.frames.count
    found.salvaged = input.salvaged.count

    progress.enter(inspect ? "printing" : "merging \(count(found.updates, "update"))")
    if inspect {
      found.encoding = try printSummaries(input)
    } else {
      var document = Document()
      document.textForm = text
      do {
        found.encoding = try document.apply(input.frames, encoding: encoding, of: input.buffer.span, limits: limits)
      } catch {
        throw input.failure(error, chosen: encoding)
      }
      found.pending = document.pending
      if requireComplete, !document.pending.isEmpty { throw incomplete(document.pending, input.name) }
      progress.enter("printing")
      if dump {
        try printDump(document, input)
      } else {
        try printRows(&document, input, &found, progress, &diagnostics)
      }
    }
    found.seconds = Process.seconds - begin
    progress.finish()
    if let report = common.report { try found.write(to: report) }
    warn(of: found.pending, &diagnostics)
    diagnostics.summarizeWarnings()
    if other == nil, !Terminal.isStandardOutput {
      diagnostics.tell("printed \(count(found.rows, "row")) of \(count(found.tables, "table")), from \(count(found.updates, "update"))")
    }
    return found.hasReservation ? .reservation : .success
  }

  private func checkOptions() throws(ToolFailure) {
    if fromSqlite == nil, condition != nil { throw ToolFailure(.usage, "--where needs --from-sqlite") }
    if !dump, !root.isEmpty { throw ToolFailure(.usage, "--root needs --dump", hint: "rows find their roots by the layout") }
    if dump, inspect { throw ToolFailure(.usage, "--dump and --inspect exclude each other") }
    if maxBytes < 1 { throw ToolFailure(.usage, "--max-bytes must be at least 1, not '\(maxBytes)'") }
    if !(1...Limits.maximumDepth).contains(maxDepth) {
      throw ToolFailure(.usage, "--max-depth must be from 1 to \(Limits.maximumDepth), not '\(maxDepth)'")
    }
    if let maxItems, !(1...Limits.maximumItems).contains(maxItems) {
      throw ToolFailure(.usage, "--max-items must be from 1 to \(Limits.maximumItems), not '\(maxItems)'")
    }
  }

  var limits: UpdateLimits { UpdateLimits(items: maxItems, depth: maxDepth) }

  private func operands() throws(ToolFailure) -> InputOperands {
    let operands = try InputOperands(files, expecting: "a file of Yjs updates", toolName: Self.toolName)
    for output in [common.report, rows.rejects, changes.since] { if let output { try operands.refuse(output: output, asOneOf: rows.schema) } }
    return operands
  }

  private func readInputs(_ operands: InputOperands, _ progress: Progress, _ diagnostics: inout Diagnostics) throws(ToolFailure) -> UpdateInput {
    progress.enter("reading", bytes: fromSqlite == nil ? operands.totalBytes : nil)
    var input = UpdateInput(limit: maxBytes, limits: limits)
    for path in operands.paths {
      let before = input.buffer.count
      if let fromSqlite {
        try input.readDatabase(path, fromSqlite, where: condition)
      } else {
        try input.readFile(path, framing: frames, salvaging: salvage)
      }
      progress.add(bytes: input.buffer.count - before)
    }
    for fault in input.salvaged {
      diagnostics.warn(kind: "salvage", at: fault.place, fault.message, hint: "what precedes it is used")
    }
    return input
  }

  // MARK: What is printed

  private func printSummaries(_ input: borrowing UpdateInput) throws(ToolFailure) -> UpdateEncoding {
    var output = OutputStream()
    let bytes = input.buffer.span
    let encoding = encoding == .auto ? UpdateEncoding.detect(input.frames, of: bytes, limits: limits) : encoding
    var allowance = limits.items(forBytes: bytes.count)
    for (index, frame) in input.frames.enumerated() {
      do {
        let summary = try UpdateSummary(frame, encoding: encoding, of: bytes, limits: limits, allowance: &allowance)
        summary.append(number: index + 1, place: input.place(of: Int(frame.start)), encoding: encoding, to: &output.writer)
      } catch {
        throw input.failure(Document.UpdateError(error: error, update: index, encoding: encoding), chosen: self.encoding)
      }
      try output.drain()
    }
    try output.finish()
    return encoding
  }

  private func printDump(_ document: borrowing Document, _ input: borrowing UpdateInput) throws(ToolFailure) {
    var output = OutputStream()
    var kinds: [[UInt8]: RootKind] = [:]
    for choice in root { kinds[Array(choice.name.utf8)] = choice.kind }
    do {
      try DocumentDump.write(document, kinds: kinds, input.buffer.span, to: &output.writer)
    } catch {
      throw input.failure(printing: error)
    }
    output.writer.append(UInt8(ascii: "\n"))
    try output.finish()
  }

  private func printRows(
    _ document: inout Document, _ input: borrowing UpdateInput, _ found: inout DecodeReport, _ progress: Progress,
    _ diagnostics: inout Diagnostics
  ) throws(ToolFailure) {
    let bytes = input.buffer.span
    let workspace = try rows.workspace(of: &document, bytes, from: input.name, &diagnostics)
    found.layout = workspace.layout.rawValue
    do {
      if rows.printSchema {
        try SchemaPrinter.print(workspace, document, bytes, of: input.name)
      } else {
        try printLines(of: workspace, document, input, &found, progress, &diagnostics)
      }
    } catch {
      switch error {
      case .document(let error): throw input.failure(printing: error)
      case .tool(let failure): throw failure
      }
    }
    found.tables = workspace.tableCount
    found.skipped = workspace.skippedRows
  }

  private func printLines(
    of workspace: Workspace, _ document: borrowing Document, _ input: borrowing UpdateInput, _ found: inout DecodeReport,
    _ progress: Progress, _ diagnostics: inout Diagnostics
  ) throws(RowOutput.Failure) {
    var check: RowCheck?
    do throws(ToolFailure) {
      check = try rows.check(diagnostics: diagnostics)
    } catch {
      throw .tool(error)
    }
    if changes.since != nil { return try printChanges(of: workspace, document, input, check, &found, &diagnostics) }
    let schema = check?.define(workspace.schema(), of: input.name, isEmpty: workspace.isEmpty)
    found.rows = try RowOutput.print(
      workspace, as: rows.form, document, input.buffer.span, of: input.name, checkedBy: &check, schema, progress, to: OutputStream())
    guard let check = check.take() else { return }
    found.checkedNothing = check.checksNothing
    do throws(ToolFailure) {
      found.rejected = try check.finish(&diagnostics, hasFile: rows.rejects != nil)
    } catch {
      throw .tool(error)
    }
  }

  /// `--since`: one batch.
  private func printChanges(
    of workspace: Workspace, _ document: borrowing Document, _ input: borrowing UpdateInput, _ check: consuming RowCheck?,
    _ found: inout DecodeReport, _ diagnostics: inout Diagnostics
  ) throws(RowOutput.Failure) {
    guard let path = changes.since else { return }
    let file = SinceFile(path: path)
    do throws(ToolFailure) {
      var stream = ChangeStream(continuing: try file.read(), check: check)
      stream.define(workspace, of: input.name)
      do throws(RowOutput.Failure) {
        try stream.print(workspace, isWhole: true, document, input.buffer.span, isDue: true) { (lines) throws(ToolFailure) in
          do throws(SystemError) {
            try Descriptor.standardOutput.write(lines)
          } catch {
            throw ToolFailure(error)
          }
        }
      } catch {
        switch error {
        case .document(let error): throw input.failure(printing: error)
        case .tool(let failure): throw failure
        }
      }
      try stream.finish(&found, &diagnostics, hasRejectsFile: rows.rejects != nil)
      try file.write(&stream)
    } catch {
      throw .tool(error)
    }
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  // MARK: What is missing

  func incomplete(_ pending: PendingUpdates, _ input: String) -> ToolFailure {
    let gap = pending.structs.first ?? pending.deletes.first
    let place = gap.map { ": client \($0.client), clocks \($0.clock)…\($0.end - 1)" } ?? ""
    return ToolFailure(
      .malformedInput, at: input, "updates are missing that others build on\(place)",
      hint: "add the missing updates, or leave out --require-complete")
  }

  func warn(of pending: PendingUpdates, _ diagnostics: inout Diagnostics) {
    for gap in pending.structs {
      diagnostics.warn(kind: "pending", "client \(gap.client): clocks \(gap.clock)…\(gap.end - 1) wait for updates that are missing")
    }
    for gap in pending.deletes {
      diagnostics.warn(kind: "pending", "client \(gap.client): clocks \(gap.clock)…\(gap.end - 1) are deleted before they arrived")
    }
  }
}
