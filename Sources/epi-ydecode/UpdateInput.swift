internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiYjs

/// All inputs, read whole, and where the updates in them lie.
///
/// They are read rather than mapped: applications rewrite such files in place, and a file that shrinks under a mapping kills.
struct UpdateInput: ~Copyable {
  var buffer = ByteWriter(capacity: 1 << 16)
  var frames: [ByteRange] = []
  /// Faults of cut last frames that `--salvage` passed over: where, and what.
  var salvaged: [(place: String, message: String)] = []
  /// What the bytes are from, in order: each source begins at its start and reaches to the next.
  var sources: [Source] = []
  let limit: Int
  let limits: UpdateLimits

  struct Source {
    var path: String
    var start: Int
    /// Where it begins in its file, line or row.
    var origin = 0
    var part: Part

    enum Part {
      case whole
      case line(Int)
      case row(Int)
    }

    var name: String {
      switch part {
      case .whole: path
      case .line(let number): "\(path):\(number)"
      case .row(let rowid): "\(path) row \(rowid)"
      }
    }
  }

  /// How all of it is called in a message that concerns no single place.
  var name: String {
    guard let first = sources.first else { return "-" }
    return sources.contains { $0.path != first.path } ? "the inputs" : first.path
  }

  /// Inputs read.
  var count = 0

  /// - Parameters:
  ///   - limit: bytes of all inputs together.
  ///   - limits: what an update may ask for when it is tried whether it is one.
  init(limit: Int, limits: UpdateLimits) {
    self.limit = min(limit, Limits.bytes)
    self.limits = limits
  }

  // MARK: Files

  /// Reads a file and finds the updates in it.
  /// - Returns: how they lie in it.
  @discardableResult
  mutating func readFile(_ path: String, framing: Framing, salvaging: Bool) throws(ToolFailure) -> Framing {
    count += 1
    if framing.isText {
      try readLines(path, framing)
      return framing
    }
    let start = buffer.count
    try Self.readAll(path, limit: limit - start, into: &buffer)
    sources.append(Source(path: path, start: start, part: .whole))
    guard buffer.count > start || framing == .length || framing == .ystore else {
      throw ToolFailure(
        .malformedInput, at: path, "is empty, and even an update without content has two bytes",
        hint: "check what wrote it; an empty log is read with --frames=length")
    }
    do {
      let found = try UpdateFrames(framing, in: start..<buffer.count, of: buffer.span, salvaging: salvaging, limits: limits)
      if frames.isEmpty { frames = found.frames } else { frames.append(contentsOf: found.frames) }
      if let cut = found.cut {
        salvaged.append((place(of: cut.offset), "the last frame is cut: \(cut.message)"))
        buffer.truncate(to: found.end)
      }
      return found.framing
    } catch {
      let hint = error.isCut ? "a frame may have been cut while it was written; --salvage uses those before it" : "is this --frames=\(framing)?"
      throw ToolFailure(.malformedInput, at: place(of: error.offset), error.message, hint: hint)
    }
  }

  static func readAll(_ path: String, limit: Int, into buffer: inout ByteWriter) throws(ToolFailure) {
    let descriptor = try InputOperands.open(path)
    let isWhole: Bool
    do {
      isWhole = try descriptor.readAll(limit: limit, into: &buffer)
    } catch {
      throw ToolFailure(error)
    }
    guard isWhole else { throw tooLarge(path) }
  }

  static func tooLarge(_ path: String) -> ToolFailure {
    ToolFailure(
      .malformedInput, at: path, "the inputs are larger than the limit", hint: "raise it with --max-bytes; 4 GiB is the most")
  }

  /// Reads updates that stand one a line, as text. Empty lines are passed over.
  private mutating func readLines(_ path: String, _ framing: Framing) throws(ToolFailure) {
    var text = ByteWriter()
    try Self.readAll(path, limit: limit, into: &text)
    try readLines(text.span, of: path, framing)
    guard !text.isEmpty else { throw ToolFailure(.malformedInput, at: path, "is empty: no line holds an update") }
  }

