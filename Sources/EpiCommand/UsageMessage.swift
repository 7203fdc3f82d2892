/// What is wrong with a command line, in the form all messages have: lower case, no full stop, one line.
///
/// Made from the sentence swift-argument-parser gives, so that the parser stays the only one who judges the command line.
package struct UsageMessage: Equatable, Sendable {
  package var text: String
  /// The option that was perhaps meant, with its dashes.
  package var suggestion: String?
  /// What to do about it, where that is known.
  private var remark = ""

  package init(unknownOption name: String, among declared: DeclaredOptions) {
    text = "unknown option '\(name)'"
    suggestion = declared.nearest(to: name)
    let isOutput = name == "-o" || name == "--output"
    if isOutput, suggestion == nil { remark = "the result goes to standard output: > FILE; " }
  }

  package init(parserSentence sentence: String) {
    // Choices come as a list of lines, alternatives as a second line.
    let lines = sentence.split(separator: "\n").map(Self.trimmed)
    var text = String(lines.first ?? "")
    for line in lines.dropFirst() {
      if line.hasPrefix("- ") {
        text += (text.hasSuffix(":") ? " '" : ", '") + line.dropFirst(2) + "'"
      } else if line.hasPrefix("or: ") {
        text += " or " + Self.startingLow(line.dropFirst(4))
      } else {
        text += (text.hasSuffix(".") || text.hasSuffix(":") ? " " : ", ") + line
      }
    }
    if let (head, tail) = Self.split(text, atLast: ". Please provide one of the following: ") { text = "\(head); give one of \(tail)" }
    if let (head, tail) = Self.split(text, atLast: ". Please provide one of ") { text = "\(head); give one of \(tail)" }
    if let (head, tail) = Self.split(text, atLast: ". Please ") { text = "\(head); \(tail)" }
    text = Self.namingWhatIsMissing(text)
    while text.hasSuffix(".") { text.removeLast() }
    self.text = Self.startingLow(text[...])
  }

  /// What to do about it.
  package func hint(toolName: String) -> String {
    remark + (suggestion.map { "did you mean '\($0)'? " } ?? "") + "try '\(toolName) --help'"
  }

  /// The parser calls options and operands "expected argument" alike.
  private static func namingWhatIsMissing(_ text: String) -> String {
    let before = "Missing expected argument '"
    guard text.hasPrefix(before) else { return text }
    let isOption = text.dropFirst(before.count).hasPrefix("-")
    return "missing \(isOption ? "option" : "operand") '" + text.dropFirst(before.count)
  }

  /// Lowers the first letter of a plain word; names in capitals stay as they are.
  private static func startingLow(_ text: Substring) -> String {
    let word = text.prefix { $0.isLetter }
    guard word.dropFirst().allSatisfy({ $0.isLowercase }) else { return String(text) }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " }
    return start.prefix(upTo: start.lastIndex { $0 != " " }.map { start.index(after: $0) } ?? start.startIndex)
  }

  /// What precedes and follows the last `separator`: an earlier one may be part of what the user typed.
  private static func split(_ text: String, atLast separator: String) -> (Substring, Substring)? {
    let bytes = Array(text.utf8), wanted = Array(separator.utf8)
    guard bytes.count >= wanted.count else { return nil }
    for start in stride(from: bytes.count - wanted.count, through: 0, by: -1) where bytes[start..<start + wanted.count] == wanted[...] {
      let head = text.utf8.index(text.startIndex, offsetBy: start)
      return (text[..<head], text[text.utf8.index(head, offsetBy: wanted.count)...])
    }
    return nil
  }
}
