internal import EpiCommand
internal import EpiRows
internal import EpiSQLite
internal import EpiSystem

extension MaterializeCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    if let check { return try perform(checking: check) }
    let output = output ?? "-"
    let operands = try InputOperands(inputs, expecting: "files with rows", toolName: Self.toolName)
    try rows.refuse(output: output, report: common.report, operands)
    let policy = try policy
    let counts = RowCounts(inputs: operands.paths.count)
    let progress = Progress(common, tool: Self.toolName)
    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    // Files are read again where a late row tells that a table is another one; what comes through a pipe has to be kept for that.
    // Rejected lines that are on their way through a pipe cannot be taken back either.
    var keepsRows = !operands.areFiles || !rejectsCanBeginAgain
    while true {
      switch try materialize(operands, policy, to: output, keepingRows: keepsRows, counts, progress, diagnostics) {
      case .done(let status): return status
      case .rowsGone(let told): diagnostics = told
      }
      diagnostics.beginAgain()
      keepsRows = true
    }
  }

  private var rejectsCanBeginAgain: Bool {
    guard let path = rows.rejects, path != "-" else { return rows.rejects == nil }
    return FileStatus(path: path).kind != .other
  }

  private enum Outcome {
    case done(ExitStatus)
    /// All has to be done again, with rows that are kept; what has been told is known.
    case rowsGone(Diagnostics)
  }

  /// Reads all inputs and writes the output.
  private func materialize(
    _ operands: InputOperands, _ policy: IntakePolicy, to output: String, keepingRows: Bool, _ counts: RowCounts, _ progress: Progress,
    _ diagnostics: Diagnostics
  ) throws(ToolFailure) -> Outcome {
    var (counts, diagnostics) = (counts, diagnostics)
    let options = materializerOptions
    var intake = RowIntake(policy)
    var rejected = try RejectedLines(path: rows.rejects)
    var warnings = 0
    let warn = { (warning: MaterializerWarning) in
      guard warning.kind != .mixedTypes else { return diagnostics.note(kind: warning.kind.rawValue, warning.message) }
      warnings += 1
      diagnostics.warn(kind: warning.kind.rawValue, at: warning.place, warning.message)
    }
    // Before anything is read: what cannot be written is known at once.
    let script = try writing.sql.map { (_) throws(ToolFailure) in try OutputTarget.opening(text: output) }
    var writer: Materializer
    do {
      writer =
        script == nil
        ? try Materializer(options, to: output, replacing: writing.replace, keepingRows: keepingRows, report: warn)
        : Materializer(script: options, beside: output == "-" ? "/var/tmp/" : output, report: warn)
    } catch {
      throw ToolFailure(error, output: output)
    }
    var areRowsGone = false
    progress.enter("reading", bytes: operands.totalBytes)
    let summary: MaterializerSummary
    do throws(ToolFailure) {
      for path in operands.paths {
        let input = try InputOperands.open(path)
        writer.beginInput(path)
        try intake.read(
          path,
          filledBy: { (buffer) throws(ToolFailure) in
            try counts.read(input, upTo: RowReader.readSize, into: &buffer, progress)
          },
          failure: { ToolFailure($0, in: path) }
        ) { (item, reader) throws(ToolFailure) in
          switch item {
          case .event(let event):
            if case .row = event { counts.rows += 1 }
            // Changes have no end to wait for.
            if case .begin(let begin) = event, begin.mode == .changes { progress.finish() }
            do throws(MaterializerError) {
              try writer.add(event, from: reader)
            } catch {
              areRowsGone = error == .rowsGone
              throw ToolFailure(error, output: output, input: path)
            }
          case .rejected(let row):
            do throws(MaterializerError) {
              if row.identity != nil { try writer.addRejected(from: reader) }
            } catch {
              throw ToolFailure(error, output: output, input: path)
            }
            try rejected.add(at: row.place, row.message, isTold: row.isFirstOfItsKind, &diagnostics) { row.appendLine(to: &$0) }
          case .remark(let text): diagnostics.warn(kind: "schema", at: path, text)
          }
        }
      }
      for warning in intake.selectionWarnings { diagnostics.warn(kind: "table", warning) }
      progress.enter("writing")
      do throws(MaterializerError) {
        if let script, let engine = writing.sql {
          summary = try writer.finishScript(engine, usesPgvector: writing.pgvector) { (text) throws(MaterializerError) in
            do throws(SystemError) { try script.write(text) } catch { throw .system(error) }
          }
          do throws(SystemError) { try script.commit() } catch { throw MaterializerError.system(error) }
        } else {
          summary = try writer.finish()
        }
      } catch {
        areRowsGone = error == .rowsGone
        throw ToolFailure(error, output: output)
      }
    } catch {
      if areRowsGone { return .rowsGone(diagnostics) }
      throw error
    }
    progress.finish()
    let rejectedCount = rejected.count
    try rejected.commit()
    if let path = common.report {
      try counts.writeReport(of: Self.toolName, to: path) { report in
        report.add("rejected", rejectedCount)
        report.add("duplicates", summary.duplicates)
        report.add("warnings", warnings)
        report.add("tables", summary.tables)
        report.add("written", summary.rows)
        report.add("unchanged", summary.isUnchanged)
      }
    }
    for line in intake.summary { diagnostics.warn(kind: "invalid rows", line, hint: rows.rejectsHint) }
    diagnostics.summarizeWarnings()
    diagnostics.tell(sentence(summary, output))
    return .done(warnings == 0 && rejectedCount == 0 ? .success : .reservation)
  }

  /// Compares a database with its record; the outcome of each table goes to standard output.
  private func perform(checking path: String) throws(ToolFailure) -> ExitStatus {
    guard FileStatus(path: path).kind != .missing else { throw ToolFailure(.noInput, at: path, "cannot open: no such file") }
    let check: DatabaseCheck
    do {
      check = try DatabaseCheck(of: path, busyTimeout: writing.busyTimeout)
    } catch {
      throw ToolFailure(error, checking: path)
    }
    var lines = check.tables.map { "\(path): \($0.name): \(counted($0.rows, "row")): \($0.fault ?? "ok")\n" }
    lines += (check.faults + check.remarks).map { "\(path): \($0)\n" }
    do {
      try Descriptor.standardOutput.write(Array(lines.joined().utf8).span)
    } catch {
      throw ToolFailure(error)
    }
    return check.isGood ? .success : .reservation
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

  private var materializerOptions: MaterializerOptions {
    var options = MaterializerOptions()
    options.keep = tables.keep
    options.types = tables.type
    options.isStrict = tables.strict
    options.indexes = tables.index
    options.fullText = tables.fts
    // Engines that know vectors get them.
    options.vectors = tables.vectors ?? (writing.sql == nil || writing.sql == .sqlite ? .json : .f32)
    options.settings = tables.kv
    options.onlyIfChanged = writing.ifChanged
    options.busyTimeout = writing.busyTimeout
    options.selection = selection
    options.tool = "\(Self.toolName) \(ToolVersion.current)"
    return options
  }

  /// What else decides on the tables, as the database notes it.
  private var selection: String {
    var words = rows.selected.tables.map { "table=\($0)" } + rows.selected.exclude.map { "exclude=\($0)" }
    if rows.noValidate { words.append("no-validate") }
    return words.joined(separator: "\n")
  }

  private func sentence(_ summary: MaterializerSummary, _ output: String) -> String {
    if summary.isUnchanged { return "'\(output)' is of this state already" }
    let duplicates = summary.duplicates > 0 ? " (\(summary.duplicates) more with an id that another row has)" : ""
    return "wrote \(counted(summary.rows, "row"))\(duplicates) in \(counted(summary.tables, "table")) to '\(output)'"
  }

  private func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
