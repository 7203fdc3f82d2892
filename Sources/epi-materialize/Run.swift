internal import EpiCommand
internal import EpiRows
internal import EpiSQLite
internal import EpiSystem

extension MaterializeCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    let operands = try InputOperands(inputs, expecting: "files with rows", toolName: Self.toolName)
    try operands.refuse(output: output)
    // Before anything is read: what cannot be written is known at once.
    let target: DatabaseTarget
    do {
      target = try DatabaseTarget.opening(output)
    } catch {
      throw ToolFailure(error)
    }

    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    var warnings = 0
    var options = Materializer.Options()
    options.keep = keep
    options.requiresEnd = requireEnd
    var materializer = Materializer(options) { warning in
      warnings += 1
      diagnostics.warn(kind: warning.kind.rawValue, at: warning.place, warning.message)
    }
    var selection = TableSelection(tables: selected.tables, exclude: selected.exclude)
    for path in operands.paths { try read(path, &selection, into: &materializer) }
    for warning in selection.warnings { diagnostics.warn(kind: "table", warning) }
    let summary: MaterializerSummary
    do {
      summary = try materializer.write(to: target, busyTimeout: busyTimeout)
    } catch {
      throw ToolFailure(error, output: output)
    }
    diagnostics.summarizeWarnings()
    let duplicates = summary.duplicates > 0 ? " (\(summary.duplicates) more with an id that another row has)" : ""
    diagnostics.tell("wrote \(count(summary.rows, "row"))\(duplicates) in \(count(summary.tables, "table")) to '\(output)'")
    return warnings == 0 ? .success : .reservation
  }

  /// Takes in all rows of one input.
  private func read(_ path: String, _ selection: inout TableSelection, into materializer: inout Materializer) throws(ToolFailure) {
    let input = try InputOperands.open(path)
    var reader = RowReader(defaultTable: selection.namedTable, selection: selection)
    materializer.beginInput(path)
    var isAtEnd = false
    while !isAtEnd {
      do {
        isAtEnd = try input.read(upTo: RowReader.readSize, into: &reader.input) == 0
      } catch {
        throw ToolFailure(error)
      }
      if isAtEnd { reader.endOfInput() }
      do {
        while let event = try reader.next() { try materializer.add(event, from: reader) }
      } catch {
        throw ToolFailure(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
      }
    }
    selection = reader.selection
    do {
      try materializer.endInput(of: reader)
    } catch {
      throw ToolFailure(error, output: output)
    }
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension ToolFailure {
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
