import EpiSystem
import Synchronization
import Testing

struct ConveyorTests {
  private final class Log: Sendable {
    let items = Mutex<[Int]>([])
    let sent = Atomic(0)
    let worked = Atomic(0)
    /// The most items that were sent and not worked on.
    let most = Atomic(0)
  }

  @Test(arguments: [1, 3, 1000]) func `items are worked on in order, all of them before the end`(limit: Int) throws {
    let log = Log()
    let conveyor = try #require(Conveyor<Int>(holding: limit) { item in log.items.withLock { $0.append(item) } })
    for item in 0..<500 { conveyor.send(item) }
    conveyor.drain()
    #expect(log.items.withLock { $0 } == Array(0..<500))
    // Nothing is done with what comes too late.
    conveyor.send(500)
    #expect(log.items.withLock { $0.count } == 500)
  }

  @Test func `no more items wait than may`() throws {
    let log = Log()
    let conveyor = try #require(
      Conveyor<Int>(holding: 2) { _ in
        log.most.max(log.sent.load(ordering: .relaxed) - log.worked.load(ordering: .relaxed), ordering: .relaxed)
        log.worked.add(1, ordering: .relaxed)
      })
    for item in 0..<5000 {
      conveyor.send(item)
      log.sent.add(1, ordering: .relaxed)
    }
    conveyor.drain()
    // Two that wait, and the one that is worked on.
    #expect(log.most.load(ordering: .relaxed) <= 3)
    #expect(log.worked.load(ordering: .relaxed) == 5000)
  }

  @Test func `what waits is dropped with the conveyor`() throws {
    let log = Log()
    do {
      let conveyor = try #require(
        Conveyor<Int>(holding: 1000) { item in
          while log.sent.load(ordering: .acquiring) == 0 {}
          log.items.withLock { $0.append(item) }
        })
      for item in 0..<1000 { conveyor.send(item) }
      log.sent.store(1000, ordering: .releasing)
    }
    // The thread has ended: nothing is added to what it has done.
    let done = log.items.withLock { $0 }
    #expect(done == Array(0..<done.count))
    #expect(log.items.withLock { $0 } == done)
  }
}
