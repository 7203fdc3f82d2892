package import EpiBytes
internal import EpiSystem

/// What a run did, for `--report`: one JSON object that begins with the tool and its version and ends with the seconds it took.
package struct RunReport: ~Copyable {
  private var text = ByteWriter(capacity: 512)

  package init(tool: String) { text.append("{\"tool\":\"\(tool)\",\"version\":\"\(ToolVersion.current)\"") }

  /// - Parameter name: a plain word.
  package mutating func add(_ name: String, _ count: Int) { text.append(",\"\(name)\":\(count)") }

  package mutating func add(_ name: String, _ value: Bool) { text.append(",\"\(name)\":\(value)") }

  /// - Parameter append: appends the value as JSON.
  package mutating func add(_ name: String, json append: (inout ByteWriter) -> Void) {
    text.append(",\"\(name)\":")
    append(&text)
  }

  /// Writes the report; the file appears whole or not at all.
  /// - Parameter seconds: that the run took.
  package consuming func write(to path: String, seconds: Double) throws(ToolFailure) {
    let microseconds = Int((seconds * 1e6).rounded())
    let fraction = String(microseconds % 1_000_000)
    text.append(",\"seconds\":\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.utf8.count))\(fraction)}\n")
    try OutputTarget.write(text.span, to: path)
  }
}
