internal import Glibc
internal import Synchronization

/// What INT, TERM and HUP leave behind: nothing. Temporary files are removed, then the signal takes its default course, so that
/// the shell sees how the process ended.
package enum Interruption {
  /// A registered path; to be given back to `keepOnSignal`.
  struct Registration: Sendable {
    fileprivate var slot: Int?
  }

  /// Files that may be unfinished at one time; further ones would be left behind by a signal.
  private static let capacity = 16

  /// The paths to remove, as C strings that the handler can use: no allocation and no lock is allowed there.
  private nonisolated(unsafe) static let paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
    let slots = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
    unsafe slots.initialize(repeating: nil, count: capacity)
    return unsafe slots
  }()

  /// Where the numbers of signals are written to, a byte each; -1 while a signal ends the process.
  private nonisolated(unsafe) static var notices: Int32 = -1

  /// Held while `paths` is changed; holds whether the handlers are installed.
  private static let isInstalled = Mutex(false)

  /// From now on a signal removes the file at `path`.
  static func removeOnSignal(_ path: String) -> Registration {
    isInstalled.withLock { isInstalled in
      guard let slot = (0..<capacity).first(where: { unsafe paths[$0] == nil }) else { return Registration(slot: nil) }
      unsafe paths[slot] = strdup(path)
      if !isInstalled { installHandlers() }
      isInstalled = true
      return Registration(slot: slot)
    }
  }

  /// The file is complete or gone: nothing is to be removed any more.
  static func keepOnSignal(_ registration: Registration) {
    guard let slot = registration.slot else { return }
    isInstalled.withLock { _ in
      let path = unsafe paths[slot]
      unsafe paths[slot] = nil
      unsafe free(path)
    }
  }

  /// From now on a signal only writes its number to a pipe; `end(by:)` is left to whoever reads it.
  /// - Returns: where it is read.
  static func noticeSignals() throws(Syscalls.Failure) -> Int32 {
    let pipe = try Syscalls.makePipe()
    isInstalled.withLock { isInstalled in
      unsafe notices = pipe.writing
      if !isInstalled { installHandlers() }
      isInstalled = true
    }
    return pipe.reading
  }

  /// Ends the process as the signal does, so that the shell sees it.
  static func end(by number: Int32) -> Never {
    removeAll()
    signal(number, SIG_DFL)
    raise(number)
    Glibc.exit(128 + number)
  }

  private static func removeAll() {
    for slot in 0..<capacity {
      if let path = unsafe paths[slot] { unsafe unlink(path) }
    }
  }

  private static func installHandlers() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // A signal that the parent had ignored (nohup) stays ignored.
      if Syscalls.isIgnored(number) { continue }
      signal(number) { number in
        if unsafe Interruption.notices >= 0 {
          var byte = UInt8(truncatingIfNeeded: number)
          _ = unsafe write(Interruption.notices, &byte, 1)
          return
        }
        Interruption.removeAll()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
