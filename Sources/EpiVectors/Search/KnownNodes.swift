internal import CEpiKernels

/// What a search knows of the nodes it has met: that it visited them, or the least distance by which it heard of them.
///
/// A hash table, although nodes are numbered: a search meets a thousand nodes of any number there are, and an array of all would lie too
/// far away for the processor.
@safe
struct KnownNodes: ~Copyable {
  private var table: epi_known
  private var slots: SharedArray<UInt64>

  /// So that a table of one process is like none of another; nothing found depends on it.
  private static let seed = UInt64.random(in: .min ... .max) | 1
  /// Slots of a table at first: twice what narrow searches meet.
  private static let fewest = 2048

  /// - Parameter nodes: those of the graph; their numbers fit 31 bits.
  init(nodes: Int) {
    precondition(nodes <= Frontier.maximumNodes)
    slots = SharedArray(zeros: Self.fewest)
    unsafe table = epi_known(slots: slots.start, mask: 0, seed: Self.seed, shift: 0, nodes: nodes, count: 0)
    setSlots()
  }

  private mutating func setSlots() {
    unsafe table.slots = slots.start
    unsafe table.mask = slots.count - 1
    unsafe table.shift = UInt32(64 - slots.count.trailingZeroBitCount)
  }

  mutating func removeAll() {
    slots.withMutable(0..<slots.count) { $0.update(repeating: 0) }
    unsafe table.count = 0
  }

  /// Makes room for so many nodes more, half of all slots staying free.
  @inline(__always)
  mutating func reserve(adding more: Int) {
    if unsafe 2 * (table.count + more) > slots.count { grow(adding: more) }
  }

  @inline(never)
  private mutating func grow(adding more: Int) {
    var count = slots.count
    while unsafe 2 * (table.count + more) > count { count *= 2 }
    var old = SharedArray<UInt64>(zeros: count)
    swap(&old, &slots)
    setSlots()
    for index in 0..<old.count where old[index] != 0 {
      slots[unsafe epi_known_slot(&table, UInt32(truncatingIfNeeded: old[index]) - 1)] = old[index]
    }
  }

  /// Whether a node was met.
  @inline(__always)
  mutating func contains(_ node: UInt32) -> Bool { slots[unsafe epi_known_slot(&table, node)] != 0 }

  private static let visited: UInt64 = 1

  /// Notes that a node is visited, or never will be. There is room for it.
  @inline(__always)
  mutating func visit(_ node: UInt32) {
    let slot = unsafe epi_known_slot(&table, node)
    if slots[slot] == 0 { unsafe table.count += 1 }
    slots[slot] = Self.visited << 32 | UInt64(node + 1)
  }

  /// Takes neighbours into a frontier by their estimated distances, unless they were visited or are there by a lower estimate from another
  /// node.
  /// - Parameters:
  ///   - numbers: those of the neighbours, four bytes each.
  ///   - near: a bit for each neighbour that is to be looked at: those whose distance is below the frontier's limit.
  /// - Returns: false where a number is no node's.
  @inline(__always)
  mutating func offer(
    _ numbers: Span<UInt8>, _ estimates: borrowing SharedArray<Float>, near: borrowing SharedArray<UInt32>, to frontier: inout Frontier
  ) -> Bool {
    precondition(numbers.count == 4 * estimates.count && estimates.count == 32 * near.count && frontier.room == (unsafe table.nodes))
    reserve(adding: estimates.count)
    return unsafe numbers.withUnsafeBufferPointer { numbers in
      var offered = unsafe epi_offered(numbers: numbers.baseAddress, estimates: estimates.start, near: near.start, batches: near.count)
      return unsafe frontier.withKeys { unsafe epi_frontier_offer(&$0, &offered, &table) }
    }
  }
}
