internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// `--check`, `--info` and `--map`: what can be told of a snapshot.
enum SnapshotReport {
  /// Prints what the snapshot says of itself: a page for a person at a terminal, else one line of JSON.
  static func info(_ path: String) throws(ToolFailure) -> ExitStatus {
    let file = try map(path)
    var text = ByteWriter(capacity: 1024)
    do {
      let snapshot = try Snapshot(mapping: file)
      if Terminal.isStandardOutput {
        text.append(try SnapshotPage(of: snapshot, named: path, columns: Terminal.outputColumns ?? 80).text)
      } else {
        try snapshot.appendDescription(to: &text)
      }
    } catch {
      throw ToolFailure(error, path: path)
    }
    try print(text)
    return .success
  }

  /// Reads all of the snapshot and prints whether it is sound; what is wrong goes to standard error too.
  static func check(_ path: String, toolName: String) throws(ToolFailure) -> ExitStatus {
    var text = ByteWriter(capacity: 1024)
    let fault = SnapshotCheck.report(on: try map(path), to: &text)
    try print(text)
    guard let fault else { return .success }
    Diagnostics(tool: toolName, isQuiet: false).fail(ToolFailure(fault, path: path))
    return .reservation
  }

  /// Draws the rows of a snapshot.
  static func draw(_ path: String, coloredBy field: String?, to output: String, _ diagnostics: Diagnostics) throws(ToolFailure) {
    try InputOperands([path], expecting: "a snapshot", toolName: IndexCommand.toolName).refuse(output: output)
    let file = try map(path)
    let drawn: EmbeddingMap
    let rows: Int
    do {
      let snapshot = try Snapshot(mapping: file)
      rows = snapshot.head.rows
      guard rows > 0 else { throw ToolFailure(.malformedInput, at: path, "has no rows to draw") }
      let stored = try snapshot.storedNames()
      if let field, !stored.contains(where: { $0.utf8.elementsEqual(field.utf8) }) {
        let has = stored.isEmpty ? "no fields" : stored.map { "'\($0)'" }.joined(separator: ", ")
        throw ToolFailure(.usage, at: path, "the snapshot stores \(has), '--color' names '\(field)'", hint: "make it with epi-index --store \(field)")
      }
      drawn = try EmbeddingMap(of: snapshot, coloredBy: field)
    } catch {
      throw error as? ToolFailure ?? (error as? SnapshotError).map { ToolFailure($0, path: path) } ?? ToolFailure(.toolFault, "\(error)")
    }
    var text = ByteWriter(capacity: 1 << 20)
    drawn.append(named: path, to: &text)
    try OutputTarget.write(text.span, to: output)
    diagnostics.tell("drew \(drawn.pointCount) of \(rows) rows to '\(output)'")
  }

  private static func map(_ path: String) throws(ToolFailure) -> MappedFile {
    do {
      return try MappedFile(path: path)
    } catch {
      throw ToolFailure(error)
    }
  }

  private static func print(_ text: borrowing ByteWriter) throws(ToolFailure) {
    do {
      try Descriptor.standardOutput.write(text.span)
      try Descriptor.standardOutput.close()
    } catch {
      throw ToolFailure(error)
    }
  }
}

extension ToolFailure {
  fileprivate init(_ error: SnapshotError, path: String) {
    self.init(.malformedInput, at: path, error.message, hint: error.hint)
  }
}
