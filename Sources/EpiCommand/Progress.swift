internal import ArgumentParser
internal import EpiSystem
internal import Synchronization

/// What follows `--progress`.
package enum ProgressMode: String, NamedChoice {
  case auto
  case always
  case never
}

/// What a long run is doing, told on standard error: what it does now, how much it has read, how fast, and how long the rest will take
/// where that is known.
///
/// On a terminal one line is written over, from the second second on. With `always`, and no terminal, there is a line when something
/// else is done, another one a second, and one when it is over: for logs. The work only adds to two counters, a block at a time; a thread
/// of its own looks at them.
package final class Progress: Sendable {
  /// A part of the work.
  private struct Stage {
    var name: String
    /// Bytes that there are to read; nil where nobody knows.
    var total: Int?
    /// What the count counts: "rows"; and how many there are, where that is known.
    var noun: String
    var whole: Int?
    var begin: Double
  }

  private let tool: String
  private let mode: ProgressMode
  private let isTerminal: Bool
  private let begin = Process.seconds
  private let stage = Mutex<Stage?>(nil)
  private let bytes = Atomic(0)
  private let count = Atomic(0)
  private let isOver = Atomic(false)
  private let ticker = Mutex<Ticker?>(nil)

  /// A run that takes no longer shows nothing to a person.
  private static let patience = 1.0

  /// - Parameters:
  ///   - filters: the tool writes its result to standard output: then a terminal has the result itself, and of programs that are joined by
  ///     pipes the last one tells.
  ///   - stays: the tool goes on until it is stopped, and there is no end to wait for.
  package init(_ options: CommonOptions, tool: String, filters: Bool = false, stays: Bool = false) {
    self.tool = tool
    isTerminal = Terminal.isStandardError
    let isWanted = options.progress == .always || isTerminal && !stays && (!filters || Terminal.isStandardOutputFile)
    mode = options.quiet || !isWanted ? .never : options.progress
  }

  private var isActive: Bool { mode != .never && !isOver.load(ordering: .relaxed) }

  /// Another part of the work begins.
  /// - Parameters:
  ///   - name: what is done, like "reading".
  ///   - total: bytes that there are to read, where that is known.
  ///   - noun: what is counted besides, in the plural.
  ///   - whole: how many of those there are, where that is known.
  package func enter(_ name: String, bytes total: Int? = nil, counting noun: String = "rows", of whole: Int? = nil) {
    guard isActive else { return }
    leave()
    bytes.store(0, ordering: .relaxed)
    count.store(0, ordering: .relaxed)
    stage.withLock { $0 = Stage(name: name, total: total, noun: noun, whole: whole, begin: Process.seconds) }
    if mode == .always, !isTerminal { StatusLine.log("\(tool): \(name)") }
    ticker.withLock { ticker in
      if ticker == nil { ticker = Ticker(every: isTerminal ? 200 : 1000) { self.tick() } }
    }
  }

  /// So many bytes more have been read.
  package func add(bytes more: Int) { if mode != .never { bytes.add(more, ordering: .relaxed) } }

  /// So many rows, or what else is counted, are done by now.
  package func set(count now: Int) { if mode != .never { count.store(now, ordering: .relaxed) } }

  /// The work is over, or what follows is not to be told of. Nothing else has an effect from then on.
  package func finish() {
    guard isActive else { return }
    isOver.store(true, ordering: .relaxed)
    ticker.withLock { ticker in
      ticker?.stop()
      ticker = nil
    }
    leave()
    if isTerminal { StatusLine.clear() }
  }

  private func leave() {
    let last = stage.withLock { $0.take() }
    guard let last, mode == .always, !isTerminal else { return }
    StatusLine.log(line(last, isOver: true))
  }

  private func tick() {
    let now = stage.withLock { $0 }
    guard let now else { return }
    if !isTerminal { return StatusLine.log(line(now, isOver: false)) }
    if mode == .always || Process.seconds - begin >= Self.patience { StatusLine.show(line(now, isOver: false)) }
  }

  private func line(_ stage: Stage, isOver: Bool) -> String {
    let measure = ProgressMeasure(
      bytes: bytes.load(ordering: .relaxed), total: stage.total, count: count.load(ordering: .relaxed), whole: stage.whole, noun: stage.noun,
      seconds: Process.seconds - stage.begin, isOver: isOver)
    return "\(tool): \(stage.name)\(measure.text)"
  }
}
