internal import Glibc
internal import Synchronization

/// Large memory that is made present ahead of the one who writes it, by a thread of its own: what a document is built in grows from
/// front to back, on one core, while another has nothing to do.
///
/// Nobody waits for that thread but `close`, and nothing but the time differs where the system refuses it or gives it no core.
@safe
package final class MemoryAhead: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  /// Bytes from the front that the thread knows to be present.
  private let present: Atomic<Int>
  /// Bytes from the front that the writer has made present by itself, having caught up with the thread.
  private let passed: Atomic<Int>
  /// Bytes from the front that are to be present.
  private let wanted: Atomic<Int>

  /// Bytes at the most, and the share of what is written, that are made present and may never be needed.
  private static let furthest = 4 << 20
  private static let share = 8

  /// - Parameters:
  ///   - memory: to be kept until `close`.
  ///   - offset: bytes from the front that are present.
  package init(_ memory: UnsafeMutableRawBufferPointer, from offset: Int) {
    unsafe self.memory = memory
    present = Atomic(offset)
    passed = Atomic(offset)
    wanted = Atomic(offset)
    PresenceThread.shared.add(self)
  }

  /// Tells how far the memory is written, and is told how far it may be: at least one step further.
  package func advance(to offset: Int) -> Int {
    let most = unsafe memory.count
    wanted.store(min(most, offset + min(Self.furthest, offset / Self.share)), ordering: .sequentiallyConsistent)
    PresenceThread.shared.wake()
    let reached = present.load(ordering: .acquiring)
    if reached > offset { return reached }
    let end = unsafe offset + LargeMemory.step(of: memory, at: offset)
    unsafe LargeMemory.makePresent(UnsafeMutableRawBufferPointer(rebasing: memory[offset..<end]))
    passed.store(end, ordering: .releasing)
    return end
  }

  /// Ends the work ahead. The memory may be freed then.
  package func close() { PresenceThread.shared.remove(self) }

  fileprivate var isBehind: Bool { reached < wanted.load(ordering: .sequentiallyConsistent) }

  private var reached: Int { max(present.load(ordering: .relaxed), passed.load(ordering: .acquiring)) }

  /// Makes the next step present.
  fileprivate func goOn() {
    let start = reached
    let end = unsafe start + LargeMemory.step(of: memory, at: start)
    unsafe LargeMemory.makePresent(UnsafeMutableRawBufferPointer(rebasing: memory[start..<end]))
    present.store(end, ordering: .releasing)
  }
}

/// The one thread of a process that makes memory present. It begins with the first memory, sleeps when there is nothing to do and ends
/// with the process.
private final class PresenceThread: @unchecked Sendable {
  static let shared = PresenceThread()

  private let monitor = Monitor()
  private let sleeps = Atomic(false)
  /// The following are used by who has the lock.
  private var all: [MemoryAhead] = []
  private var current: MemoryAhead?
  private var isStarted = false

  func add(_ memory: MemoryAhead) {
    monitor.locked {
      all.append(memory)
      guard !isStarted else { return }
      var handle = pthread_t()
      let result = unsafe pthread_create(&handle, nil, { _ in PresenceThread.shared.run() }, nil)
      if result == 0 { pthread_detach(handle) }
      isStarted = true
    }
  }

  func remove(_ memory: MemoryAhead) {
    monitor.locked {
      all.removeAll { $0 === memory }
      while current === memory { monitor.wait() }
    }
  }

  func wake() {
    if sleeps.load(ordering: .sequentiallyConsistent) { monitor.locked { monitor.tellChange() } }
  }

  private func run() -> Never {
    while true { takeNext().goOn() }
  }

  /// Waits for memory that is to be made present. The one before is done with that.
  private func takeNext() -> MemoryAhead {
    monitor.locked {
      if current != nil {
        current = nil
        monitor.tellChange()
      }
      // Said before the look: a writer that wants more either is seen by it or sees this.
      sleeps.store(true, ordering: .sequentiallyConsistent)
      defer { sleeps.store(false, ordering: .sequentiallyConsistent) }
      while true {
        if let next = all.first(where: \.isBehind) {
          current = next
          return next
        }
        monitor.wait()
      }
    }
  }
}
