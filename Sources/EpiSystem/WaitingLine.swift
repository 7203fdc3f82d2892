internal import EpiBytes

/// Items on their way from one thread to another, in order.
final class WaitingLine<Item: Sendable>: @unchecked Sendable {
  private let limit: Int
  private let monitor = Monitor()
  private var waiting: [Item] = []
  /// No item will come any more.
  private var isEnded = false
  /// Whoever takes them one by one has been told that there are no more.
  private var isDone = false

  /// - Parameter limit: how many items may wait.
  init(limit: Int) { self.limit = limit }

  /// Runs `body` with the lock held, and wakes who waits for a change.
  private func change<Result>(_ body: () -> Result) -> Result {
    monitor.locked {
      defer { monitor.tellChange() }
      return body()
    }
  }

  /// Waits while too many others do.
  /// - Returns: false when the line was ended; the item is dropped then.
  @discardableResult
  func put(_ item: Item) -> Bool {
    change {
      while waiting.count >= limit, !isEnded { monitor.wait() }
      guard !isEnded else { return false }
      waiting.append(item)
      return true
    }
  }

  var isEmpty: Bool { monitor.locked { waiting.isEmpty } }

  /// The next item, or nil when there are no more.
  func take() -> Item? {
    change {
      while waiting.isEmpty, !isEnded { monitor.wait() }
      guard waiting.isEmpty else { return waiting.removeFirst() }
      isDone = true
      return nil
    }
  }

  /// All items that wait, at least one; none when there are no more.
  func takeAll() -> [Item] {
    change {
      while waiting.isEmpty, !isEnded { monitor.wait() }
      defer { waiting = [] }
      return waiting
    }
  }

  /// No item is taken in from now on.
  func end(droppingWaiting: Bool) {
    change {
      isEnded = true
      if droppingWaiting { waiting = [] }
    }
  }

  /// Waits until all items were taken, and what was done with the last of them.
  func awaitEnd() { monitor.locked { while !isDone { monitor.wait() } } }
}
