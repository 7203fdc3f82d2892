/// The statements of a text.
package enum SQLScript {
  /// Cuts a text at the semicolons that end statements: not those in literals and comments, nor those in the body of a trigger. What
  /// holds no token is no statement.
  /// - Complexity: O(bytes)
  package static func statements(_ script: SQLText) -> [SQLText] {
    var statements: [SQLText] = []
    var first = 0
    var index = 0
    while index < script.tokens.count {
      if script.isWord(index, ";") {
        if index > first, isComplete(script, first, index) {
          append(script, first..<index, to: &statements)
          first = index + 1
        } else if index == first {
          first = index + 1
        }
      }
      index += 1
    }
    append(script, first..<script.tokens.count, to: &statements)
    return statements
  }

  private static func append(_ script: SQLText, _ tokens: Range<Int>, to statements: inout [SQLText]) {
    if !tokens.isEmpty { statements.append(script.part(tokens)) }
  }

  /// Whether the statement that begins at token `first` ends at the semicolon `end`: that of a trigger ends behind END.
  private static func isComplete(_ script: SQLText, _ first: Int, _ end: Int) -> Bool {
    guard script.isWord(first, "CREATE") else { return true }
    var kind = first + 1
    if script.isWord(kind, "TEMP") || script.isWord(kind, "TEMPORARY") { kind += 1 }
    guard script.isWord(kind, "TRIGGER") else { return true }
    // CASE has an END too, but none behind a semicolon.
    return script.isWord(end - 1, "END") && end - 2 > first && script.isWord(end - 2, ";")
  }
}
