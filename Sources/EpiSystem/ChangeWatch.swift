internal import EpiBytes
internal import Glibc

/// Waits for changes of files, for signals that ask the process to end, and for the reader of standard output to go away.
///
/// Directories are watched rather than the files in them: many programs replace a file instead of writing to it.
package struct ChangeWatch: ~Copyable {
  package enum Event: Equatable, Sendable {
    /// A file has been written to, or another has taken its name.
    case changed
    /// A signal asks the process to end: `Process.end(bySignal:)`.
    case signal(Int32)
    /// Nobody reads standard output any more.
    case readerGone
    case timeout
  }

  private let events: Descriptor
  private let signals: Descriptor
  /// By the number of the watched directory, the names in it that count.
  private var names: [Int32: Set<[UInt8]>]
  private let files: [String]
  private let areDatabases: Bool
  private var buffer = ByteWriter(capacity: 1 << 16)

  /// - Parameters:
  ///   - files: what to watch. They need not exist; their directories must.
  ///   - areDatabases: SQLite's own files beside each count too.
  package init(files: [String], areDatabases: Bool) throws(SystemError) {
    let events = try Descriptor.watchingFiles()
    let signals = try Descriptor.watchingSignals()
    let names = try Self.watch(files, areDatabases: areDatabases, by: events)
    self.init(events: events, signals: signals, names: names, files: files, areDatabases: areDatabases)
  }

  private init(
    events: consuming Descriptor, signals: consuming Descriptor, names: [Int32: Set<[UInt8]>], files: [String], areDatabases: Bool
  ) {
    self.events = events
    self.signals = signals
    self.names = names
    self.files = files
    self.areDatabases = areDatabases
  }

  private static func watch(
    _ files: [String], areDatabases: Bool, by events: borrowing Descriptor
  ) throws(SystemError) -> [Int32: Set<[UInt8]>] {
    var names: [Int32: Set<[UInt8]>] = [:]
    // Reading a database closes files that were open for writing, so that a close says nothing there.
    let mask = UInt32(IN_MODIFY | IN_MOVED_TO) | (areDatabases ? 0 : UInt32(IN_CLOSE_WRITE))
    for file in files {
      // The name itself and, behind a symbolic link, the file that has the bytes.
      for path in Set([file, Syscalls.resolved(file)]) {
        let (directory, name) = Self.split(path)
        let number: Int32
        do {
          number = try Syscalls.watch(directory, mask, by: events.number)
        } catch {
          throw SystemError(error, doing: "watch the directory", kind: .cannotOpenInput, path: directory)
        }
        for suffix in areDatabases ? ["", "-wal", "-journal"] : [""] { names[number, default: []].insert(Array((name + suffix).utf8)) }
      }
    }
    return names
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }

  /// Waits until something happens.
  /// - Parameter seconds: for at most so long; nil for ever.
  package mutating func next(within seconds: Double?) throws(SystemError) -> Event {
    let deadline = seconds.map { Process.seconds + $0 }
    while true {
      let left = deadline.map { max(0, Int32(clamping: Int((($0 - Process.seconds) * 1000).rounded(.up)))) } ?? -1
      let ready = try WatchedOutput.wait(for: [(signals.number, POLLIN), (events.number, POLLIN), (1, 0)], milliseconds: left)
      if ready[0] != 0 { return .signal(try output.readSignal()) }
      if ready[2] & Int32(POLLERR | POLLHUP | POLLNVAL) != 0 { return .readerGone }
      if ready[1] != 0, try readEvents() {
        // A symbolic link may lead to another file now.
        if let found = try? Self.watch(files, areDatabases: areDatabases, by: events) { names = found }
        return .changed
      }
      if let deadline, Process.seconds >= deadline { return .timeout }
    }
  }

  /// Standard output, to be written while signals are watched for.
  package var output: WatchedOutput { WatchedOutput(signals: signals.number) }

  /// Reads all that has happened.
  /// - Returns: whether any of it concerns the files.
  private mutating func readEvents() throws(SystemError) -> Bool {
    buffer.removeAll()
    _ = try events.read(upTo: 1 << 16, into: &buffer)
    let bytes = buffer.span
    var offset = 0
    var concerns = false
    // struct inotify_event: watch, mask, cookie, length of the name, name with zeros behind it.
    while offset + 16 <= bytes.count {
      let watch = Int32(bitPattern: Self.word(bytes, at: offset))
      let mask = Self.word(bytes, at: offset + 4)
      let end = min(offset + 16 + Int(Self.word(bytes, at: offset + 12)), bytes.count)
      let name = Array(copying: bytes, in: (offset + 16)..<end).prefix { $0 != 0 }
      if mask & UInt32(IN_Q_OVERFLOW) != 0 || names[watch]?.contains(Array(name)) == true { concerns = true }
      offset = end
    }
    return concerns
  }

  private static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
    guard offset + 4 <= bytes.count else { return 0 }
    return UInt32(truncatingIfNeeded: ByteScan.rest(bytes, from: offset, to: offset + 4))
  }
}
