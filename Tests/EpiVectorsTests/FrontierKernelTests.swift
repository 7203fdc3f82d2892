import CEpiKernels
import EpiTestSupport
import Testing

/// The frontier of a search against a dictionary, at every level.
struct FrontierKernelTests {
  private static let visited: UInt32 = 1

  /// A frontier, and what a search knows of nodes, by the rules alone.
  private struct Model {
    var open: [UInt32: UInt32] = [:]
    /// What is known of nodes; of others nothing.
    var bits: [UInt32: UInt32] = [:]

    static func key(_ bits: UInt32, _ node: UInt32) -> Int64 { Int64(Int32(bitPattern: bits ^ 1 << 31)) << 32 | Int64(node) }

    static func bits(_ estimate: Float) -> UInt32 {
      let pattern = estimate.bitPattern
      return pattern >> 31 == 1 ? ~pattern : pattern | 1 << 31
    }

    mutating func offer(_ node: UInt32, _ estimate: Float) {
      let new = Self.bits(estimate)
      if let before = bits[node], new >= before { return }
      bits[node] = new
      open[node] = new
    }

    var keys: [Int64] { open.map { Self.key($0.value, $0.key) }.sorted() }
  }

  /// The memory that the kernels work on.
  private final class Memory {
    var keys: [Int64]
    var count = 0
    var slots: [UInt64]
    let nodes: Int
    var known = 0

    /// - Parameter seed: 1 has most nodes meet in one slot.
    let seed: UInt64

    init(nodes: Int, seed: UInt64) {
      self.nodes = nodes
      self.seed = seed
      keys = Array(repeating: 0, count: nodes + 1)
      var slotCount = 64
      while slotCount < 2 * nodes + 128 { slotCount *= 2 }
      slots = Array(repeating: 0, count: slotCount)
    }

    var bits: [UInt32: UInt32] {
      Dictionary(uniqueKeysWithValues: slots.lazy.filter { $0 != 0 }.map { (UInt32(truncatingIfNeeded: $0) - 1, UInt32($0 >> 32)) })
    }

    private func table(_ slots: UnsafeMutablePointer<UInt64>?, _ count: Int) -> epi_known {
      epi_known(slots: slots, mask: count - 1, seed: seed, shift: UInt32(64 - count.trailingZeroBitCount), nodes: nodes, count: known)
    }

    func visit(_ node: UInt32) {
      slots.withUnsafeMutableBufferPointer { slots in
        var known = table(slots.baseAddress, slots.count)
        slots[epi_known_slot(&known, node)] = 1 << 32 | UInt64(node + 1)
      }
    }

    func offer(_ level: epi_level, _ numbers: [UInt32], _ estimates: [Float], near: [UInt32]) -> Bool {
      let bytes = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) } }
      return keys.withUnsafeMutableBufferPointer { keys in
        slots.withUnsafeMutableBufferPointer { slots in
          bytes.withUnsafeBufferPointer { bytes in
            estimates.withUnsafeBufferPointer { estimates in
              near.withUnsafeBufferPointer { near in
                var frontier = epi_frontier(keys: keys.baseAddress, count: count)
                var offered = epi_offered(
                  numbers: bytes.baseAddress, estimates: estimates.baseAddress, near: near.baseAddress, batches: near.count)
                var known = table(slots.baseAddress, slots.count)
                let isGood = epi_frontier_offer_at(level, &frontier, &offered, &known)
                (count, self.known) = (frontier.count, known.count)
                return isGood
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 31, 32, 33, 64, 500, 3000], [1, 0x9e37_79b9_7f4a_7c15])
  func `neighbours are taken in`(nodes: Int, seed: UInt64) {
    for level in KernelTests.levels {
      var generator = SeededGenerator(seed: UInt64(nodes))
      var model = Model()
      let memory = Memory(nodes: nodes, seed: seed)
      for round in 0..<60 {
        let numbers = (0..<64).map { _ in UInt32.random(in: 0..<UInt32(nodes), using: &generator) }
        // Few different distances, so that many are equal, and some below zero.
        let estimates = numbers.map { _ in Float(Int.random(in: -3..<40, using: &generator)) / 4 }
        let near = [UInt32.random(in: 0...UInt32.max, using: &generator), UInt32.random(in: 0...UInt32.max, using: &generator)]
        for index in 0..<64 where near[index / 32] >> UInt32(index % 32) & 1 == 1 { model.offer(numbers[index], estimates[index]) }
        #expect(memory.offer(level, numbers, estimates, near: near))
        #expect(memory.keys[..<memory.count].sorted() == model.keys, "round \(round), level \(level.rawValue)")
        #expect(memory.bits == model.bits && memory.known == model.bits.count, "round \(round), level \(level.rawValue)")
        for _ in 0..<Int.random(in: 0..<4, using: &generator) where memory.count > 0 {
          // A visit.
          let place = epi_least_key_at(level, memory.keys, memory.count)
          #expect(memory.keys[place] == model.keys[0], "round \(round), level \(level.rawValue)")
          let node = UInt32(truncatingIfNeeded: memory.keys[place])
          memory.count -= 1
          memory.keys[place] = memory.keys[memory.count]
          memory.visit(node)
          model.open[node] = nil
          model.bits[node] = Self.visited
        }
        // Those that are too far are dropped, and come back when they are found to be nearer.
        guard round % 7 == 6 else { continue }
        let limit = Model.key(Model.bits(6), 0)
        memory.count = epi_keep_keys_at(level, &memory.keys, memory.count, limit)
        model.open = model.open.filter { Model.key($0.value, $0.key) < limit }
      }
    }
  }

  @Test func `a number that is no node's is told`() {
    for level in KernelTests.levels {
      let numbers = [UInt32](repeating: 0, count: 31) + [3]
      let estimates = [Float](repeating: 1, count: 32)
      #expect(Memory(nodes: 3, seed: 1).offer(level, numbers, estimates, near: [1]))
      #expect(!Memory(nodes: 3, seed: 1).offer(level, numbers, estimates, near: [1 << 31]))
      #expect(Memory(nodes: 4, seed: 1).offer(level, numbers, estimates, near: [1 << 31]))
    }
  }

  @Test func `keys are searched, counted and kept`() {
    for level in KernelTests.levels {
      var generator = SeededGenerator(seed: 5)
      for count in 0...150 {
        // Few different ones, and the ends of the range.
        let keys = (0..<count).map { _ in
          [Int64.random(in: -9...9, using: &generator), Int64.random(in: -9...9, using: &generator) << 40, .max, .min].randomElement(using: &generator) ?? 0
        }
        #expect(epi_least_key_at(level, keys, count) == keys.firstIndex(of: keys.min() ?? 0) ?? 0, "\(count) keys, level \(level.rawValue)")
        for limit in [Int64.min, -5, 0, 1, 3 << 40, .max] {
          let wanted = keys.filter { $0 < limit }
          #expect(epi_count_keys_at(level, keys, count, limit) == wanted.count, "\(count) keys, level \(level.rawValue)")
          var kept = keys
          let number = epi_keep_keys_at(level, &kept, count, limit)
          #expect(Array(kept[..<number]) == wanted, "\(count) keys, level \(level.rawValue)")
        }
      }
    }
  }
}
