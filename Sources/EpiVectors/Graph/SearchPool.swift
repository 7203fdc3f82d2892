internal import CEpiKernels

/// The nearest nodes that a search has heard of, at most `capacity` of them, sorted, each known to be visited or not: the beam.
///
/// An entry is one 64-bit key: the distance's bits, made to sort as the numbers do, above the node's number, above the flag "visited". So
/// nodes are fewer than 2^31, and setting a flag leaves the order as it is.
@safe
struct SearchPool: ~Copyable {
  private var beam: epi_beam
  /// Nodes that it may be made to hold.
  let room: Int
  var count: Int { unsafe beam.count }

  static let maximumNodes = 1 << 31
  private static let visited: UInt64 = 1

  @inline(__always)
  private static func key(_ node: UInt32, _ distance: Float) -> UInt64 { UInt64(OrderedFloat.bits(distance)) << 32 | UInt64(node) << 1 }

  @inline(__always)
  private static func node(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key) >> 1 }

  @inline(__always)
  private static func distance(_ key: UInt64) -> Float { OrderedFloat.value(UInt32(truncatingIfNeeded: key >> 32)) }

  /// - Parameters:
  ///   - capacity: nodes that it holds.
  ///   - room: what `capacity` may be set to; the same, unless told.
  init(capacity: Int, room: Int? = nil) {
    self.room = room ?? capacity
    precondition(capacity > 0 && capacity <= self.room)
    unsafe beam = epi_beam(keys: .allocate(capacity: self.room + 1), count: 0, capacity: capacity, cursor: 0)
  }

  deinit { unsafe beam.keys.deallocate() }

  mutating func removeAll() {
    unsafe beam.count = 0
    unsafe beam.cursor = 0
  }

  /// Nodes that it holds at most. To be set to no less than it holds.
  var capacity: Int {
    get { unsafe beam.capacity }
    set {
      precondition(newValue >= count && newValue <= room)
      unsafe beam.capacity = newValue
    }
  }

  /// Drops the nodes that are not nearer than `distance`.
  mutating func drop(from distance: Float) {
    unsafe beam.count = epi_count_below(beam.keys, beam.count, UInt64(OrderedFloat.bits(distance)) << 32)
    unsafe beam.cursor = min(beam.cursor, beam.count)
  }

  /// What a node must be nearer than to be taken.
  var limit: Float {
    unsafe beam.count < capacity ? .infinity : Self.distance(beam.keys[capacity &- 1])
  }

  /// Takes in a node that is nearer than `limit`; the farthest one goes when there are too many.
  /// - Complexity: O(`capacity`) moves at worst
  @inline(__always)
  mutating func insert(node: UInt32, distance: Float) { unsafe epi_beam_insert(&beam, Self.key(node, distance)) }

  /// Takes in neighbours by their estimated distances, unless they were visited or are there by a lower estimate from another node.
  /// - Parameters:
  ///   - numbers: those of the neighbours, four bytes each.
  ///   - near: a bit for each neighbour that is to be looked at.
  ///   - known: of each node 0 when nothing is known, `NodeSearch.visited`, or the `OrderedFloat` bits of its least estimate.
  ///   - met: the nodes of which something is known; as long as `known`.
  ///   - metCount: how many those are.
  /// - Returns: false where a number is no node's.
  @inline(__always)
  mutating func offer(
    _ numbers: Span<UInt8>, _ estimates: borrowing SharedArray<Float>, near: borrowing SharedArray<UInt32>,
    known: borrowing SharedArray<UInt32>, met: borrowing SharedArray<UInt32>, _ metCount: inout Int
  ) -> Bool {
    precondition(numbers.count == 4 * estimates.count && estimates.count == 32 * near.count && met.count == known.count)
    return unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe estimates.span.withUnsafeBufferPointer { estimates in
        unsafe near.span.withUnsafeBufferPointer { near in
          known.withMutable(0..<known.count) { known in
            met.withMutable(0..<met.count) { met in
              unsafe known.withUnsafeMutableBufferPointer { known in
                unsafe met.withUnsafeMutableBufferPointer { met in
                  var offered = unsafe epi_offered(
                    numbers: numbers.baseAddress, estimates: estimates.baseAddress, near: near.baseAddress, batches: near.count)
                  var state = unsafe epi_known(bits: known.baseAddress, nodes: known.count, met: met.baseAddress, met_count: metCount)
                  let isGood = unsafe epi_beam_offer(&beam, &offered, &state)
                  unsafe metCount = state.met_count
                  return isGood
                }
              }
            }
          }
        }
      }
    }
  }

  /// Takes out a node not visited yet, if it is there with this distance.
  @inline(__always)
  mutating func remove(node: UInt32, distance: Float) {
    let key = Self.key(node, distance)
    let keys = unsafe beam.keys!
    let place = unsafe epi_count_below(keys, beam.count, key)
    guard unsafe place < beam.count, unsafe keys[place] == key else { return }
    unsafe beam.count &-= 1
    unsafe (keys + place).update(from: keys + place + 1, count: beam.count &- place)
  }

  /// The nearest node not visited yet, which is marked as visited; nil when there is none.
  @inline(__always)
  mutating func visitNext() -> (node: UInt32, distance: Float)? {
    while unsafe beam.cursor < beam.count {
      let place = unsafe beam.cursor
      unsafe beam.cursor &+= 1
      let key = unsafe beam.keys[place]
      if key & Self.visited == 0 {
        unsafe beam.keys[place] = key | Self.visited
        return (Self.node(key), Self.distance(key))
      }
    }
    return nil
  }

  /// The node that `visitNext` would give, if it is the entry next to the last one given.
  @inline(__always)
  var nextUnvisited: UInt32? {
    guard unsafe beam.cursor < beam.count else { return nil }
    let key = unsafe beam.keys[beam.cursor]
    return key & Self.visited == 0 ? Self.node(key) : nil
  }

  /// Appends the nodes, which must all have been visited, to `candidates`, nearest first.
  func append(to candidates: inout [Candidate]) {
    for index in 0..<count {
      let key = unsafe beam.keys[index]
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
