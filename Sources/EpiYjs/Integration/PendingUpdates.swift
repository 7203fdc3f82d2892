/// What updates hold that still misses a predecessor: clocks of structs, and deletions of clocks that are not known.
package struct PendingUpdates: Equatable, Sendable {
  package struct Gap: Equatable, Sendable {
    package var client: UInt64
    package var clock: UInt64
    package var end: UInt64
  }

  /// Clocks that arrived and could not be integrated.
  package private(set) var structs: [Gap] = []
  /// Clocks that are to be deleted and are not known.
  package private(set) var deletes: [Gap] = []

  package init() {}

  package var isEmpty: Bool { structs.isEmpty && deletes.isEmpty }
  package var count: Int { structs.count + deletes.count }

  mutating func addStruct(client: UInt64, from clock: UInt64, to end: UInt64) {
    Self.add(Gap(client: client, clock: clock, end: end), to: &structs)
  }

  mutating func addDelete(client: UInt64, from clock: UInt64, to end: UInt64) {
    Self.add(Gap(client: client, clock: clock, end: end), to: &deletes)
  }

  private static func add(_ gap: Gap, to gaps: inout [Gap]) {
    if let last = gaps.last, last.client == gap.client, gap.clock <= last.end {
      gaps[gaps.count - 1].end = max(last.end, gap.end)
    } else {
      gaps.append(gap)
    }
  }
}
