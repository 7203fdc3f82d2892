internal import CEpiKernels

/// The nodes that a search of a graph has heard of and not visited yet: the open list of best-first search.
///
/// The search visits the one that seems nearest, and is a beam search: it ends when the `capacity` nodes that seem nearest of all it has
/// heard of are visited. A list that is kept sorted for that takes longer than all else a search does. Here a node is put behind the
/// others, and the nearest is looked for among all of them, which a processor does with four or eight at a time.
///
/// A node is one 64-bit key: the distance's bits, made to sort as the numbers do, above the node's number.
@safe
struct Frontier: ~Copyable {
  private var open: epi_frontier
  private let openKeys: SharedArray<Int64>
  /// The keys of the nodes visited, as they were when they were.
  private let visitedKeys: SharedArray<Int64>
  private var visitedCount = 0
  private let capacity: Int
  /// Nodes at which those are dropped that are too far.
  private var trimming: Int
  /// What a node must be nearer than to be taken in or visited.
  private(set) var limit = Float.infinity

  static let maximumNodes = 1 << 31

  /// - Parameters:
  ///   - capacity: how many of the nearest it has heard of are visited, where the limit is not lowered.
  ///   - nodes: those of the graph.
  init(capacity: Int, nodes: Int) {
    precondition(capacity > 0)
    self.capacity = capacity
    openKeys = SharedArray(zeros: nodes + 1)
    visitedKeys = SharedArray(zeros: nodes)
    unsafe open = epi_frontier(keys: openKeys.start, count: 0)
    trimming = Self.fewest
  }

  /// So few are looked through faster than any are dropped.
  private static let fewest = 128

  mutating func removeAll() {
    unsafe open.count = 0
    visitedCount = 0
    limit = .infinity
    trimming = Self.fewest
  }

  /// Has nodes left alone that are not nearer than `distance`.
  mutating func lower(limit distance: Float) { limit = min(limit, distance) }

  /// Takes in a node that it has not heard of before, if that is nearer than `limit`.
  @inline(__always)
  mutating func insert(node: UInt32, distance: Float) {
    guard distance < limit else { return }
    openKeys[unsafe open.count] = Self.key(node, distance)
    unsafe open.count &+= 1
  }

  /// Nodes that there is room for: those of the graph.
  var room: Int { visitedKeys.count }

  /// The nodes, for a kernel that adds some. It knows which there are already.
  @inline(__always)
  mutating func withKeys<Result>(_ body: (inout epi_frontier) -> Result) -> Result { unsafe body(&open) }

  /// The nearest node, which is visited with that; nil when none is left that is to be visited.
  /// - Complexity: O(nodes in it), a few nanoseconds for every ten
  mutating func visitNext() -> (node: UInt32, distance: Float)? {
    if unsafe open.count >= trimming { trim() }
    guard unsafe open.count > 0 else { return nil }
    let place = unsafe epi_least_key(open.keys, open.count)
    let key = openKeys[place]
    let distance = Self.distance(key)
    guard distance < limit else { return nil }
    if visitedCount >= capacity, unsafe epi_count_keys(visitedKeys.start, visitedCount, key) >= capacity { return nil }
    unsafe open.count &-= 1
    openKeys[place] = openKeys[unsafe open.count]
    visitedKeys[visitedCount] = key
    visitedCount &+= 1
    return (Self.node(key), distance)
  }

  /// The node that `visitNext` would find nearest.
  var nearest: UInt32? {
    unsafe open.count == 0 ? nil : Self.node(openKeys[epi_least_key(open.keys, open.count)])
  }

  /// Drops the nodes that will never be visited: those not below the limit, and where many are, those farther than the `capacity` nearest.
  private mutating func trim() {
    dropFar()
    if unsafe 2 * open.count > trimming, unsafe open.count + visitedCount > capacity {
      lowerLimit()
      dropFar()
    }
    trimming = unsafe max(Self.fewest, 2 * open.count)
  }

  private mutating func dropFar() {
    unsafe open.count = epi_keep_keys(open.keys, open.count, Int64(OrderedFloat.bits(limit)) << 32)
  }

  /// Lowers the limit to what holds the `capacity` nearest of all nodes heard of: by halving the range of distances, and counting.
  private mutating func lowerLimit() {
    var (low, high) = (Int64(Int32.min), Int64(OrderedFloat.bits(limit)))
    while low < high {
      let middle = (low + high) >> 1
      let key = (middle + 1) << 32
      let below = unsafe epi_count_keys(open.keys, open.count, key) + epi_count_keys(visitedKeys.start, visitedCount, key)
      if below >= capacity { high = middle } else { low = middle + 1 }
    }
    lower(limit: OrderedFloat.value(Int32(truncatingIfNeeded: low)).nextUp)
  }

  @inline(__always)
  private static func key(_ node: UInt32, _ distance: Float) -> Int64 { Int64(OrderedFloat.bits(distance)) << 32 | Int64(node) }

  @inline(__always)
  private static func node(_ key: Int64) -> UInt32 { UInt32(truncatingIfNeeded: key) }

  @inline(__always)
  private static func distance(_ key: Int64) -> Float { OrderedFloat.value(Int32(truncatingIfNeeded: key >> 32)) }
}

/// Floats as integers that sort as the floats do: the bits, and of negative floats, which sort backwards by theirs, all but the sign
/// inverted.
private enum OrderedFloat {
  @inline(__always)
  static func bits(_ value: Float) -> Int32 { inverted(Int32(bitPattern: value.bitPattern)) }

  @inline(__always)
  static func value(_ bits: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: inverted(bits))) }

  /// Undoes itself.
  @inline(__always)
  private static func inverted(_ bits: Int32) -> Int32 { bits ^ (bits >> 31 & .max) }
}
