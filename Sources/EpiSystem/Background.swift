internal import Glibc
internal import Synchronization

/// Work that a thread of its own does while the caller goes on.
package final class Background<Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value = Mutex<Value?>(nil)
    /// Set when the value is: to look at it costs nothing.
    let isDone = Atomic(false)
  }

  private let box: Box

  /// Starts the work; where the system refuses a thread, it is done before this returns.
  package init(_ work: @escaping @Sendable () -> Value) {
    let box = Box()
    self.box = box
    let run: @Sendable () -> Void = {
      box.value.withLock { $0 = work() }
      box.isDone.store(true, ordering: .releasing)
    }
    if let thread = Thread(run) { thread.detach() } else { run() }
  }

  /// Whether the work is done and has given its value.
  package var isDone: Bool { box.isDone.load(ordering: .acquiring) }

  /// What the work gave, once it is done: after at most so many seconds; nil when it goes on.
  package func value(waiting seconds: Double) -> Value? {
    let end = Process.seconds + seconds
    while true {
      // The worker holds the lock as long as it works.
      if let value = box.value.withLockIfAvailable({ $0 }), let value { return value }
      guard Process.seconds < end else { return nil }
      usleep(500)
    }
  }
}
