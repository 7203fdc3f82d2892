internal import EpiSystem

/// Words for the person, on standard error: `TOOL: PLACE: what is wrong`, then at most one `TOOL: hint: what to do`.
package struct Diagnostics {
  package let tool: String
  package let isQuiet: Bool
  private var counts: [String: Int] = [:]

  /// After so many warnings of one kind only their number is told, at the end.
  private static let shownPerKind = 20

  package init(tool: String, isQuiet: Bool) {
    self.tool = tool
    self.isQuiet = isQuiet
  }

  /// A warning. `kind` groups those of which only the first few are shown.
  package mutating func warn(kind: String, at place: String? = nil, _ message: String, hint: String? = nil) {
    guard !isQuiet else { return }
    counts[kind, default: 0] += 1
    guard counts[kind, default: 0] <= Self.shownPerKind else { return }
    say("warning: ", at: place, message, hint: hint)
  }

  /// Tells of the warnings that were not shown.
  package func summarizeWarnings() {
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) where count > Self.shownPerKind {
      say("warning: ", at: nil, "\(count - Self.shownPerKind) more of the kind '\(kind)'", hint: nil)
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
