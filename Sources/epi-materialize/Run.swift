internal import EpiCommand
internal import EpiRows
internal import EpiSQLite
internal import EpiSystem

extension MaterializeCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    let operands = try InputOperands(inputs, expecting: "files with rows", toolName: Self.toolName)
    try rows.refuse(output: output, operands)
    // Before anything is read: what cannot be written is known at once.
    let target: DatabaseTarget
    do {
      target = try DatabaseTarget.opening(output)
    } catch {
      throw ToolFailure(error)
    }

    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    var intake = RowIntake(try policy)
    var rejected = try RejectedLines(path: rows.rejects)
    var warnings = 0
    var options = Materializer.Options()
    options.keep = keep
    var materializer = Materializer(options) { warning in
      warnings += 1
      diagnostics.warn(kind: warning.kind.rawValue, at: warning.place, warning.message)
    }
    for path in operands.paths {
      let input = try InputOperands.open(path)
      let failure = { (error: RowError) in ToolFailure(error, in: path) }
      materializer.beginInput(path)
      try intake.read(
        path, filledBy: { (buffer) throws(ToolFailure) in try InputOperands.read(input, upTo: RowReader.readSize, into: &buffer) },
        failure: failure
      ) { (item, reader) throws(ToolFailure) in
        switch item {
        case .event(let event):
          do throws(RowError) {
            try materializer.add(event, from: reader)
          } catch {
            throw failure(error)
          }
        case .rejected(let row):
          try rejected.add(at: row.place, row.message, isTold: row.isFirstOfItsKind, &diagnostics) { row.appendLine(to: &$0) }
        case .remark(let text): diagnostics.warn(kind: "schema", at: path, text)
        }
      }
    }
    for warning in intake.selectionWarnings { diagnostics.warn(kind: "table", warning) }
    let summary: MaterializerSummary
    do {
      summary = try materializer.write(to: target, busyTimeout: busyTimeout)
    } catch {
      throw ToolFailure(error, output: output)
    }
    let rejectedCount = rejected.count
    try rejected.commit()
    for line in intake.summary { diagnostics.warn(kind: "invalid rows", line, hint: rows.rejectsHint) }
    diagnostics.summarizeWarnings()
    let duplicates = summary.duplicates > 0 ? " (\(summary.duplicates) more with an id that another row has)" : ""
    diagnostics.tell("wrote \(count(summary.rows, "row"))\(duplicates) in \(count(summary.tables, "table")) to '\(output)'")
    return warnings == 0 && rejectedCount == 0 ? .success : .reservation
  }

  private var policy: IntakePolicy {
    get throws(ToolFailure) {
      var definitions = WorkspaceSchema()
      if let path = rows.schema {
        let failure = { (error: RowError) in ToolFailure(error, in: path) }
        definitions.tables = try InputOperands.read(path, limit: WorkspaceSchema.maximumSize, WorkspaceSchema.init(reading:), failure: failure).tables
      }
      return IntakePolicy(
        selection: TableSelection(tables: rows.selected.tables, exclude: rows.selected.exclude), schema: definitions,
        checksRows: !rows.noValidate, skipsMalformed: rows.onError == .skip, stopsAtInvalid: rows.onError == .stop,
        requiresEnd: rows.requireEnd)
    }
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension ToolFailure {
  fileprivate init(_ error: RowError, in path: String) {
    self.init(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
  }

  fileprivate init(_ error: MaterializerError, output: String) {
    switch error {
    case .input(let place, let message, let hint): self.init(.malformedInput, at: place, message, hint: hint)
    case .target(let message, let hint): self.init(.cannotCreate, at: output, message, hint: hint)
    case .system(let error): self.init(error)
    case .fault(let message):
      self.init(.toolFault, at: nil, message, hint: "please report this, with the output of 'epi-materialize --version'")
    case .database(let error):
      let status: ExitStatus =
        switch error.kind {
        case .busy: .tryAgain
        case .inputOutput: .inputOutput
        // The file is the output here, not the input.
        case .notADatabase, .cannotOpen: .cannotCreate
        case .notPermitted: .notPermitted
        case .outOfMemory: .systemRefused
        case .tooBig: .malformedInput
        case .constraint, .refused: .toolFault
        }
      self.init(status, at: output, error.message, hint: error.hint)
    }
  }
}
