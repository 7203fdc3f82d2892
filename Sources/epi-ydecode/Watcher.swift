internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiWorkspace
internal import EpiYjs

/// `--watch`: keeps the document, and prints a batch of changes whenever the files have changed.
struct Watcher: ~Copyable {
  private let command: DecodeCommand
  private let paths: [String]
  private var watch: ChangeWatch
  private var stream: ChangeStream
  /// What was read last; nil when it is good for nothing any more and everything is to be read again.
  private var live: LiveDocument?
  private var diagnostics: Diagnostics
  private var found = DecodeReport()
  private let begin = Process.seconds
  /// When the files could not be read for the first time, and whether it has been told.
  private var failure: (since: Double, isTold: Bool)?
  /// When a database is looked at again although nothing has happened. In WAL mode a transaction is written, synchronized and only
  /// then made visible, through shared memory, which nobody can watch.
  private var secondLook: (at: Double, delay: Double)?
  /// After so many seconds no transaction is waited for any more.
  private static let longestDelay = 2.0

  /// Why a batch was not printed.
  private enum Failure: Error {
    /// The input is to blame, and may be better soon.
    case input(ToolFailure)
    /// Nothing can be done.
    case fatal(ToolFailure)

    init(_ error: RowOutput.Failure, _ input: borrowing UpdateInput) {
      switch error {
      case .document(let error): self = .input(input.failure(printing: error))
      case .tool(let failure): self = .fatal(failure)
      }
    }
  }

  init(_ command: DecodeCommand, paths: [String], diagnostics: Diagnostics) throws(ToolFailure) {
    self.command = command
    self.paths = paths
    self.diagnostics = diagnostics
    let check = try command.rows.check(diagnostics: diagnostics)
    let stream = ChangeStream(continuing: nil, check: check)
    let watch: ChangeWatch
    do {
      watch = try ChangeWatch(files: paths, areDatabases: command.fromSqlite != nil)
    } catch {
      throw ToolFailure(error)
    }
    self.stream = stream
    self.watch = watch
  }

  /// Prints batches until a signal comes, or nobody reads them any more.
  mutating func run() throws(ToolFailure) -> Never {
    try update()
    while true {
      let settled = failure.flatMap { $0.isTold ? nil : $0.since + Double(command.changes.settle) / 1000 }
      let due = [settled, secondLook?.at].compactMap(\.self).min()
      switch try next(within: due.map { max(0, $0 - Process.seconds) }) {
      case .changed:
        try waitForQuiet()
        try update()
        if command.fromSqlite != nil { lookAgain(in: max(0.01, Double(command.changes.debounce) / 1000)) }
      case .timeout:
        try update()
        if let look = secondLook { lookAgain(in: look.delay * 2) }
      case .readerGone:
        try finish()
        Process.exitBrokenPipe()
      case .signal(let number): try end(by: number)
      }
    }
  }

  private mutating func lookAgain(in delay: Double) {
    secondLook = delay > Self.longestDelay ? nil : (Process.seconds + delay, delay)
  }

  private mutating func next(within seconds: Double?) throws(ToolFailure) -> ChangeWatch.Event {
    do {
      return try watch.next(within: seconds)
    } catch {
      throw ToolFailure(error)
    }
  }

  /// Waits until nothing has happened for the time of `--debounce`; a file that is written to all the time is read nevertheless.
  private mutating func waitForQuiet() throws(ToolFailure) {
    let debounce = Double(command.changes.debounce) / 1000
    let deadline = Process.seconds + debounce * Double(ChangeOptions.longestDebounce)
    while Process.seconds < deadline {
      switch try next(within: debounce) {
      case .changed: break
      case .timeout, .readerGone: return
      case .signal(let number): try end(by: number)
      }
    }
  }

  private mutating func end(by signal: Int32) throws(ToolFailure) -> Never {
    try finish()
    Process.end(bySignal: signal)
  }

  private mutating func finish() throws(ToolFailure) {
    try stream.finish(&found, &diagnostics, hasRejectsFile: command.rows.rejects != nil)
    found.seconds = Process.seconds - begin
    if let report = command.common.report { try found.write(to: report) }
    diagnostics.summarizeWarnings()
  }

  // MARK: One batch

  /// Reads what there is and prints what has changed.
  private mutating func update() throws(ToolFailure) {
    do {
      try refresh()
    } catch {
      switch error {
      case .fatal(let failure): throw failure
      case .input(let failure): return try note(failure)
      }
    }
    if let cut = live?.input.cut {
      try note(ToolFailure(.malformedInput, at: cut.place, cut.message))
    } else {
      failure = nil
    }
  }

  /// Tells of files that cannot be read, once, when they have had the time to become readable.
  private mutating func note(_ fault: ToolFailure) throws(ToolFailure) {
    let since = failure?.since ?? Process.seconds
    let isSettled = Process.seconds - since >= Double(command.changes.settle) / 1000
    // Nothing has been printed yet: a file that is not there will hardly come, and one that stays malformed is no good.
    if stream.batches == 0, live == nil, isSettled || fault.status != .malformedInput { throw fault }
    if isSettled, failure?.isTold != true {
      diagnostics.warn(kind: "input", at: fault.place, fault.message, hint: "what was printed last stays until it can be read")
    }
    failure = (since, isSettled || failure?.isTold == true)
  }

  private mutating func refresh() throws(Failure) {
    guard var live = live.take() else { return try readAll() }
    let isAppended: Bool
    do throws(ToolFailure) {
      isAppended = try live.readAppended(command)
    } catch {
      throw .input(error)
    }
    guard isAppended else { return try readAll() }
    try printChanges(of: &live)
    self.live = consume live
  }

  private mutating func readAll() throws(Failure) {
    do throws(ToolFailure) {
      live = try LiveDocument(paths, command)
    } catch {
      throw .input(error)
    }
    guard var live = live.take() else { return }
    try printChanges(of: &live)
    self.live = consume live
  }

  private mutating func printChanges(of live: inout LiveDocument) throws(Failure) {
    found.note(live)
    if command.requireComplete, !live.document.pending.isEmpty {
      throw .input(command.incomplete(live.document.pending, live.input.input.name))
    }
    if live.document.pending != live.pendingTold {
      live.pendingTold = live.document.pending
      command.warn(of: live.document.pending, &diagnostics)
    }
    do throws(RowOutput.Failure) {
      let output = watch.output
      let isDue = stream.batches == 0
      try live.print(to: &stream, command, &diagnostics, isDue: isDue) { (lines) throws(ToolFailure) in
        do throws(SystemError) {
          try output.write(lines)
        } catch {
          throw ToolFailure(error)
        }
      }
    } catch {
      throw Failure(error, live.input.input)
    }
  }
}
