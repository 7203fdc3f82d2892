internal import EpiBytes

/// Which tables are wanted: those that a pattern of `--table` describes and none of `--exclude`; without `--table` all others.
package struct TableSelection: Sendable {
  private let included: [Glob]
  private let excluded: [Glob]
  /// Per pattern, those to include first: whether it has described a table.
  private var hasMatched: [Bool]
  /// Names that were asked about, for messages: the first few, and whether there were more.
  private var seen: [[UInt8]] = []
  private var sawMore = false

  /// Names told in a message.
  private static let shownNames = 10

  package init(tables: [String] = [], exclude: [String] = []) {
    included = tables.map { Glob($0) }
    excluded = exclude.map { Glob($0) }
    hasMatched = (included + excluded).map { _ in false }
  }

  /// Settings belong to no table: who names tables does not want them.
  package var includesSettings: Bool { included.isEmpty }

  /// The table that bare objects are rows of: the one that `--table` names, when it names one and not a pattern.
  package var namedTable: String? {
    guard included.count == 1, let name = included[0].literal else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  /// Whether the table `names[range]` is wanted; remembers that there is such a table. To be asked once a table,
  /// not for each row.
  package mutating func selects(_ names: Span<UInt8>, in range: Range<Int>) -> Bool {
    guard !hasMatched.isEmpty else { return true }
    let name = Array(copying: names, in: range)
    if !seen.contains(name) {
      if seen.count < Self.shownNames { seen.append(name) } else { sawMore = true }
    }
    var isIncluded = included.isEmpty
    var isExcluded = false
    for (index, glob) in included.enumerated() where glob.matches(names, in: range) {
      isIncluded = true
      hasMatched[index] = true
    }
    for (index, glob) in excluded.enumerated() where glob.matches(names, in: range) {
      isExcluded = true
      hasMatched[included.count + index] = true
    }
    return isIncluded && !isExcluded
  }

  /// Patterns that described none of the tables asked about, each with the tables there are: a mistyped name must not pass for an
  /// empty table.
  package var warnings: [String] {
    let names = seen.map { "'\(String(decoding: $0, as: UTF8.self))'" }.joined(separator: ", ")
    let tables = seen.isEmpty ? "there is no table" : "the tables are \(names)\(sawMore ? ", …" : "")"
    return zip((included + excluded).indices, included + excluded).filter { !hasMatched[$0.0] }.map { index, glob in
      let option = index < included.count ? "--table" : "--exclude"
      return "no table matches \(option) '\(String(decoding: glob.pattern, as: UTF8.self))'; \(tables)"
    }
  }
}
