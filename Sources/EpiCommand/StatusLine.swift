internal import EpiSystem
internal import Synchronization

/// The line at the bottom of a terminal that is written over again and again. All words for the person go by here, so that they stand
/// above it and never in it.
enum StatusLine {
  private enum State {
    case hidden
    case shown
    /// The tool has failed, and what it is doing is of no interest any more.
    case closed
  }

  /// Held while something is written.
  private static let state = Mutex(State.hidden)

  /// To the line's begin, and nothing behind it (ECMA-48, EL).
  private static let erase = "\r\u{1b}[K"

  /// Shows a line in place of the one before, cut to the width of the terminal.
  static func show(_ text: String) {
    state.withLock { state in
      guard state != .closed else { return }
      state = .shown
      write(erase + DisplayWidth.cut(text, to: (Terminal.errorColumns ?? 80) - 1))
    }
  }

  /// Takes the line away.
  static func clear() { write(above: "") }

  /// Writes whole lines to standard error, where the status line was.
  /// - Parameter isLast: no status is to follow.
  static func write(above text: String, isLast: Bool = false) {
    state.withLock { state in
      write((state == .shown ? erase : "") + text)
      if state != .closed { state = isLast ? .closed : .hidden }
    }
  }

  /// Writes a line about the work, for a log; none when the tool has failed.
  static func log(_ line: String) {
    state.withLock { state in if state != .closed { write(line + "\n") } }
  }

  private static func write(_ text: String) {
    guard !text.isEmpty else { return }
    // Nothing is left to be told when standard error itself is gone.
    try? Descriptor.standardError.write(Array(text.utf8).span)
  }
}
