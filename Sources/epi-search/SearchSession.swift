internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

/// Queries on their way to answers: gathered, made vectors of, searched for together, printed in order.
struct SearchSession: ~Copyable {
  let command: SearchCommand
  private(set) var report = SearchReport()
  let progress: Progress
  private var index: OpenIndex
  private var database: RowDatabase?
  private let ids: [[UInt8]]?
  private var printer: ResultPrinter
  private var diagnostics: Diagnostics
  private var rejected: RejectedLines
  private var embedder: Embedder?
  /// Queries that wait for the embedder, in order with others that came between them.
  private var waiting: [Query] = []
  private var batch: QueryBatch
  /// The names of the queries in the batch, as JSON text; nil for one that was skipped.
  private var labels: [[UInt8]?] = []
  /// What was found for the batch before, which is yet to be printed.
  private var found: Answers?

  /// Queries that a thread searches for together: when every row is measured, each then comes from memory once for all of them, as long as
  /// they lie near; ways through a graph share nothing.
  private var batchSize: Int {
    if case .graph = index.rows.searcher.plan { return 1024 }
    return 256
  }

  init(_ command: SearchCommand) throws(ToolFailure) {
    var database: RowDatabase?
    if let path = command.filter.db { database = try RowDatabase(path, busyTimeout: command.filter.busyTimeout, join: command.output.join?.name) }
    var ids: [[UInt8]]?
    if let path = command.filter.idsFrom { ids = try IDList.read(path) }
    let index = try OpenIndex(try OpenIndex.open(command.index), FileStatus(path: command.index).identity, command, database, ids: ids)
    let fields = try ResultFields(command.output.fields?.names, of: index.snapshot, index: command.index, database)
    rejected = try RejectedLines(path: command.queries.rejects)
    let format = command.output.format ?? (Terminal.isStandardOutput ? .table : .ndjson)
    printer = ResultPrinter(format, isHybrid: command.filter.hybrid != nil, fields: fields)
    progress = Progress(command.common, tool: SearchCommand.toolName, filters: true, stays: command.queries.follow)
    diagnostics = Diagnostics(tool: SearchCommand.toolName, isQuiet: command.common.quiet)
    embedder = command.queries.embedWith.map { Embedder(command: $0) }
    batch = QueryBatch(metric: index.snapshot.head.metric, dimensions: index.snapshot.head.dimensions)
    if let ids, !ids.isEmpty, index.rows.allowedCount == 0, command.filter.condition == nil {
      diagnostics.warn(kind: "ids", at: command.filter.idsFrom, "none of the \(ids.count) ids is one of a row in '\(command.index)'")
    }
    self.command = command
    self.database = database
    self.ids = ids
    self.index = index
  }

  /// Takes in a query. It is answered with others; `finish` has all answered.
  mutating func add(_ query: consuming Query) throws(ToolFailure) {
    report.queries += 1
    if embedder != nil { return waiting.append(query) }
    try enqueue(query)
  }

  /// Takes in a query whose vector lies in the snapshot.
  mutating func add(row: Int, label: [UInt8]) throws(ToolFailure) {
    report.queries += 1
    do {
      batch.append(stored: try index.snapshot.vector(ofRow: row))
    } catch {
      throw ToolFailure(error, index: command.index)
    }
    labels.append(label)
  }

  /// A line that is no query: reported and left out, or the end.
  mutating func skip(_ query: Query, _ failure: ToolFailure) throws(ToolFailure) {
    report.queries += 1
    try reject(query, failure)
    guard embedder != nil else { return labels.append(nil) }
    waiting.append(Query(label: query.label, file: query.file, isSkipped: true))
  }

  private mutating func reject(_ query: Query, _ failure: ToolFailure) throws(ToolFailure) {
    guard command.queries.onError == .skip else { throw failure }
    report.rejected += 1
    let row = RejectedRow(file: query.file, line: query.line, message: failure.message, hint: failure.hint, text: query.source)
    try rejected.add(kind: "skipped queries", at: failure.place ?? query.file, failure.message, isTold: true, &diagnostics) { row.appendLine(to: &$0) }
  }

  /// Answers what was taken in.
  /// - Parameter isLast: no other queries will come.
  mutating func finish(isLast: Bool) throws(ToolFailure) {
    if !waiting.isEmpty {
      var queries: [Query] = []
      swap(&queries, &waiting)
      try embed(&queries, isLast: isLast)
      for query in queries { try enqueue(query) }
    }
    try search()
    try found?.print(by: &printer, &report, index: command.index)
    found = nil
    progress.set(count: report.answered)
    try printer.flush()
  }

  /// Ends the output and tells the rest.
  consuming func close() throws(ToolFailure) -> ExitStatus {
    report.seconds = Process.seconds - report.start
    let report = report
    let command = command
    let isTold = !Terminal.isStandardOutput
    progress.finish()
    diagnostics.summarizeWarnings()
    try rejected.commit()
    do {
      try Descriptor.standardOutput.close()
    } catch {
      throw ToolFailure(error)
    }
    if let path = command.common.report { try report.write(to: path) }
    if isTold { diagnostics.tell(report.sentence) }
    return report.rejected > 0 || command.output.exitStatus && report.empty > 0 ? .reservation : .success
  }
}

