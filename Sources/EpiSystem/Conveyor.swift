internal import EpiBytes

/// A thread that works on what it is handed, one item after the other, while whoever hands it over goes on.
package final class Conveyor<Item: Sendable>: Sendable {
  private let line: Line<Item>
  private let thread: Thread

  /// Starts the thread; nil where the system refuses it.
  /// - Parameters:
  ///   - limit: how many items may wait.
  ///   - work: is called by the thread, and by nobody else.
  package init?(holding limit: Int, _ work: @escaping @Sendable (Item) -> Void) {
    let line = Line<Item>(limit: limit)
    let started = Thread {
      while let item = line.take() { work(item) }
    }
    guard let started else { return nil }
    self.line = line
    thread = started
  }

  deinit {
    line.end(droppingWaiting: true)
    thread.join()
  }

  /// Hands an item over, which is the thread's from then on. Waits while too many others do.
  package func send(_ item: Item) { line.put(item) }

  /// Waits until all items are worked on. None can be sent afterwards.
  package func drain() {
    line.end(droppingWaiting: false)
    line.awaitEnd()
  }
}

/// The items that wait.
private final class Line<Item: Sendable>: @unchecked Sendable {
  private let limit: Int
  private let monitor = Monitor()
  private var waiting: [Item] = []
  /// No item will come any more.
  private var isEnded = false
  /// The thread has worked on the last one.
  private var isDone = false

  init(limit: Int) { self.limit = limit }

  /// Runs `body` with the lock held, and wakes who waits for a change.
  private func change<Result>(_ body: () -> Result) -> Result {
    monitor.locked {
      defer { monitor.tellChange() }
      return body()
    }
  }

  func put(_ item: Item) {
    change {
      while waiting.count >= limit, !isEnded { monitor.wait() }
      if !isEnded { waiting.append(item) }
    }
  }

  /// The next item, or nil when there are no more.
  func take() -> Item? {
    change {
      while waiting.isEmpty, !isEnded { monitor.wait() }
      guard waiting.isEmpty else { return waiting.removeFirst() }
      isDone = true
      return nil
    }
  }

  func end(droppingWaiting: Bool) {
    change {
      isEnded = true
      if droppingWaiting { waiting = [] }
    }
  }

  func awaitEnd() { monitor.locked { while !isDone { monitor.wait() } } }
}
