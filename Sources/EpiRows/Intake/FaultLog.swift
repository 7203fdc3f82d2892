internal import EpiBytes

/// Counts rows that do not fit, and knows which faults have been met before.
package struct FaultLog: Sendable {
  /// Faults met, as bytes: names that Swift takes for equal are different names.
  private var seen: Set<[UInt8]> = []
  private var counts: [[UInt8]: Int] = [:]

  package init() {}

  /// Notes a row, and tells it whether it is the first of its table, field and kind of fault.
  package mutating func note(_ row: inout RejectedRow) {
    guard let identity = row.identity else { return }
    let table = Array(identity.table.utf8)
    counts[table, default: 0] += 1
    row.isFirstOfItsKind = seen.insert(table + [0] + Array(identity.fault.field.utf8) + [0] + Array(identity.fault.kind.rawValue.utf8)).inserted
  }

  /// For each table how many of its rows did not fit, in words; tables by name.
  package var summary: [String] {
    counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { name, count in
      let table = ShortText.of(name.span, in: name.indices)
      return count == 1
        ? "1 row of table '\(table)' does not fit its schema and was left out" : "\(count) rows of table '\(table)' do not fit its schema and were left out"
    }
  }
}
