internal import EpiBytes
package import EpiRows
internal import EpiSystem

/// Rows to the tables of a SQLite database.
///
/// Of snapshots, first all rows are taken in (`beginInput` and `add` for each input), then `finish` makes the tables. Of a stream of
/// changes each `end` is a transaction of its own.
///
/// Memory: at most about 30 MB of rows, and of those that are in a new database already none where they can be read again; what is more
/// lies in a file without a name beside the database.
package struct Materializer: ~Copyable {
  private let options: MaterializerOptions
  private let report: (MaterializerWarning) -> Void
  private let path: String
  /// Until the first state is written.
  var target: DatabaseTarget?
  private let isExisting: Bool
  /// Rows stay at hand until the database is complete.
  let keepsRows: Bool
  private let isScript: Bool
  var collector: RowCollector
  /// Inserts rows while others are read.
  var eager: EagerInsertion?
  /// How many chunks of rows there must be before the insertion is begun (anew).
  var nextAttempt = 1
  /// Between batches of changes.
  private var changes: ChangesWriter?
  private var mode: StreamMode?
  /// The batch that is being read holds the whole state.
  private var isWhole = true
  private var inputs: [String] = []
  /// The `end` lines of the inputs; nil for an input without one.
  private var ends: [StreamEnd?] = []
  private var summary = MaterializerSummary()

  /// - Parameters:
  ///   - path: the database.
  ///   - replacing: makes a new file even where there is a database.
  ///   - keepingRows: keeps rows that are in the new database already, in case that they cannot stay so. Otherwise adding rows, or the end,
  ///     may throw `MaterializerError.rowsGone`, and all has to be done again with another materializer.
  ///   - report: takes each warning as it arises.
  /// - Throws: when there can be no database at `path`, or it cannot be written to.
  package init(
    _ options: MaterializerOptions, to path: String, replacing: Bool = false, keepingRows: Bool = true, report: @escaping (MaterializerWarning) -> Void
  ) throws(MaterializerError) {
    let report = Self.tellingNotesOnce(report)
    self.options = options
    self.report = report
    self.path = path
    do {
      let opened = try DatabaseTarget.opening(path, replacing: replacing)
      isExisting = opened.isExisting
      keepsRows = keepingRows
      target = .some(consume opened)
    } catch {
      throw .system(error)
    }
    isScript = false
    collector = RowCollector(options, beside: path, report: report)
    eager = nil
    changes = nil
    followRows()
  }

  /// A materializer whose rows become a script (`finishScript`).
  package init(script options: MaterializerOptions, beside path: String, report: @escaping (MaterializerWarning) -> Void) {
    let report = Self.tellingNotesOnce(report)
    self.options = options
    self.report = report
    self.path = path
    target = nil
    isExisting = false
    keepsRows = true
    isScript = true
    collector = RowCollector(options, beside: path, report: report)
    eager = nil
    changes = nil
  }

  /// A note about a column is told once, though each batch of changes plans the table anew.
  private static func tellingNotesOnce(_ report: @escaping (MaterializerWarning) -> Void) -> (MaterializerWarning) -> Void {
    var told: Set<String> = []
    return { warning in
      guard warning.kind != .mixedTypes || told.insert(warning.message).inserted else { return }
      report(warning)
    }
  }

  /// A new input begins, with a reader of its own.
  package mutating func beginInput(_ name: String) {
    inputs.append(name)
    ends.append(nil)
    collector.beginInput(name)
  }

  /// Takes in what the reader has just read. The `end` of a batch of changes writes it.
  /// - Throws: when the line does not belong there, contradicts an earlier one, or the batch cannot be written.
  package mutating func add(_ event: RowEvent, from reader: borrowing RowReader) throws(MaterializerError) {
    switch event {
    case .begin(let begin): try self.begin(begin, line: reader.lineNumber)
    case .setting:
      try collector.addSetting(from: reader)
      try insertEagerly()
    case .deletedRow:
      guard mode == .changes else { throw .row(RowError(line: reader.lineNumber, "a deleted row stands only in a stream of changes")) }
      try collector.addDeletedRow(from: reader)
    case .schema(let schema):
      do {
        try collector.add(schema, line: reader.lineNumber)
      } catch {
        throw .row(error)
      }
    case .row:
      try collector.addRow(from: reader)
      try insertEagerly()
    case .end(let end):
      ends[ends.count - 1] = end
      if mode == .changes { try commit(end) }
    }
  }

  /// A row of the changes that does not fit its schema is left out: what the database has of it is the past.
  package mutating func addRejected(from reader: borrowing RowReader) throws(MaterializerError) {
    if mode == .changes, !isWhole { try collector.addDeletedRow(from: reader) }
  }

  private mutating func begin(_ begin: StreamBegin, line: Int) throws(MaterializerError) {
    guard begin.mode == .changes else {
      guard mode != .changes else { throw Self.notAlone(line) }
      return
    }
    guard inputs.count == 1 else { throw Self.notAlone(line) }
    guard !isScript else {
      throw .row(RowError(line: line, "this is a stream of changes; a script is made of a snapshot", hint: "leave out --watch and --since of epi-ydecode"))
    }
    mode = .changes
    isWhole = begin.since == nil
    guard let since = begin.since else { return renew() }
    if changes == nil {
      guard isExisting else { throw ChangesWriter.mismatch("there is none, or it is to be replaced") }
      changes = try ChangesWriter.opening(path, continuing: since, options, report: report)
    } else if changes?.record.source != since {
      throw ChangesWriter.mismatch("it is of state '\(changes?.record.source ?? "unknown")'")
    }
    renew()
  }

  private static func notAlone(_ line: Int) -> MaterializerError {
    .row(RowError(line: line, "a stream of changes is not the only input", hint: "it stands for itself: read it alone"))
  }

  /// Makes ready for the next batch.
  private mutating func renew() {
    collector = RowCollector(options, beside: path, continuing: isWhole ? [] : changes?.record.tables ?? [], report: report)
    for input in inputs { collector.beginInput(input) }
    followRows()
  }

  /// Writes a batch of changes.
  private mutating func commit(_ end: StreamEnd) throws(MaterializerError) {
    if isWhole {
      if target == nil { target = .existing(path: path) }
      changes = nil
      summary = try writeState()
      changes = try ChangesWriter.opening(path, continuing: end.hash, options, report: report)
      isWhole = false
    } else {
      let batch = takeCollector()
      summary = try changes?.apply(batch, end) ?? summary
    }
    renew()
  }

  private mutating func takeCollector() -> RowCollector {
    var taken = RowCollector(options, beside: path, report: report)
    swap(&taken, &collector)
    return taken
  }

  /// Writes what was taken in.
  /// - Throws: when there is nothing to write, or it cannot be written; whatever stood at the target is as it was.
  package consuming func finish() throws(MaterializerError) -> MaterializerSummary {
    if mode != .changes { summary = try writeState() }
    return summary
  }

  /// Makes the tables of a whole state.
  private mutating func writeState() throws(MaterializerError) -> MaterializerSummary {
    guard let target = target.take() else { throw .fault(message: "the database was written before") }
    let source = source
    if options.onlyIfChanged, target.isExisting, try isUpToDate(source) { return MaterializerSummary(isUnchanged: true) }
    try requireRows()
    let (inputs, options, report, state) = (inputs, options, report, state)
    let insertion = eager.take()
    var batch = takeCollector()
    let scans = batch.tables
    let plans = try TablePlan.all(scans, placeOf: inputs.place, report: report)
    let started = try batch.finish(insertion, of: plans)
    let writer = DatabaseWriter(
      plans: plans, scans: scans, options: options, source: source, state: state, placeOf: inputs.place, report: report)
    return try writer.write(batch.takeSpool(), after: started, to: target)
  }

  /// The hash of the state; of several streams those of all of them. Nil when one has none.
  private var source: String? {
    let sources = ends.map { $0?.hash }
    return sources.contains(nil) ? nil : sources.compactMap { $0 }.joined(separator: " ")
  }

  private var state: String? { ends.count == 1 ? ends[0]?.state : nil }

  private func requireRows() throws(MaterializerError) {
    guard collector.tables.isEmpty, ends.allSatisfy({ $0 == nil }) else { return }
    throw .input(
      place: inputs.last, message: "no rows", hint: "rows are lines like {\"table\":\"posts\",\"id\":\"a\",\"row\":{…}}; see epi-rows(5)")
  }

  /// Writes what was taken in as a script.
  /// - Parameters:
  ///   - usesPgvector: the vectors of PostgreSQL are those of its extension.
  ///   - emit: takes the text, piece by piece.
  package consuming func finishScript(
    _ engine: SQLEngine, usesPgvector: Bool, to emit: (Span<UInt8>) throws(MaterializerError) -> Void
  ) throws(MaterializerError) -> MaterializerSummary {
    try requireRows()
    let (inputs, options, report, source, state) = (inputs, options, report, source, state)
    var batch = takeCollector()
    let scans = batch.tables
    let plans = try TablePlan.all(scans, placeOf: inputs.place, report: report)
    do {
      return try withoutActuallyEscaping(emit) { emit in
        try SQLScript(
          engine: engine, usesPgvector: usesPgvector, plans: plans, scans: scans, options: options, source: source, state: state, report: report,
          emit: emit
        ).write(batch.takeSpool())
      }
    } catch {
      throw MaterializerError(error, placeOf: inputs.place, nameOf: { plans[$0].name })
    }
  }

  /// Whether the database says that it was made of this state.
  private func isUpToDate(_ source: String?) throws(MaterializerError) -> Bool {
    do {
      let database = try Database.forReading(path, busyTimeout: options.busyTimeout)
      return try DatabaseRecord(database)?.isOf(source, options) ?? false
    } catch let error as SQLiteError {
      throw .database(error)
    } catch {
      // What cannot be understood is made anew.
      return false
    }
  }
}

extension TablePlan {
  /// The plans of all tables of a state.
  static func all(
    _ scans: [TableScan], placeOf: (RowPlace) -> String, report: (MaterializerWarning) -> Void
  ) throws(MaterializerError) -> [TablePlan] {
    var plans: [TablePlan] = []
    for (scan, name) in zip(scans, SQLNames.distinct(scans.map(\.name))) {
      if let objection = SQLNames.objection(to: scan.name, isTable: true) {
        throw .input(
          place: nil, message: "the name of table '\(scan.name)' \(objection)", hint: "rename the table in the rows, for example with jq")
      }
      if name != scan.name {
        report(
          MaterializerWarning(
            kind: .renamed, message: "table '\(scan.name)' differs from another in case only; it is '\(name)' in the database"))
      }
      plans.append(try TablePlan(scan, named: name, placeOf: placeOf, report: report))
    }
    return plans
  }
}
