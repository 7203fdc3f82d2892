/// A thread that works on what it is handed, one item after the other, while whoever hands it over goes on.
package final class Conveyor<Item: Sendable>: Sendable {
  private let line: WaitingLine<Item>
  private let thread: Thread

  /// Starts the thread; nil where the system refuses it.
  /// - Parameters:
  ///   - limit: how many items may wait.
  ///   - work: is called by the thread, and by nobody else.
  package init?(holding limit: Int, _ work: @escaping @Sendable (Item) -> Void) {
    let line = WaitingLine<Item>(limit: limit)
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
