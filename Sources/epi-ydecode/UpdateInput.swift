internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiYjs

/// All inputs, read whole, and where the updates in them lie.
///
/// They are read rather than mapped: applications rewrite such files in place, and a file that shrinks under a mapping kills.
struct UpdateInput: ~Copyable {
  private(set) var buffer = ByteWriter(capacity: 1 << 16)
  private(set) var frames: [ByteRange] = []
  /// Name and first byte of every input, in order.
  private var sources: [(name: String, start: Int)] = []

  /// How all of it is called in a message that concerns no single place.
  var name: String { sources.count == 1 ? sources[0].name : "\(sources.count) inputs" }

  init(_ operands: InputOperands, framing: Framing) throws(ToolFailure) {
    for path in operands.paths {
      let descriptor = try InputOperands.open(path)
      let start = buffer.count
      do {
        guard try descriptor.readAll(limit: Limits.bytes - start, into: &buffer) else {
          throw ToolFailure(.malformedInput, at: path, DecodingError(.bytesExceeded(limit: Limits.bytes), at: 0).message)
        }
      } catch let error as SystemError {
        throw ToolFailure(error)
      } catch let error as ToolFailure {
        throw error
      } catch {
        throw ToolFailure(.toolFault, at: path, "\(error)")
      }
      sources.append((path, start))
      guard buffer.count > start || framing == .length else {
        throw ToolFailure(
          .malformedInput, at: path, "is empty, and even an update without content has two bytes",
          hint: "check what wrote it; an empty log is read with --frames=length")
      }
      var found: [ByteRange] = []
      do {
        try UpdateFrames.find(framing, in: start..<buffer.count, of: buffer.span, appendingTo: &found)
        frames.append(contentsOf: found)
      } catch {
        throw ToolFailure(
          .malformedInput, at: "\(place(of: error.offset)) (update \(frames.count + found.count + 1))", error.message,
          hint: "the last frame of a log may have been cut while it was written")
      }
    }
  }

  /// `FILE@OFFSET`, the offset counted from the start of that file.
  private func place(of offset: Int) -> String {
    let source = sources.last { $0.start <= offset } ?? (name: "-", start: 0)
    return "\(source.name)@\(offset - source.start)"
  }

  /// The failure for an update that cannot be decoded, with the way out that is most likely.
  func failure(_ error: Document.UpdateError, chosen: UpdateEncoding) -> ToolFailure {
    let hint: String
    switch (chosen, error.encoding) {
    case (.auto, .v2): hint = "read as v2; try --encoding=v1, or --frames=length or --frames=one"
    case (.auto, _): hint = "read as v1; try --encoding=v2, or --frames=length or --frames=one"
    case (.v1, _): hint = "try --encoding=v2, or --frames=length if this is a log of updates"
    case (.v2, _): hint = "try --encoding=v1, or --frames=length if this is a log of updates"
    }
    return ToolFailure(
      .malformedInput, at: "\(place(of: error.error.offset)) (update \(error.update + 1))", error.error.message, hint: hint)
  }
}
