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
    try operands.refuse(output: output)
    if let rejects { try operands.refuse(output: rejects) }
    let target = try OutputTarget.opening(output)

    var diagnostics = Diagnostics(tool: Self.toolName, isQuiet: common.quiet)
    var rejected = try RejectedRows(path: rejects)
    var builder = IndexBuilder(options)
    var selection = TableSelection(tables: selected.tables, exclude: selected.exclude)
    for path in operands.paths { try read(path, &selection, into: &builder, rejected: &rejected, diagnostics: &diagnostics) }
    for warning in selection.warnings { diagnostics.warn(kind: "table", warning) }
    let rows = try Self.finish(builder, place: operands.paths.count == 1 ? operands.paths[0] : nil)
    for row in rows.summary.rejections { try rejected.add(row, diagnostics: &diagnostics) }
    let rejectedCount = rejected.count
    try rejected.commit()

    do {
      try SnapshotWriter.write(rows, model: model) { (piece) throws(SystemError) in try target.write(piece) }
      try target.commit()
    } catch {
      throw ToolFailure(error)
    }
    for field in rows.summary.unseenFields {
      diagnostics.warn(kind: "unknown field", "no row has the field '\(field)' that --store names")
    }
    if rows.count == rows.summary.unjoined, let join {
      diagnostics.warn(kind: "nothing joined", "no row of table '\(join.name.table)' has an id that is in a field '\(join.name.field)'")
    }
    diagnostics.summarizeWarnings()
    diagnostics.tell(sentence(about: rows, rejected: rejectedCount, output: output))
    let hasReservation = rejectedCount > 0 || !rows.summary.unseenFields.isEmpty || rows.count == rows.summary.unjoined
    return hasReservation ? .reservation : .success
  }

  private var options: IndexOptions {
    var options = IndexOptions()
    options.column = column
    options.metric = metric.metric
    options.dimensions = dimensions
    options.model = model
    options.store = store?.names ?? []
    options.join = join?.name
    options.skipsRejected = onError == .skip
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

  /// Takes in all rows of one input.
  private func read(
    _ path: String, _ selection: inout TableSelection, into builder: inout IndexBuilder, rejected: inout RejectedRows,
    diagnostics: inout Diagnostics
  ) throws(ToolFailure) {
    let input = try InputOperands.open(path)
    var reader = RowReader(defaultTable: selection.namedTable, selection: selection)
    builder.beginInput()
    var isAtEnd = false
    while !isAtEnd {
      do {
        isAtEnd = try input.read(upTo: RowReader.readSize, into: &reader.input) == 0
      } catch {
        throw ToolFailure(error)
      }
      if isAtEnd { reader.endOfInput() }
      while try takeEvent(from: &reader, path, into: &builder, rejected: &rejected, diagnostics: &diagnostics) {}
    }
    selection = reader.selection
    if reader.isTruncated {
      throw ToolFailure(
        .malformedInput, at: path, "the rows are cut: there is a 'begin' line and no 'end' line",
        hint: "see how the command before this one ended; 'set -o pipefail' makes a script stop there")
    }
    if requireEnd, !reader.sawEnd {
      throw ToolFailure(.malformedInput, at: path, "the rows do not close with an 'end' line, which --require-end demands")
    }
  }

  /// - Returns: false when the reader wants more bytes.
  private func takeEvent(
    from reader: inout RowReader, _ path: String, into builder: inout IndexBuilder, rejected: inout RejectedRows,
    diagnostics: inout Diagnostics
  ) throws(ToolFailure) -> Bool {
    let event: RowEvent
    do {
      guard let next = try reader.next() else { return false }
      event = next
    } catch {
      guard onError == .skip else {
        throw ToolFailure(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
      }
      try rejected.add(RejectedRow(error, of: reader, file: path), diagnostics: &diagnostics)
      return true
    }
    switch event {
    case .begin(.changes):
      throw ToolFailure(
        .malformedInput, at: "\(path):\(reader.lineNumber)", "this is a stream of changes; this version reads snapshots only",
        hint: "run epi-ydecode without --watch and --since")
    case .begin(.snapshot), .setting, .end: break
    case .schema(let schema): builder.add(schema)
    case .deletedRow, .row:
      do {
        if event == .row { try builder.addRow(reader, file: path) } else { try builder.removeRow(reader, file: path) }
      } catch {
        throw ToolFailure(error)
      }
      for row in builder.takeRejections() { try rejected.add(row, diagnostics: &diagnostics) }
    }
    return true
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

extension ToolFailure {
  fileprivate init(_ error: IndexError) {
    let status: ExitStatus =
      switch error.code {
      case .ambiguousColumn: .usage
      case .malformedInput, .noVectors, .tooLarge: .malformedInput
      }
    self.init(status, at: error.place, error.message, hint: error.hint)
  }
}
