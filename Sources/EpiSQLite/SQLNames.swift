/// Names that SQLite can tell apart. It ignores the case of the letters A to Z in the names of tables and columns, a document
/// does not.
enum SQLNames {
  /// The name in the database for each of `names`: the same, or with `_2`, `_3`, … behind it when an earlier one differs from it
  /// in case only.
  /// - Complexity: O(bytes of the names)
  static func distinct(_ names: [String]) -> [String] {
    var taken = Set<[UInt8]>()
    // A made-up name must not meet one that comes later.
    let given = Set(names.map(folded))
    // The number to try next for a name that is taken: each is tried once, however many names are the same.
    var next: [[UInt8]: Int] = [:]
    return names.map { name in
      let plain = folded(name)
      if taken.insert(plain).inserted { return name }
      while true {
        let number = next[plain, default: 2]
        next[plain] = number + 1
        let candidate = "\(name)_\(number)"
        if !given.contains(folded(candidate)), taken.insert(folded(candidate)).inserted { return candidate }
      }
    }
  }

  /// Why SQLite cannot have a table or column of this name; nil when it can.
  static func objection(to name: String, isTable: Bool) -> String? {
    if name.utf8.contains(0) { return "holds the character U+0000, which no name in SQLite can hold" }
    if isTable, folded(name) == Array(DatabaseRecord.tableName.utf8) { return "is kept for what is noted of the database" }
    if isTable, folded(name).starts(with: "sqlite_".utf8) { return "begins with 'sqlite_', which SQLite keeps for itself" }
    return nil
  }

  /// Whether two names are written the same: Swift's `==` takes some different texts for equal.
  static func areSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

  /// The name as SQLite compares it: by its bytes, which tell apart what Swift's String takes for equal.
  static func folded(_ name: String) -> [UInt8] {
    name.utf8.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 + 32 : $0 }
  }
}
