/// The nearest rows seen so far, at most `limit` of them; rows at equal distance rank by number, which is their order by table and id.
///
/// A binary heap of 64-bit keys with the worst on top: the distance's bits, made to sort as the numbers do, above the row number.
struct TopK {
  let limit: Int
  private var heap: [UInt64] = []

  /// - Parameter limit: at least 1.
  init(limit: Int) {
    precondition(limit > 0)
    self.limit = limit
  }

  /// What a row must be nearer than, or equal to with a smaller number, to be taken. Infinity until `limit` rows are there.
  var worstDistance: Float { isFull ? Self.distance(of: heap[0]) : .infinity }

  var isFull: Bool { heap.count == limit }

  /// Offers a row. A distance that is infinite or not a number is no distance, and never taken.
  /// - Complexity: O(log(`limit`))
  mutating func offer(row: Int, distance: Float) {
    guard distance.isFinite else { return }
    let key = Self.key(distance: distance, row: row)
    if heap.count < limit {
      heap.append(key)
      siftUp()
    } else if key < heap[0] {
      heap[0] = key
      siftDown()
    }
  }

  /// Whether a row that was offered with this distance is among them.
  func holds(row: Int, distance: Float) -> Bool { !isFull || Self.key(distance: distance, row: row) <= heap[0] }

  /// The rows, nearest first.
  func sorted() -> [Match] {
    heap.sorted().map { Match(row: Int($0 & 0xffff_ffff), distance: Self.distance(of: $0)) }
  }

  /// Negative floats sort backwards by their bits, so those are inverted; others only get the top bit.
  private static func key(distance: Float, row: Int) -> UInt64 {
    let bits = distance.bitPattern
    let ordered = bits >> 31 == 1 ? ~bits : bits | 1 << 31
    return UInt64(ordered) << 32 | UInt64(UInt32(row))
  }

  private static func distance(of key: UInt64) -> Float {
    let ordered = UInt32(truncatingIfNeeded: key >> 32)
    return Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7fff_ffff : ~ordered)
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] > heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
      guard heap[child] > heap[parent] else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
