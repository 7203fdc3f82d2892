internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

/// Collects rows and writes a snapshot of them: of a stream of changes one at the end of each batch, else one when all are read.
struct BatchWriter: ~Copyable {
  var builder: IndexBuilder
  /// Whether something that was asked for was not found.
  private(set) var hasReservation = false
  private let command: IndexCommand
  private let path: String
  private let operands: InputOperands
  /// Opened before anything is read, so that what cannot be written is known at once; nil when it was used.
  private var target: OutputTarget?
  /// What of the snapshot whose graph is taken over is copied to the target; nil where nothing is.
  private var copied: CopiedBlocks?
  private var isChanging = false
  /// Inputs that were closed by an `end` line.
  private var ends = 0
  /// The hash of the state that the rows are of.
  private var state: String?
  /// The snapshot whose graph is taken over.
  private var basis: String?
  /// That snapshot; nil where it was not opened yet, or cannot be.
  private var opened: SharedSnapshot?
  /// Nil until there are texts to embed.
  private var embedding: TextEmbedding?
  /// What was embedded for the snapshot that is written next.
  private var texts = (made: 0, known: 0)
  /// Of the snapshot that was written last.
  private var written = (vectors: 0, dimensions: 0, missing: 0, unjoined: 0)
  private let progress: Progress

  init(_ command: IndexCommand, to path: String, _ operands: InputOperands, _ progress: Progress) throws(ToolFailure) {
    self.command = command
    self.progress = progress
    self.path = path
    self.operands = operands
    basis = command.reuse
    builder = IndexBuilder(command.options)
    let output = try OutputTarget.opening(path)
    if !command.graph.exact, let basis, let older = try? Self.open(basis), older.hasGraph {
      opened = older
      builder.expect(older)
      copied = Self.copyBlocks(of: older, to: output)
    }
    target = consume output
  }

  private static func open(_ path: String) throws -> SharedSnapshot { SharedSnapshot(try Snapshot(mapping: try MappedFile(path: path))) }

  private static func copyBlocks(of older: SharedSnapshot, to output: borrowing OutputTarget) -> CopiedBlocks? {
    CopiedBlocks(of: older) { output.copying(upTo: $0, $1) }
  }

  /// Takes in what the reader has read.
  mutating func take(
    _ event: RowEvent, of reader: borrowing RowReader, _ input: String, _ diagnostics: inout Diagnostics, _ rejected: inout RejectedLines
  ) throws(ToolFailure) {
    do throws(IndexError) {
      switch event {
      case .schema(let schema): builder.add(schema)
      case .deletedRow: try builder.removeRow(reader, file: input)
      case .row:
        try builder.addRow(reader, file: input)
        copied?.note(builder.addedRow)
      case .begin, .setting, .end: break
      }
    } catch {
      throw ToolFailure(error)
    }
    if case .begin(let begin) = event, begin.mode == .changes { try beginChanges(begin, at: "\(input):\(reader.lineNumber)") }
    guard case .end(let end) = event else { return }
    ends += 1
    state = end.hash
    if isChanging { try write(&diagnostics, &rejected) }
  }

  /// Tells a report what the snapshot that was written last has.
  func describe(_ report: inout RunReport, rejected: Int) {
    report.add("rejected", rejected)
    report.add("missing", written.missing)
    report.add("unjoined", written.unjoined)
    report.add("embedded", texts.made)
    report.add("known", texts.known)
    report.add("vectors", written.vectors)
    report.add("dimensions", written.dimensions)
  }

  /// All rows were read.
  mutating func finish(_ diagnostics: inout Diagnostics, _ rejected: inout RejectedLines) throws(ToolFailure) {
    if !isChanging { try write(&diagnostics, &rejected) }
  }

  private mutating func beginChanges(_ begin: StreamBegin, at place: String) throws(ToolFailure) {
    guard operands.paths.count == 1, !isChanging else {
      throw ToolFailure(.malformedInput, at: place, "a stream of changes must be the only input, and begin once", hint: "give it to an epi-index of its own")
    }
    guard path != "-" else {
      throw ToolFailure(.usage, at: place, "a stream of changes becomes one snapshot after the other", hint: "name a file with -o FILE")
    }
    isChanging = true
    guard let since = begin.since else { return }
    let basis = basis ?? path
    let shared: SharedSnapshot
    do {
      shared = try Self.open(basis)
    } catch let error as SnapshotError {
      throw ToolFailure(.malformedInput, at: basis, error.message, hint: "rebuild it from a whole stream")
    } catch {
      throw ToolFailure(
        .malformedInput, at: place, "the changes continue from state '\(since)', and '\(basis)' cannot be opened", hint: "rebuild it from a whole stream")
    }
    do throws(IndexError) {
      try builder.begin(with: shared, since: since, path: basis)
    } catch {
      throw ToolFailure(error)
    }
    self.basis = basis
    opened = shared
  }

