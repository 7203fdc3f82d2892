internal import CEpiKernels

/// The nearest nodes that a search has heard of, at most `capacity` of them, sorted, each known to be visited or not: the beam.
///
/// An entry is one 64-bit key: the distance's bits, made to sort as the numbers do, above the node's number, above the flag "visited". So
/// nodes are fewer than 2^31, and setting a flag leaves the order as it is.
@safe
struct SearchPool: ~Copyable {
  private(set) var capacity: Int
  private(set) var count = 0
  /// The first entry that may not be visited yet.
  private var cursor = 0
  private var keys: UnsafeMutablePointer<UInt64>

  static let maximumNodes = 1 << 31
  private static let visited: UInt64 = 1

  @inline(__always)
  private static func key(_ node: UInt32, _ distance: Float) -> UInt64 { UInt64(OrderedFloat.bits(distance)) << 32 | UInt64(node) << 1 }

  @inline(__always)
  private static func node(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key) >> 1 }

  @inline(__always)
  private static func distance(_ key: UInt64) -> Float { OrderedFloat.value(UInt32(truncatingIfNeeded: key >> 32)) }

  init(capacity: Int) {
    precondition(capacity > 0)
    self.capacity = capacity
    unsafe keys = .allocate(capacity: capacity + 1)
  }

  deinit { unsafe keys.deallocate() }

  mutating func removeAll() {
    count = 0
    cursor = 0
  }

  /// What a node must be nearer than to be taken.
  var limit: Float {
    count < capacity ? .infinity : Self.distance(unsafe keys[capacity &- 1])
  }

  /// Takes in a node that is nearer than `limit`; the farthest one goes when there are too many.
  /// - Complexity: O(`capacity`) moves at worst
  @inline(__always)
  mutating func insert(node: UInt32, distance: Float) {
    let key = Self.key(node, distance)
    let low = unsafe epi_count_below(keys, count, key)
    if low == capacity { return }
    let moved = min(count, capacity &- 1) &- low
    unsafe (keys + low + 1).update(from: keys + low, count: moved)
    unsafe keys[low] = key
    if count < capacity { count &+= 1 }
    if low < cursor { cursor = low }
  }

  /// Takes out a node not visited yet, if it is there with this distance.
  @inline(__always)
  mutating func remove(node: UInt32, distance: Float) {
    let key = Self.key(node, distance)
    let place = unsafe epi_count_below(keys, count, key)
    guard place < count, unsafe keys[place] == key else { return }
    count &-= 1
    unsafe (keys + place).update(from: keys + place + 1, count: count &- place)
  }

  /// The nearest node not visited yet, which is marked as visited; nil when there is none.
  @inline(__always)
  mutating func visitNext() -> (node: UInt32, distance: Float)? {
    while cursor < count {
      let key = unsafe keys[cursor]
      if key & Self.visited == 0 {
        unsafe keys[cursor] = key | Self.visited
        cursor &+= 1
        return (Self.node(key), Self.distance(key))
      }
      cursor &+= 1
    }
    return nil
  }

  /// Appends the nodes, which must all have been visited, to `candidates`, nearest first.
  func append(to candidates: inout [Candidate]) {
    for index in 0..<count {
      let key = unsafe keys[index]
      candidates.append(Candidate(distance: Self.distance(key), node: Self.node(key)))
    }
  }
}

/// Floats as integers that sort as the floats do.
enum OrderedFloat {
  /// Negative floats sort backwards by their bits, so those are inverted; others only get the top bit.
  @inline(__always)
  static func bits(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 1 << 31
  }

  @inline(__always)
  static func value(_ bits: UInt32) -> Float { Float(bitPattern: bits >> 31 == 1 ? bits & 0x7fff_ffff : ~bits) }
}