// MARK: - One query

extension SearchSession {
  private mutating func enqueue(_ query: Query) throws(ToolFailure) {
    guard !query.isSkipped else { return labels.append(nil) }
    do throws(VectorFault) {
      try batch.append(query.vector)
    } catch {
      let model = index.snapshot.head.model.isEmpty ? "" : " (model '\(index.snapshot.head.model)')"
      var message = "query '\(query.name)' \(error.predicate())"
      if case .dimensions = error { message += model }
      try reject(query, ToolFailure(.malformedInput, at: query.place, message))
      return labels.append(nil)
    }
    labels.append(query.label)
    if batch.count == batchSize * command.threadCount { try search() }
  }

  /// Has the texts among the queries made vectors; those that the program refuses are rejected.
  private mutating func embed(_ queries: inout [Query], isLast: Bool) throws(ToolFailure) {
    let places = queries.indices.filter { queries[$0].text != nil }
    // Names may be equal; numbers are not.
    var texts = places.map { EmbeddedText(name: Array(String($0 + 1).utf8), text: queries[$0].text ?? []) }
    do {
      try embedder?.embed(&texts, isLast: isLast)
    } catch {
      throw ToolFailure(error.kind == .system ? .systemRefused : .malformedInput, error.message, hint: error.hint)
    }
    for (place, text) in zip(places, texts) {
      switch text.answer {
      case .vector(let vector)?: queries[place].vector = vector
      case .refused(let reason)?:
        let query = queries[place]
        let failure = ToolFailure(.malformedInput, at: query.place, "query '\(query.name)' was refused by the program: \(reason)")
        try reject(query, failure)
        queries[place].isSkipped = true
      case nil: continue
      }
    }
  }

  /// Searches for the queries of the batch and empties it. What was found before is printed meanwhile.
  private mutating func search() throws(ToolFailure) {
    guard !labels.isEmpty else { return }
    let before = found
    found = nil
    let matches = try Self.search(for: batch, in: &index, printing: before, &printer, &report, command)
    var answers = Answers(labels: labels, matches: matches, farthest: command.search.maxDistance, snapshot: index.shared)
    if let named = index.rows.textMatches { answers.fused = try index.fuse(matches, with: named, for: batch, command) }
    found = answers
    progress.set(count: report.answered)
    if command.search.explain {
      for (query, label) in labels.compactMap({ $0 }).enumerated() {
        diagnostics.inform(index.explanation(label, query, results: answers.results(query).count))
      }
    }
    batch.removeAll()
    labels.removeAll(keepingCapacity: true)
  }

  private static func search(
    for batch: QueryBatch, in index: inout OpenIndex, printing found: Answers?, _ printer: inout ResultPrinter, _ report: inout SearchReport,
    _ command: SearchCommand
  ) throws(ToolFailure) -> [[Match]] {
    var failure: ToolFailure?
    let matches = try index.search(batch) {
      do throws(ToolFailure) { try found?.print(by: &printer, &report, index: command.index) } catch { failure = error }
    }
    if let failure { throw failure }
    return matches
  }
}

// MARK: - Queries without a line of their own

extension SearchSession {
  /// The row that a name after `--like` stands for.
  func row(named name: String) throws(ToolFailure) -> Int {
    let rows: [Int]
    var titles: [String] = []
    do {
      var lookup = try RowLookup(index.snapshot)
      let bytes = Array(name.utf8)
      rows = try lookup.rows(named: bytes.span, in: index.snapshot)
      for row in rows { titles.append(try index.snapshot.title(ofRow: row)) }
    } catch {
      throw ToolFailure(error, index: command.index)
    }
    guard let row = rows.first else {
      throw ToolFailure(.malformedInput, at: command.index, "no row has the id '\(name)'", hint: "an id is given as ID or as TABLE/ID")
    }
    guard rows.count == 1 else {
      let list = titles.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      throw ToolFailure(.usage, at: command.index, "'\(name)' is the name of \(rows.count) rows: \(list)", hint: "choose one, as with --like '\(titles[0])'")
    }
    return row
  }

  /// Takes up a snapshot that has replaced the index, and what has changed in the database.
  mutating func refresh(_ watch: inout SnapshotWatch) throws(ToolFailure) {
    var isNew = false
    if let database {
      let change = try database.hasChanged()
      if change == nil { self.database = try RowDatabase(command.filter.db ?? "", busyTimeout: command.filter.busyTimeout, join: command.output.join?.name) }
      if change != false {
        try index.refilter(command, self.database, ids: ids)
        isNew = true
      }
    }
    switch watch.look(at: command.index, current: index.identity) {
    case .unchanged: break
    case .failed(let failure):
      diagnostics.warn(kind: "replaced index", at: failure.place, "\(failure.message); the old snapshot stays in use", hint: failure.hint)
    case .replaced(let replacement):
      guard let snapshot = replacement.take() else { break }
      index = try OpenIndex(snapshot, replacement.identity, command, database, ids: ids)
      batch = QueryBatch(metric: index.snapshot.head.metric, dimensions: index.snapshot.head.dimensions)
      isNew = true
    }
    guard isNew else { return }
    let fields = try ResultFields(command.output.fields?.names, of: index.snapshot, index: command.index, database)
    printer.use(fields)
  }
}
