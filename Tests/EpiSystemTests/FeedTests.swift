import EpiSystem
import Synchronization
import Testing

struct FeedTests {
  private final class Counter: Sendable {
    let made = Atomic(0)
    let taken = Atomic(0)
    /// The most items that were made and not taken.
    let most = Atomic(0)
  }

  @Test(arguments: [1, 3, 1000]) func `items come in the order in which they are made, and then the end`(limit: Int) throws {
    let counter = Counter()
    let feed = try #require(
      Feed<Int>(holding: limit) {
        let item = counter.made.add(1, ordering: .relaxed).oldValue
        return item < 500 ? item : nil
      })
    var items: [Int] = []
    while true {
      let more = feed.next()
      #expect(more.count <= limit)
      if more.isEmpty { break }
      items += more
    }
    #expect(items == Array(0..<500))
    #expect(feed.next().isEmpty)
    // Whoever makes them is not asked again after the end.
    #expect(counter.made.load(ordering: .relaxed) == 501)
  }

  @Test func `no more items wait than may`() throws {
    let counter = Counter()
    let feed = try #require(
      Feed<Int>(holding: 2) {
        let made = counter.made.add(1, ordering: .sequentiallyConsistent).newValue
        counter.most.max(made - counter.taken.load(ordering: .sequentiallyConsistent), ordering: .relaxed)
        return made <= 5000 ? made : nil
      })
    while true {
      let items = feed.next()
      if items.isEmpty { break }
      counter.taken.add(items.count, ordering: .sequentiallyConsistent)
    }
    // Two that wait, the one that is being made, and two that were taken and not counted yet.
    #expect(counter.most.load(ordering: .relaxed) <= 5)
  }

  @Test func `a feed that is dropped makes no more than its next item`() throws {
    final class Ending: Sendable {
      let counter: Counter
      init(_ counter: Counter) { self.counter = counter }
      deinit { counter.most.store(1, ordering: .releasing) }
    }
    let counter = Counter()
    do {
      let ending = Ending(counter)
      let make: @Sendable () -> Int? = {
        let made = ending.counter.made.add(1, ordering: .acquiringAndReleasing).newValue
        // The second one is only made when the feed is gone.
        while made == 2, ending.counter.taken.load(ordering: .acquiring) == 0 {}
        return made
      }
      let feed = try #require(Feed<Int>(holding: 1, make))
      #expect(feed.next() == [1])
    }
    counter.taken.store(1, ordering: .releasing)
    // The thread ends, and lets go of what it works with.
    while counter.most.load(ordering: .acquiring) == 0 {}
    #expect(counter.made.load(ordering: .relaxed) == 2)
  }
}
