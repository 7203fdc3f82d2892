/// The column `id` of `vector_top_k` where a joined table has one too: by SQL's rules the name means neither, and the statement fails.
///
/// Here the table's is meant by `id`, and that of the function by `alias.id`, as people write it: the function is replaced by another
/// one, whose column has a name of its own, and so is each use by way of the alias.
enum IdColumn {
  /// The statement rewritten; nil when it does not call `vector_top_k`, or never names the column by way of an alias, so that a bare
  /// `id` may have meant it.
  static func disambiguated(_ text: SQLText) -> SQLText? {
    var replacements: [(Range<Int>, String)] = []
    var aliases: [String] = []
    for index in text.tokens.indices {
      guard text.isName(index), SQLText.isSame(text.name(index) ?? "", TopKFunction.name), text.isWord(index + 1, "("),
        let close = text.closing(index + 1)
      else { continue }
      let alias = text.isWord(close + 1, "AS") ? close + 2 : close + 1
      let hasAlias = text.isName(alias) && !(text.tokens[alias].kind == .word && isKeyword(text.text(alias)))
      aliases.append(hasAlias ? text.name(alias) ?? "" : TopKFunction.name)
      // Without an alias the function is still called by its own name.
      replacements.append((text.tokens[index].range, SQLText.quoted(TopKFunction.otherName)))
      if !hasAlias {
        let end = text.tokens[close].range.upperBound
        replacements.append((end..<end, " AS \(TopKFunction.name)"))
      }
    }
    guard !aliases.isEmpty else { return nil }
    var isUsed = false
    for index in text.tokens.indices {
      guard text.isName(index), text.isWord(index + 1, "."), text.isName(index + 2),
        SQLText.isSame(text.name(index + 2) ?? "", "id"), aliases.contains(where: { SQLText.isSame($0, text.name(index) ?? "") }),
        index == 0 || !text.isWord(index - 1, ".")
      else { continue }
      replacements.append((text.tokens[index + 2].range, SQLText.quoted(TopKFunction.otherColumn)))
      isUsed = true
    }
    guard isUsed else { return nil }
    return text.replacing(replacements)
  }

  /// What may follow a table and is no alias.
  private static func isKeyword(_ word: String) -> Bool {
    [
      "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "OUTER", "WHERE", "ON", "USING", "GROUP", "HAVING", "ORDER", "LIMIT",
      "WINDOW", "UNION", "EXCEPT", "INTERSECT", "SET", "RETURNING",
    ].contains { SQLText.isSame($0, word) }
  }
}

extension SQLText {
  /// The text with some of its parts replaced, which do not overlap.
  func replacing(_ replacements: [(Range<Int>, String)]) -> SQLText {
    var result: [UInt8] = []
    var offset = 0
    for (range, text) in replacements.sorted(by: { $0.0.lowerBound < $1.0.lowerBound }) {
      result += bytes[offset..<range.lowerBound]
      result += Array(text.utf8)
      offset = range.upperBound
    }
    return SQLText(result + bytes[offset...])
  }
}
