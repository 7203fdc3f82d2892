import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same numbers from the same seed everywhere.
package struct SeededGenerator: RandomNumberGenerator {
  package let seed: UInt64
  private var state: UInt64

  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// `count` random bytes.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}

/// Seeds for a test that draws random input: `@Test(arguments: Seeds.list(20)) func roundTrip(seed: UInt64)`.
///
/// As a test's argument the seed is printed with its failure; `EPI_SEED=N swift test --filter …` then runs that one alone.
package enum Seeds {
  package static func list(_ count: Int) -> [UInt64] {
    if let wanted = ProcessInfo.processInfo.environment["EPI_SEED"].flatMap(UInt64.init) { return [wanted] }
    return (0..<UInt64(count)).map { $0 + 1 }
  }
}
