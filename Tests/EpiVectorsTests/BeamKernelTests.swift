import CEpiKernels
import EpiTestSupport
import Testing

/// The beam of a search against a sorted array, at every level.
struct BeamKernelTests {
  private static let visited: UInt32 = 1

  /// A beam, and what a search knows of nodes, by the rules alone.
  private struct Model {
    let capacity: Int
    var keys: [UInt64] = []
    var cursor = 0
    var bits: [UInt32]
    var met: [UInt32] = []

    static func key(_ bits: UInt32, _ node: UInt32) -> UInt64 { UInt64(bits) << 32 | UInt64(node) << 1 }

    mutating func insert(_ key: UInt64) {
      let place = keys.firstIndex { $0 >= key } ?? keys.count
      guard place < capacity else { return }
      keys.insert(key, at: place)
      if keys.count > capacity { keys.removeLast() }
      cursor = min(cursor, place)
    }

    /// - Returns: false where the number is no node's.
    mutating func offer(_ node: UInt32, _ estimate: Float) -> Bool {
      let pattern = estimate.bitPattern
      let new = pattern >> 31 == 1 ? ~pattern : pattern | 1 << 31
      if keys.count == capacity, UInt64(new) >= keys[capacity - 1] >> 32 { return true }
      guard Int(node) < bits.count else { return false }
      let before = bits[Int(node)]
      if before == 0 { met.append(node) } else if new >= before { return true }
      if before != 0 { keys.removeAll { $0 == Self.key(before, node) } }
      bits[Int(node)] = new
      insert(Self.key(new, node))
      return true
    }
  }

  @Test(arguments: [1, 2, 7, 8, 9, 33, 64, 65, 130, 300])
  func `neighbours are put where they belong`(capacity: Int) {
    for level in KernelTests.levels {
      var generator = SeededGenerator(seed: UInt64(capacity))
      let nodes = 500
      var model = Model(capacity: capacity, bits: Array(repeating: 0, count: nodes))
      var keys = [UInt64](repeating: 0, count: capacity + 1)
      var (bits, met) = (model.bits, [UInt32](repeating: 0, count: nodes))
      var (count, cursor, metCount) = (0, 0, 0)
      for round in 0..<40 {
        let numbers = (0..<64).map { _ in UInt32.random(in: 0..<UInt32(nodes), using: &generator) }
        // Few different distances, so that many are equal, and some below zero.
        let estimates = numbers.map { _ in Float(Int.random(in: -3..<40, using: &generator)) / 4 }
        let near = [UInt32.random(in: 0...UInt32.max, using: &generator), UInt32.random(in: 0...UInt32.max, using: &generator)]
        for index in 0..<64 where near[index / 32] >> UInt32(index % 32) & 1 == 1 { _ = model.offer(numbers[index], estimates[index]) }
        let bytes = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) } }
        keys.withUnsafeMutableBufferPointer { keys in
          bits.withUnsafeMutableBufferPointer { bits in
            met.withUnsafeMutableBufferPointer { met in
              bytes.withUnsafeBufferPointer { bytes in
                estimates.withUnsafeBufferPointer { estimates in
                  near.withUnsafeBufferPointer { near in
                    var beam = epi_beam(keys: keys.baseAddress, count: count, capacity: capacity, cursor: cursor)
                    var offered = epi_offered(numbers: bytes.baseAddress, estimates: estimates.baseAddress, near: near.baseAddress, batches: 2)
                    var known = epi_known(bits: bits.baseAddress, nodes: nodes, met: met.baseAddress, met_count: metCount)
                    #expect(epi_beam_offer_at(level, &beam, &offered, &known))
                    (count, cursor, metCount) = (beam.count, beam.cursor, known.met_count)
                  }
                }
              }
            }
          }
        }
        #expect(Array(keys[..<count]) == model.keys && cursor == model.cursor, "round \(round), level \(level.rawValue)")
        #expect(bits == model.bits && Array(met[..<metCount]) == model.met, "round \(round), level \(level.rawValue)")
        guard count > 0, round % 3 == 0 else { continue }
        // A visit: the flag of a key is set, and the node is known as visited.
        let place = Int.random(in: 0..<count, using: &generator)
        keys[place] |= 1
        model.keys[place] |= 1
        cursor = place + 1
        model.cursor = cursor
        let node = Int(UInt32(truncatingIfNeeded: keys[place]) >> 1)
        bits[node] = Self.visited
        model.bits[node] = Self.visited
      }
    }
  }

  @Test func `a number that is no node's is told`() {
    for level in KernelTests.levels {
      var keys = [UInt64](repeating: 0, count: 5)
      var bits = [UInt32](repeating: 0, count: 3)
      var met = bits
      let bytes = [UInt8](repeating: 0, count: 124) + [3, 0, 0, 0]
      let estimates = [Float](repeating: 1, count: 32)
      keys.withUnsafeMutableBufferPointer { keys in
        bits.withUnsafeMutableBufferPointer { bits in
          met.withUnsafeMutableBufferPointer { met in
            bytes.withUnsafeBufferPointer { bytes in
              estimates.withUnsafeBufferPointer { estimates in
                for (near, isGood) in [(UInt32(1), true), (1 << 31, false)] {
                  withUnsafePointer(to: near) { near in
                    var beam = epi_beam(keys: keys.baseAddress, count: 0, capacity: 4, cursor: 0)
                    var offered = epi_offered(numbers: bytes.baseAddress, estimates: estimates.baseAddress, near: near, batches: 1)
                    var known = epi_known(bits: bits.baseAddress, nodes: 3, met: met.baseAddress, met_count: 0)
                    #expect(epi_beam_offer_at(level, &beam, &offered, &known) == isGood)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
