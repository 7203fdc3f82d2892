internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiWorkspace

/// The file after `--since`: what the run before has printed.
struct SinceFile {
  let path: String

  /// Reads it; nil when there is none yet, or an empty one.
  func read() throws(ToolFailure) -> RowDigests? {
    guard FileStatus(path: path).kind != .missing else { return nil }
    var bytes = ByteWriter()
    do {
      _ = try Descriptor.forReading(path).readAll(limit: Int(UInt32.max), into: &bytes)
    } catch {
      throw ToolFailure(error)
    }
    guard !bytes.isEmpty else { return nil }
    do {
      return try RowDigests(reading: bytes.span)
    } catch {
      throw ToolFailure(
        .malformedInput, at: path, error.message, hint: "remove it, and the next run prints everything, for consumers to begin anew")
    }
  }

  /// Writes it anew. Call it when everything has been written out: what comes then is what has changed since.
  func write(_ stream: inout ChangeStream) throws(ToolFailure) {
    var bytes = ByteWriter(capacity: 1 << 16)
    stream.appendDigests(to: &bytes)
    try OutputTarget.write(bytes.span, to: path)
  }
}