  /// - Parameter before: lines of the file that precede `text`.
  mutating func readLines(_ text: Span<UInt8>, of path: String, _ framing: Framing, behind before: Int = 0) throws(ToolFailure) {
    var line = before
    var offset = 0
    while offset < text.count {
      line += 1
      let end = ByteScan.first(UInt8(ascii: "\n"), in: text, offset..<text.count)
      var last = end
      while last > offset, text[last - 1] == UInt8(ascii: "\r") || text[last - 1] == UInt8(ascii: " ") { last -= 1 }
      let range = offset..<last
      offset = end + 1
      if range.isEmpty { continue }
      let start = buffer.count
      sources.append(Source(path: path, start: start, part: .line(line)))
      let isDecoded =
        framing == .hex ? Hexadecimal.decode(text, in: range, into: &buffer) : Base64.decode(text, in: range, into: &buffer)
      guard isDecoded else {
        throw ToolFailure(.malformedInput, at: "\(path):\(line)", "the line is not \(framing == .hex ? "hexadecimal" : "base64")")
      }
      guard buffer.count <= limit else { throw Self.tooLarge(path) }
      frames.append(ByteRange(start: start, count: buffer.count - start))
    }
  }

  // MARK: Places

  /// `FILE@OFFSET`, the offset counted from the start of that file, line or row.
  func place(of offset: Int) -> String {
    // By halving: a database is as many sources as rows.
    var low = 0
    var high = sources.count
    while low < high {
      let middle = (low + high) / 2
      if sources[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return "-" }
    let source = sources[low - 1]
    return "\(source.name)@\(source.origin + offset - source.start)"
  }

  /// The failure for an update that cannot be decoded, with the way out that is most likely.
  func failure(_ error: Document.UpdateError, chosen: UpdateEncoding) -> ToolFailure {
    if let hint = Self.hint(forLimit: error.error) {
      return ToolFailure(.malformedInput, at: "\(place(of: error.error.offset)) (update \(error.update + 1))", error.error.message, hint: hint)
    }
    let other = error.encoding == .v2 ? "v1" : "v2"
    let hint =
      otherKind(ofUpdate: error.update) ?? (chosen == .auto
      ? "read as \(error.encoding.rawValue); --encoding=\(other) and --frames say otherwise"
      : "try --encoding=\(other), or --frames=length if this is a log of updates")
    return ToolFailure(
      .malformedInput, at: "\(place(of: error.error.offset)) (update \(error.update + 1))", error.error.message, hint: hint)
  }

  /// What an update that cannot be decoded looks like instead.
  private func otherKind(ofUpdate update: Int) -> String? {
    guard update < frames.count else { return nil }
    let (start, end) = (Int(frames[update].start), Int(frames[update].end))
    let bytes = buffer.span
    func begins(_ wanted: [UInt8]) -> Bool { end - start >= wanted.count && wanted.indices.allSatisfy { bytes[start + $0] == wanted[$0] } }
    if begins([0x1f, 0x8b]) { return "this is compressed: zcat FILE | epi-ydecode" }
    if begins(Array("SQLite format 3".utf8)) { return "this is a SQLite database; --from-sqlite TABLE.COLUMN reads the updates in it" }
    if begins(Array("{\"".utf8)) { return "this looks like JSON; rows are read by epi-materialize and epi-index" }
    return nil
  }

  /// The failure for a document that cannot be printed. What is nested too deep has a place; nothing else is wrong at a single one.
  func failure(printing error: DecodingError) -> ToolFailure {
    var place = name
    if case .depthExceeded = error.code, let update = frames.firstIndex(where: { $0.end > error.offset }) {
      place = "\(self.place(of: error.offset)) (update \(update + 1))"
    }
    return ToolFailure(.malformedInput, at: place, error.message, hint: Self.hint(forLimit: error))
  }

  /// Which option moves the limit that an input exceeds.
  private static func hint(forLimit error: DecodingError) -> String? {
    switch error.code {
    case .depthExceeded(let limit): "--max-depth allows \(limit < Limits.maximumDepth ? "up to \(Limits.maximumDepth)" : "no more")"
    case .itemsExceeded: "if the input is to be trusted, --max-items allows more, at 80 bytes of memory each"
    default: nil
    }
  }
}
