internal import Glibc
internal import Synchronization

/// Calls something again and again, on a thread of its own, until it is stopped: for what a person is to see while the rest works.
package final class Ticker: Sendable {
  private final class State: Sendable {
    let isStopped = Mutex(false)
  }

  private let state = State()

  /// Begins to call `tick`. Where the system refuses a thread it is never called.
  /// - Parameter milliseconds: between two calls; the first one comes after as long.
  package init(every milliseconds: UInt32, _ tick: @escaping @Sendable () -> Void) {
    let state = state
    let thread = Thread {
      var isStopped = false
      while !isStopped {
        usleep(milliseconds * 1000)
        isStopped = state.isStopped.withLock { isStopped in
          if !isStopped { tick() }
          return isStopped
        }
      }
    }
    thread?.detach()
  }

  /// When this returns, no call is under way and none will come.
  package func stop() { state.isStopped.withLock { $0 = true } }
}