  /// Writes a snapshot of the rows as they are now.
  private mutating func write(_ diagnostics: inout Diagnostics, _ rejected: inout RejectedLines) throws(ToolFailure) {
    let paths = operands.paths
    try embedTexts(&diagnostics)
    progress.enter("sorting rows")
    let rows: IndexedRows
    do throws(IndexError) {
      rows = try builder.finish(
        empty: isChanging ? .allowed : ends == paths.count ? .whereNoRows : .refused, state: paths.count == 1 ? state : nil)
    } catch {
      var failure = ToolFailure(error)
      failure.place = failure.place ?? (paths.count == 1 ? paths[0] : nil)
      throw failure
    }
    let summary = rows.summary
    var kept: IndexedRows?
    for row in summary.rejections { try rejected.add(row, &diagnostics) }
    var opened: OutputTarget? = nil
    swap(&opened, &target)
    let isFirst = opened != nil
    let output = if let opened { opened } else { try OutputTarget.opening(path) }
    if !command.graph.exact {
      if !isFirst { self.opened = basis.flatMap { try? Self.open($0) } }
      if copied == nil, let older = self.opened { copied = Self.copyBlocks(of: older, to: output) }
    }
    copied?.goOn()
    // What this process has written itself need not be verified.
    var graph = graph(of: rows, verifying: isFirst, &diagnostics)
    progress.enter("writing")
    do throws(SystemError) {
      let length = try SnapshotWriter.write(
        rows, graph: graph, model: command.model, over: copied, seek: { (offset) throws(SystemError) in try output.seek(to: offset) }
      ) { (piece) throws(SystemError) in try output.write(piece) }
      // Behind it may lie what was copied for nothing.
      if copied != nil { try output.truncate(to: length) }
      copied = nil
      output.startWriteBack()
      // An older snapshot's file is let go before the wait for the disk: it may be the one that is replaced.
      graph = nil
      self.opened = nil
      builder.expectNothing()
      kept = consume rows
      if !isChanging { kept = nil }
      if command.ifChanged { try output.commitIfChanged() } else { try output.commit() }
    } catch {
      throw ToolFailure(error)
    }
    tell(of: summary, rejected: rejected.count, &diagnostics)
    guard let kept else { return }
    basis = path
    builder.resume(kept)
  }

  private mutating func embedTexts(_ diagnostics: inout Diagnostics) throws(ToolFailure) {
    guard let program = command.embedding.embedWith else { return }
    progress.enter("embedding texts")
    var work = embedding.take()
    if work == nil { work = TextEmbedding(command, program: program) { warn(command.reuse ?? "", $0, &diagnostics) } }
    texts = try work?.run(&builder, isLast: !isChanging) ?? (0, 0)
    embedding = work
  }

  private func graph(of rows: borrowing IndexedRows, verifying: Bool, _ diagnostics: inout Diagnostics) -> VectorGraph? {
    guard let options = command.graph.options(for: rows) else { return nil }
    progress.enter("linking", counting: "vectors", of: rows.count)
    if let basis, FileStatus(path: basis).kind == .regular {
      do {
        if verifying, let fault = opened?.fault { throw fault }
        let previous = try PreviousGraph(try opened ?? Self.open(basis), for: rows, options: options)
        if let graph = try VectorGraph(of: rows, options: options, reusing: previous) { return graph }
      } catch let error as PreviousGraphError {
        warn(basis, error.message, &diagnostics)
      } catch let error as SnapshotError {
        warn(basis, "it \(error.message)", &diagnostics)
      } catch {
        warn(basis, "it cannot be read", &diagnostics)
      }
    }
    let progress = progress
    return VectorGraph(of: rows, options: options) { progress.set(count: $0) }
  }

  private func warn(_ basis: String, _ reason: String, _ diagnostics: inout Diagnostics) {
    if command.reuse != nil { diagnostics.warn(kind: "reuse", "'\(basis)' cannot be reused: \(reason)") }
  }

  private mutating func tell(of summary: IndexSummary, rejected: Int, _ diagnostics: inout Diagnostics) {
    written = (summary.vectors, summary.dimensions, summary.missing, summary.unjoined)
    for field in summary.unseenFields {
      diagnostics.warn(kind: "unknown field", "no row has the field '\(field)' that --store names")
      hasReservation = true
    }
    if summary.vectors > 0, summary.vectors == summary.unjoined, let join = command.join {
      diagnostics.warn(kind: "nothing joined", "no row of table '\(join.name.table)' has an id that is in a field '\(join.name.field)'")
      hasReservation = true
    }
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    let column = summary.column.field.isEmpty ? "" : " from '\(summary.column.table).\(summary.column.field)'"
    var text = "wrote \(count(summary.vectors, "vector")) of \(count(summary.dimensions, "number"))\(column) to '\(path)'"
    if command.embedding.text != nil { text += "; \(count(texts.made, "text")) embedded, \(texts.known) known" }
    if summary.missing > 0 { text += "; \(count(summary.missing, "row")) without one" }
    if rejected > 0 { text += "; \(count(rejected, "row")) rejected" }
    if summary.unjoined > 0 { text += "; \(count(summary.unjoined, "row")) without a row in '\(command.join?.name.table ?? "")'" }
    diagnostics.tell(text)
  }
}
