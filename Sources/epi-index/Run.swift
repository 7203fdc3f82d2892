internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

extension IndexCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    if let check { return try SnapshotReport.check(check, toolName: Self.toolName) }
    if let info { return try SnapshotReport.info(info) }
    guard let output else { return .usage }
    let operands = try InputOperands(inputs, expecting: "files with rows", toolName: Self.toolName)
    try rows.refuse(output: output, operands)
    var intake = RowIntake(try policy)
    let target = try OutputTarget.opening(output)

    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    var rejected = try RejectedLines(path: rows.rejects)
    var builder = IndexBuilder(options)
    for path in operands.paths {
      let input = try InputOperands.open(path)
      builder.beginInput()
      try intake.read(
        path, filledBy: { (buffer) throws(ToolFailure) in try InputOperands.read(input, upTo: RowReader.readSize, into: &buffer) },
        failure: { ToolFailure($0, in: path) }
      ) { (item, reader) throws(ToolFailure) in
        switch item {
        case .event(let event):
          try Self.take(event, of: reader, path, into: &builder)
          for row in builder.takeRejections() { try rejected.add(row, &diagnostics) }
        case .rejected(let row): try rejected.add(row, &diagnostics)
        case .remark(let text): diagnostics.warn(kind: "schema", at: path, text)
        }
      }
    }
    for warning in intake.selectionWarnings { diagnostics.warn(kind: "table", warning) }
    let rows = try Self.finish(builder, place: operands.paths.count == 1 ? operands.paths[0] : nil)
    for row in rows.summary.rejections { try rejected.add(row, &diagnostics) }

    do {
      try SnapshotWriter.write(rows, graph: graph.graph(of: rows), model: model) { (piece) throws(SystemError) in try target.write(piece) }
      try target.commit()
    } catch {
      throw ToolFailure(error)
    }
    let rejectedCount = rejected.count
    try rejected.commit()
    for field in rows.summary.unseenFields {
      diagnostics.warn(kind: "unknown field", "no row has the field '\(field)' that --store names")
    }
    if rows.count == rows.summary.unjoined, let join {
      diagnostics.warn(kind: "nothing joined", "no row of table '\(join.name.table)' has an id that is in a field '\(join.name.field)'")
    }
    for line in intake.summary { diagnostics.warn(kind: "invalid rows", line, hint: self.rows.rejectsHint) }
    diagnostics.summarizeWarnings()
    diagnostics.tell(sentence(about: rows, rejected: rejectedCount, output: output))
    let hasReservation = rejectedCount > 0 || !rows.summary.unseenFields.isEmpty || rows.count == rows.summary.unjoined
    return hasReservation ? .reservation : .success
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

  private var options: IndexOptions {
    var options = IndexOptions()
    options.column = column
    options.metric = metric.metric
    options.dimensions = dimensions
    options.model = model
    options.store = store?.names ?? []
    options.join = join?.name
    options.skipsRejected = rows.onError == .skip
    return options
  }

  private static func finish(_ builder: consuming IndexBuilder, place: String?) throws(ToolFailure) -> IndexedRows {
    do {
      return try builder.finish()
    } catch {
      var failure = ToolFailure(error)
      failure.place = failure.place ?? place
      throw failure
    }
  }

  /// Takes in what the reader has read.
  private static func take(_ event: RowEvent, of reader: borrowing RowReader, _ path: String, into builder: inout IndexBuilder) throws(ToolFailure) {
    do throws(IndexError) {
      switch event {
      case .begin(let begin) where begin.mode == .changes:
        throw IndexError(
          .malformedInput, at: "\(path):\(reader.lineNumber)", "this is a stream of changes; this version reads snapshots only",
          hint: "run epi-ydecode without --watch and --since")
      case .begin, .setting, .end: break
      case .schema(let schema): builder.add(schema)
      case .deletedRow: try builder.removeRow(reader, file: path)
      case .row: try builder.addRow(reader, file: path)
      }
    } catch {
      throw ToolFailure(error)
    }
  }

  private func sentence(about rows: borrowing IndexedRows, rejected: Int, output: String) -> String {
    let summary = rows.summary
    var text = "wrote \(count(rows.count, "vector")) of \(count(rows.dimensions, "number")) from '\(summary.column.table).\(summary.column.field)' to '\(output)'"
    if summary.missing > 0 { text += "; \(count(summary.missing, "row")) without one" }
    if rejected > 0 { text += "; \(count(rejected, "row")) rejected" }
    if summary.unjoined > 0 { text += "; \(count(summary.unjoined, "row")) without a row in '\(join?.name.table ?? "")'" }
    return text
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension RejectedLines {
  fileprivate mutating func add(_ row: RejectedRow, _ diagnostics: inout Diagnostics) throws(ToolFailure) {
    try add(at: row.place, row.message, isTold: row.isFirstOfItsKind, &diagnostics) { row.appendLine(to: &$0) }
  }
}

extension ToolFailure {
  fileprivate init(_ error: RowError, in path: String) {
    self.init(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
  }

  fileprivate init(_ error: IndexError) {
    let status: ExitStatus =
      switch error.code {
      case .ambiguousColumn: .usage
      case .malformedInput, .noVectors, .tooLarge: .malformedInput
      }
    self.init(status, at: error.place, error.message, hint: error.hint)
  }
}
