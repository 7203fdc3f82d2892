internal import Glibc

/// What INT, TERM and HUP leave behind: nothing. The temporary file is removed, then the signal takes its default course, so that
/// the shell sees how the process ended.
package enum Interruption {
  /// The path to remove, as a C string that the handler can use: no allocation is allowed there.
  private nonisolated(unsafe) static var path: UnsafeMutablePointer<CChar>?
  private nonisolated(unsafe) static var isInstalled = false

  /// From now on a signal removes the file at `path`, and SQLite's journal beside it.
  static func removeOnSignal(_ newPath: String) {
    keepOnSignal()
    unsafe path = strdup(newPath)
    guard unsafe !isInstalled else { return }
    unsafe isInstalled = true
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // A signal that the parent had ignored (nohup) stays ignored.
      var previous = sigaction()
      unsafe sigaction(number, nil, &previous)
      let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
      if unsafe unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == ignored { continue }
      signal(number) { number in
        if let path = unsafe Interruption.path { unsafe unlink(path) }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  /// Nothing is to be removed any more.
  static func keepOnSignal() {
    guard let old = unsafe path else { return }
    unsafe path = nil
    unsafe free(old)
  }
}
