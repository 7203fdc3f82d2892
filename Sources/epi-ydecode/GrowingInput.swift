internal import EpiBytes
internal import EpiCommand
internal import EpiSQLite
internal import EpiSystem
internal import EpiYjs

/// Inputs that are read again and again: of logs only what has been appended to them.
struct GrowingInput: ~Copyable {
  private(set) var input: UpdateInput
  private var logs: [Log] = []
  private let column: BlobColumn?
  private let condition: String?

  /// What has happened to the inputs.
  enum Growth {
    /// Updates have been appended: those from the one of that number on.
    case appended(from: Int)
    /// Something else: everything is to be read again.
    case replaced
  }

  /// How far an input has been read.
  private struct Log {
    var path: String
    var identity: FileStatus.Identity
    /// nil for an input that is one update, which is not appended to.
    var framing: Framing?
    /// Bytes of whole updates.
    var size = 0
    /// Lines of those.
    var lines = 0
    /// The first and the last of those bytes.
    var head: [UInt8] = []
    var tail: [UInt8] = []
    var rows = UpdateInput.LogRows.none

    /// Bytes of each that must be found again before what follows is taken for an addition.
    static let probeSize = 4096
  }

  /// Reads all inputs.
  init(_ paths: [String], of command: borrowing DecodeCommand, limits: UpdateLimits) throws(ToolFailure) {
    column = command.fromSqlite
    condition = command.condition
    input = UpdateInput(limit: command.maxBytes, limits: limits)
    for path in paths {
      var log = Log(path: path, identity: FileStatus(path: path).identity)
      if let column {
        log.rows = try input.readDatabase(path, column, where: condition)
      } else if command.frames.isText {
        log.framing = command.frames
        try readLines(of: &log)
        input.count += 1
      } else {
        let start = input.buffer.count
        let framing = try input.readFile(path, framing: command.frames, salvaging: true)
        log.framing = framing == .one ? nil : framing
        log.size = input.buffer.count - start
        log.head = Array(copying: input.buffer.span, in: start..<min(start + Log.probeSize, input.buffer.count))
        log.tail = Array(copying: input.buffer.span, in: max(start, input.buffer.count - Log.probeSize)..<input.buffer.count)
      }
      logs.append(log)
    }
    // Room that is never written to costs nothing; growing would copy.
    input.buffer.reserve(input.buffer.count)
  }

  /// The last frame of an input is cut: where and how. It may be being written.
  var cut: (place: String, message: String)? { input.salvaged.last }

  /// Reads what has been appended.
  /// - Throws: where that is malformed. What was read before is good for nothing then.
  mutating func readAppended() throws(ToolFailure) -> Growth {
    let known = input.frames.count
    input.salvaged = []
    for index in logs.indices {
      if let column {
        logs[index].rows = try input.readRows(logs[index].path, column, where: condition, behind: logs[index].rows)
        if logs[index].rows == .replaced { return .replaced }
      } else {
        var log = logs[index]
        guard try readAppended(to: &log) else { return .replaced }
        logs[index] = log
      }
    }
    return .appended(from: known)
  }

  // MARK: Files

  /// - Returns: false when the file is not the one that was read before with something behind it.
  private mutating func readAppended(to log: inout Log) throws(ToolFailure) -> Bool {
    guard let framing = log.framing else { return false }
    let status = FileStatus(path: log.path)
    guard status.identity == log.identity, status.size >= log.size else { return false }
    if framing.isText { return try readLines(of: &log) }
    let file = try InputOperands.open(log.path)
    guard try holds(log, file) else { return false }
    let start = input.buffer.count
    try Self.readRest(of: file, log.path, limit: input.limit, into: &input.buffer)
    input.sources.append(UpdateInput.Source(path: log.path, start: start, origin: log.size, part: .whole))
    do {
      let found = try UpdateFrames(framing, in: start..<input.buffer.count, of: input.buffer.span, salvaging: true, limits: input.limits)
      input.frames.append(contentsOf: found.frames)
      if let cut = found.cut { noteCut(cut) }
      input.buffer.truncate(to: found.end)
    } catch {
      // A frame alone that is cut is one that is being written.
      guard error.isCut else { throw ToolFailure(.malformedInput, at: input.place(of: error.offset), error.message) }
      noteCut(error)
      input.buffer.truncate(to: start)
    }
    log.size += input.buffer.count - start
    let last = max(start, input.buffer.count - Log.probeSize)
    log.tail = (log.tail + Array(copying: input.buffer.span, in: last..<input.buffer.count)).suffix(Log.probeSize)
    return true
  }

  /// Appends what follows in a file. Room is made for that alone, not for a file of its size.
  private static func readRest(
    of file: borrowing Descriptor, _ path: String, limit: Int, into buffer: inout ByteWriter
  ) throws(ToolFailure) {
    do throws(SystemError) {
      while try file.read(upTo: 1 << 16, into: &buffer) > 0, buffer.count <= limit {}
    } catch {
      throw ToolFailure(error)
    }
    guard buffer.count <= limit else { throw UpdateInput.tooLarge(path) }
  }

  private mutating func noteCut(_ fault: DecodingError) {
    input.salvaged.append((input.place(of: fault.offset), "the last frame is cut: \(fault.message)"))
  }

  /// Whether a file still begins and goes on as it did. The next read then begins behind what is known.
  private func holds(_ log: Log, _ file: borrowing Descriptor) throws(ToolFailure) -> Bool {
    do throws(SystemError) {
      guard try Self.holds(log.head, at: 0, file) else { return false }
      return try Self.holds(log.tail, at: log.size - log.tail.count, file)
    } catch {
      throw ToolFailure(error)
    }
  }

  private static func holds(_ bytes: [UInt8], at offset: Int, _ file: borrowing Descriptor) throws(SystemError) -> Bool {
    try file.seek(to: offset)
    var found = ByteWriter(capacity: Log.probeSize)
    while found.count < bytes.count, try file.read(upTo: bytes.count - found.count, into: &found) > 0 {}
    return found.count == bytes.count && ByteScan.equal(found.span, at: 0, bytes.span)
  }

  /// Reads the lines that have been completed. A line counts when its end is there.
  /// - Returns: false when the file is not the one that was read before with something behind it.
  @discardableResult
  private mutating func readLines(of log: inout Log) throws(ToolFailure) -> Bool {
    guard let framing = log.framing else { return false }
    let file = try InputOperands.open(log.path)
    guard try holds(log, file) else { return false }
    var text = ByteWriter()
    try Self.readRest(of: file, log.path, limit: input.limit, into: &text)
    var end = text.count
    while end > 0, text.span[end - 1] != UInt8(ascii: "\n") { end -= 1 }
    if end < text.count { input.salvaged.append(("\(log.path)", "the last line has no end")) }
    text.truncate(to: end)
    if log.size == 0 { log.head = Array(copying: text.span, in: 0..<min(Log.probeSize, end)) }
    try input.readLines(text.span, of: log.path, framing, behind: log.lines)
    log.size += end
    for index in 0..<end where text.span[index] == UInt8(ascii: "\n") { log.lines += 1 }
    log.tail = (log.tail + Array(copying: text.span, in: max(0, end - Log.probeSize)..<end)).suffix(Log.probeSize)
    return true
  }
}
