internal import EpiSystem

/// Words for the person, on standard error: `TOOL: PLACE: what is wrong`, then at most one `TOOL: hint: what to do`.
package struct Diagnostics {
  package let tool: String
  package let isQuiet: Bool
  /// By kind.
  private var counts: [String: (label: String, count: Int)] = [:]
  /// How many of a kind have been said before the work was begun again.
  private var said: [String: Int] = [:]

  /// After so many warnings of one kind only their number is told, at the end.
  private static let shownPerKind = 20

  package init(tool: String, isQuiet: Bool) {
    self.tool = tool
    self.isQuiet = isQuiet
  }

  /// A warning. `kind` groups those of which only the first few are shown.
  package mutating func warn(kind: String, at place: String? = nil, _ message: String, hint: String? = nil) {
    add("warning: ", kind, at: place, message, hint: hint)
  }

  /// What the person may want to know, and no reservation about the result; `kind` as for warnings.
  package mutating func note(kind: String, _ message: String) { add("note: ", kind, at: nil, message, hint: nil) }

  private mutating func add(_ label: String, _ kind: String, at place: String?, _ message: String, hint: String?) {
    guard !isQuiet else { return }
    let count = (counts[kind]?.count ?? 0) + 1
    counts[kind] = (label, count)
    guard count <= Self.shownPerKind, count > said[kind] ?? 0 else { return }
    say(label, at: place, message, hint: hint)
  }

  /// The work is begun again, and what has been said will come once more: it is not repeated.
  package mutating func beginAgain() {
    for (kind, (_, count)) in counts { said[kind] = max(said[kind] ?? 0, count) }
    counts = [:]
  }

  /// Tells of the warnings and notes that were not shown.
  package func summarizeWarnings() {
    for (kind, (label, count)) in counts.sorted(by: { $0.key < $1.key }) where count > Self.shownPerKind {
      say(label, at: nil, "\(count - Self.shownPerKind) more of the kind '\(kind)'", hint: nil)
    }
  }

  /// One line about a success, for a person at a terminal; cron and pipes see nothing.
  package func tell(_ message: String) {
    guard !isQuiet, Terminal.isStandardError else { return }
    say("", at: nil, message, hint: nil)
  }

  /// A line that was asked for, wherever standard error goes.
  package func inform(_ message: String) { say("", at: nil, message, hint: nil) }

  package func fail(_ failure: ToolFailure) {
    say("", at: failure.place, failure.message, hint: failure.hint, isLast: true)
  }

  private func say(_ label: String, at place: String?, _ message: String, hint: String?, isLast: Bool = false) {
    var text = Self.printable("\(tool): \(label)\(place.map { "\($0): " } ?? "")\(message)") + "\n"
    if let hint { text += Self.printable("\(tool): hint: \(hint)") + "\n" }
    StatusLine.write(above: text, isLast: isLast)
  }

  /// One line that does nothing to a terminal: names and values come from outside, control characters are shown as `\x1b`.
  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      switch scalar {
      case "\n": line += "\\n"
      case "\t": line += "\\t"
      case _ where scalar.properties.generalCategory == .control:
        line += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: line.unicodeScalars.append(scalar)
      }
    }
  }
}
