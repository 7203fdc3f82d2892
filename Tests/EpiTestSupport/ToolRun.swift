/// What a finished process left.
package struct ToolRun: CustomStringConvertible, Sendable {
  package let command: String
  /// The exit status; 128 + n when signal n ended the process, as shells show it.
  package let status: Int32
  package let output: [UInt8]
  package let errors: [UInt8]

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
  package var lines: [String] { Self.lines(text) }
  package var errorLines: [String] { Self.lines(errorText) }

  /// For the report of a failed expectation: status and what was said, long outputs cut.
  package var description: String {
    "'\(command)' ended with \(status)\nstandard error: \(errorText.prefix(1000))\nstandard output: \(text.prefix(1000))"
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
