import Glibc

/// Seconds on clocks that only move forward.
enum Clock {
  static var wall: Double { read(CLOCK_MONOTONIC) }

  /// What this thread has used of a processor: other programs do not count.
  static var processor: Double { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
