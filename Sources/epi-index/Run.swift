internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

extension IndexCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    if let check { return try SnapshotReport.check(check, toolName: Self.toolName) }
    if let info { return try SnapshotReport.info(info) }
    if let map {
      try SnapshotReport.draw(inputs[0], coloredBy: color, to: map, Diagnostics(tool: Self.toolName, isQuiet: common.quiet))
      return .success
    }
    guard let output else { return .usage }
    let operands = try InputOperands(inputs, expecting: "files with rows", toolName: Self.toolName)
    try rows.refuse(output: output, report: common.report, operands)
    var intake = RowIntake(try policy)
    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    var rejected = try RejectedLines(path: rows.rejects)
    let progress = Progress(common, tool: Self.toolName)
    var counts = RowCounts(inputs: operands.paths.count)
    var writer = try BatchWriter(self, to: output, operands, progress)
    progress.enter("reading", bytes: operands.totalBytes)
    for path in operands.paths {
      let input = try InputOperands.open(path)
      writer.builder.beginInput()
      try intake.read(
        path,
        filledBy: { (buffer) throws(ToolFailure) in try counts.read(input, upTo: RowReader.readSize, into: &buffer, progress) },
        failure: { ToolFailure($0, in: path) }
      ) { (item, reader) throws(ToolFailure) in
        switch item {
        case .event(let event):
          if case .row = event { counts.rows += 1 }
          // Changes have no end to wait for.
          if case .begin(let begin) = event, begin.mode == .changes { progress.finish() }
          try writer.take(event, of: reader, path, &diagnostics, &rejected)
          for row in writer.builder.takeRejections() { try rejected.add(row, &diagnostics) }
        case .rejected(let row): try rejected.add(row, &diagnostics)
        case .remark(let text): diagnostics.warn(kind: "schema", at: path, text)
        }
      }
    }
    for warning in intake.selectionWarnings { diagnostics.warn(kind: "table", warning) }
    try writer.finish(&diagnostics, &rejected)
    progress.finish()
    let rejectedCount = rejected.count
    try rejected.commit()
    if let path = common.report {
      try counts.writeReport(of: Self.toolName, to: path) { writer.describe(&$0, rejected: rejectedCount) }
    }
    for line in intake.summary { diagnostics.warn(kind: "invalid rows", line, hint: self.rows.rejectsHint) }
    diagnostics.summarizeWarnings()
    return rejectedCount > 0 || writer.hasReservation ? .reservation : .success
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

  var options: IndexOptions {
    var options = IndexOptions()
    options.column = column ?? embedding.text
    options.text = embedding.text
    options.chunk = embedding.chunk
    options.metric = metric.metric
    options.element = type
    options.dimensions = dimensions
    options.model = model
    options.store = store?.names ?? []
    options.join = join?.name
    options.skipsRejected = rows.onError == .skip
    return options
  }
}

extension RejectedLines {
  mutating func add(_ row: RejectedRow, _ diagnostics: inout Diagnostics) throws(ToolFailure) {
    try add(at: row.place, row.message, isTold: row.isFirstOfItsKind, &diagnostics) { row.appendLine(to: &$0) }
  }
}

extension ToolFailure {
  init(_ error: RowError, in path: String) {
    self.init(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
  }

  init(_ error: IndexError) {
    let status: ExitStatus =
      switch error.code {
      case .ambiguousColumn: .usage
      case .malformedInput, .noVectors, .tooLarge: .malformedInput
      }
    self.init(status, at: error.place, error.message, hint: error.hint)
  }
}
