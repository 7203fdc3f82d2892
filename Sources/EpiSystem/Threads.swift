internal import Synchronization

/// Work of many equal parts, spread over threads that end with it.
package enum Threads {
  /// What the threads of one call share.
  private final class Job: @unchecked Sendable {
    let count: Int
    let work: (Int, Int) -> Void
    let next = Atomic<Int>(0)

    init(count: Int, work: @escaping (Int, Int) -> Void) {
      self.count = count
      self.work = work
    }

    func run(worker: Int) {
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        work(index, worker)
      }
    }
  }

  /// Calls `work(index, worker)` once for each index below `count`, on at most `threads` threads, the caller's included, and returns
  /// when all calls have. `worker` is below `threads`, and no two calls at a time have the same one. Which thread takes which index is
  /// left to chance, so what a call does may depend on its index only, and it may write only what no other call reads or writes.
  ///
  /// Where the system refuses a thread, those that are there do the work.
  package static func perform(_ count: Int, on threads: Int, _ work: (_ index: Int, _ worker: Int) -> Void) {
    withoutActuallyEscaping(work) { work in
      let job = Job(count: count, work: work)
      let others = (1..<max(1, min(threads, count))).compactMap { worker in Thread { job.run(worker: worker) } }
      job.run(worker: 0)
      for thread in others { thread.join() }
    }
  }
}
