/// Ranges of clocks to be deleted, by client, as updates bring them: unsorted, overlapping, repeated.
struct DeleteSet: ~Copyable {
  struct Range: BitwiseCopyable {
    var client: UInt32
    var clock: UInt64
    var end: UInt64
  }

  private(set) var ranges: [Range] = []

  var isEmpty: Bool { ranges.isEmpty }

  mutating func add(client: UInt32, clock: UInt64, end: UInt64) {
    // Updates that delete one unit after another make one range.
    if let last = ranges.last, last.client == client, last.end == clock {
      ranges[ranges.count - 1].end = end
    } else if clock < end {
      ranges.append(Range(client: client, clock: clock, end: end))
    }
  }

  /// Sorts by client and clock, so that every split happens in ascending order, and joins what overlaps or touches.
  mutating func normalize() {
    ranges.sort { $0.client != $1.client ? $0.client < $1.client : $0.clock < $1.clock }
    var kept = 0
    for range in ranges {
      if kept > 0, ranges[kept - 1].client == range.client, range.clock <= ranges[kept - 1].end {
        ranges[kept - 1].end = max(ranges[kept - 1].end, range.end)
      } else {
        ranges[kept] = range
        kept += 1
      }
    }
    ranges.removeLast(ranges.count - kept)
  }

  mutating func truncate(to count: Int) { ranges.removeLast(ranges.count - count) }
}
