package import EpiBytes
internal import EpiSystem

/// Rows, queries and lines of an input that are left out: the person is told, and the file after `--rejects` gets them with the reasons.
package struct RejectedLines: ~Copyable {
  package private(set) var count = 0
  private var target: OutputTarget?
  private var lines = ByteWriter()

  package init(path: String?) throws(ToolFailure) {
    target = nil
    if let path { target = try OutputTarget.opening(path) }
  }

  /// - Parameters:
  ///   - kind: of what they are; of each kind only the first few are told.
  ///   - isTold: whether the person is to be told, or has been of one like it.
  ///   - line: appends a line for the file.
  package mutating func add(
    kind: String = "rejected rows", at place: String, _ message: String, isTold: Bool, _ diagnostics: inout Diagnostics, line: (inout ByteWriter) -> Void
  ) throws(ToolFailure) {
    count += 1
    if isTold { diagnostics.warn(kind: kind, at: place, message) }
    guard target != nil else { return }
    line(&lines)
    if lines.count >= 1 << 16 { try flush() }
  }

  /// Completes the file.
  package consuming func commit() throws(ToolFailure) {
    try flush()
    guard let target = target.take() else { return }
    do {
      try target.commit()
    } catch {
      throw ToolFailure(error)
    }
  }

  private mutating func flush() throws(ToolFailure) {
    defer { lines.removeAll() }
    guard target != nil, !lines.isEmpty else { return }
    do {
      try target?.write(lines.span)
    } catch {
      throw ToolFailure(error)
    }
  }
}
