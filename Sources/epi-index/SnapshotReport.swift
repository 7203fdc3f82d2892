internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// `--check` and `--info`: one line of JSON about a snapshot.
enum SnapshotReport {
  /// Prints what the snapshot says of itself.
  static func info(_ path: String) throws(ToolFailure) -> ExitStatus {
    let file = try map(path)
    var text = ByteWriter(capacity: 1024)
    do {
      let snapshot = try Snapshot(mapping: file)
      try snapshot.appendDescription(to: &text)
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
