internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// The rows that `--on-error=skip` left out: each is told of, and written with its reason to the file after `--rejects`.
struct RejectedRows: ~Copyable {
  private(set) var count = 0
  private var target: OutputTarget?
  private var lines = ByteWriter()

  init(path: String?) throws(ToolFailure) {
    target = nil
    if let path { target = try OutputTarget.opening(path) }
  }

  mutating func add(_ row: RejectedRow, diagnostics: inout Diagnostics) throws(ToolFailure) {
    count += 1
    diagnostics.warn(kind: "rejected rows", at: row.place, row.message)
    row.appendLine(to: &lines)
    if lines.count >= 1 << 16 { try flush() }
  }

  /// Completes the file.
  consuming func commit() throws(ToolFailure) {
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
