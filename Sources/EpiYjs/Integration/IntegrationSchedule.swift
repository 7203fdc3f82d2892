/// In which order the structs of many updates are integrated: each client's in clock order, a client resting while what it
/// builds on is missing.
///
/// - Complexity: O(structs + waits × log waits); every wait is woken once.
struct IntegrationSchedule {
  private struct Queue {
    var runs: [StructRun] = []
    /// The run being worked on, and how many of its blocks are done.
    var run = 0
    var done: UInt32 = 0
    /// Clients that wait for clocks of this one: a heap, the lowest clock first.
    var waiting = WaitingHeap()
  }

  private var queues: [Queue]
  private var ready: [UInt32]

  /// - Parameter clients: by descending number. They are worked on in this order, as far as they need not wait: of concurrent
  ///   insertions at one place each then comes to lie in front of those before, and passes none of them.
  init(_ runs: [StructRun], clients: [UInt32]) {
    queues = [Queue](repeating: Queue(), count: clients.count)
    for run in runs where run.count > 0 { queues[Int(run.client)].runs.append(run) }
    ready = []
    for client in clients.reversed() where !queues[Int(client)].runs.isEmpty {
      // Stable: of two structs for the same clocks the one that arrived first counts.
      if !queues[Int(client)].runs.isSorted { queues[Int(client)].runs.sortByClock() }
      ready.append(client)
    }
  }

  /// A client that may have something to integrate, or nil when none is left.
  mutating func nextReady() -> UInt32? { ready.popLast() }

  /// The next blocks of a client, one run of them, or nil when it has no more.
  func next(of client: UInt32) -> Range<UInt32>? {
    let queue = queues[Int(client)]
    guard queue.run < queue.runs.count else { return nil }
    let run = queue.runs[queue.run]
    return (run.first + queue.done)..<(run.first + run.count)
  }

  /// Notes that the next blocks of a client up to `end` are done.
  mutating func advance(_ client: UInt32, to end: UInt32) {
    let queue = Int(client)
    let run = queues[queue].runs[queues[queue].run]
    queues[queue].done = end - run.first
    if queues[queue].done == run.count {
      queues[queue].run += 1
      queues[queue].done = 0
    }
  }

  /// Lets a client rest until `clock` of another client is known.
  mutating func wait(_ client: UInt32, for other: UInt32, clock: UInt64) {
    queues[Int(other)].waiting.insert(WaitingHeap.Element(clock: clock, client: client))
  }

  /// Readies the clients that waited for clocks below `state` of `client`.
  mutating func wake(after client: UInt32, state: UInt64) {
    while let first = queues[Int(client)].waiting.first, first.clock < state {
      queues[Int(client)].waiting.removeFirst()
      ready.append(first.client)
    }
  }

  /// What has not been integrated: the rest of the run a client stopped in, and the runs behind it.
  func leftOver() -> [StructRun] {
    var left: [StructRun] = []
    for queue in queues where queue.run < queue.runs.count {
      var first = queue.runs[queue.run]
      first.first += queue.done
      first.count -= queue.done
      left.append(first)
      left.append(contentsOf: queue.runs[(queue.run + 1)...])
    }
    return left
  }
}

extension [StructRun] {
  fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0.clock <= $1.clock } }

  fileprivate mutating func sortByClock() { sort { $0.clock != $1.clock ? $0.clock < $1.clock : $0.first < $1.first } }
}
