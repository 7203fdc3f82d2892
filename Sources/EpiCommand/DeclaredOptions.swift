/// The options a tool declares, as its help names them: to find the one on a command line that is not among them.
///
/// swift-argument-parser looks for unknown options last. Without this, a mistyped `--outptu` would be answered with "missing
/// option '--output'".
package struct DeclaredOptions {
  /// With their dashes.
  package let names: [String]

  /// - Parameter helpText: where lines that begin with two spaces and a dash declare options: `  -o, --output <file>  What for.`
  package init(helpText: String) {
    names = helpText.split(separator: "\n").filter { $0.hasPrefix("  -") }.flatMap { line in
      // The words before the description, which two spaces or a line's end set off.
      let label = line.dropFirst(2).split(separator: "  ", maxSplits: 1).first ?? ""
      return label.split { $0 == " " || $0 == "," || $0 == "/" || $0 == "|" }.filter { $0.hasPrefix("-") }.map(String.init)
    }
  }

  /// The first option of a command line that is not declared.
  /// - Parameter arguments: those before `--`. One that begins with a dash is an option: the parser takes none as a value.
  package func firstUnknown(in arguments: some Sequence<String>) -> String? {
    for argument in arguments where argument.hasPrefix("-") && argument.count > 1 {
      let name = String(argument.prefix { $0 != "=" })
      let isLong = name.hasPrefix("--")
      let isLetter = name.count == 2 && name.last?.isLetter == true
      if isLong || isLetter, !names.contains(name) { return name }
      // `-output`: no letters written together, but a long name with a dash too few.
      if !isLong, !isLetter, names.contains("-" + name) { return name }
    }
    return nil
  }

  /// The declared name that was perhaps meant by `name`: at most three letters off, and no more than half of it.
  package func nearest(to name: String) -> String? {
    let candidates = names.filter { $0.hasPrefix("--") }.map { (name: $0, distance: Self.distance($0, name)) }
    let most = min(3, name.drop { $0 == "-" }.count / 2)
    // A dash too few is no letter.
    let dashes = name.hasPrefix("--") ? 0 : 1
    return candidates.filter { $0.distance <= (most > 0 ? most + dashes : 0) }.min { $0.distance < $1.distance }?.name
  }

  /// Letters to insert, remove, exchange or swap with their neighbour to make one word of the other (Damerau 1964, each letter once).
  /// - Complexity: O(`one.count` · `other.count`)
  private static func distance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one), Array(other.prefix(64)))
    var (before, last, row) = ([Int](), [Int](), Array(0...other.count))
    for index in one.indices {
      (before, last) = (last, row)
      row[0] = index + 1
      for place in other.indices {
        let change = last[place] + (other[place] == one[index] ? 0 : 1)
        row[place + 1] = min(change, last[place + 1] + 1, row[place] + 1)
        if index > 0, place > 0, one[index] == other[place - 1], one[index - 1] == other[place] {
          row[place + 1] = min(row[place + 1], before[place - 1] + 1)
        }
      }
    }
    return row[other.count]
  }
}
