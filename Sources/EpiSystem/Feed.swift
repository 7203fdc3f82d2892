/// A thread that makes items, one after the other, while whoever takes them is still at the ones before.
///
/// When it is dropped the thread ends at its next item; nobody waits for that, since it may itself wait for input.
package final class Feed<Item: Sendable>: Sendable {
  private let line: WaitingLine<Item>

  /// Starts the thread; nil where the system refuses it.
  /// - Parameters:
  ///   - limit: how many items may wait to be taken.
  ///   - make: is called by the thread, and by nobody else, until it returns nil.
  package init?(holding limit: Int, _ make: @escaping @Sendable () -> Item?) {
    let line = WaitingLine<Item>(limit: limit)
    let thread = Thread {
      while let item = make(), line.put(item) {}
      line.end(droppingWaiting: false)
    }
    guard let thread else { return nil }
    thread.detach()
    self.line = line
  }

  deinit { line.end(droppingWaiting: true) }

  /// The items that were made meanwhile, at least one; none when there are no more.
  package func next() -> [Item] { line.takeAll() }

  /// Whether the next item has yet to be made.
  package var isBehind: Bool { line.isEmpty }
}
