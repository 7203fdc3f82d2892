internal import CGlibc
internal import EpiBytes
internal import Glibc
internal import Synchronization

/// The C calls this module is built on, as safe functions. A failure is the errno value, read before anything else can change it;
/// interrupted calls are retried here and nowhere else.
enum Syscalls {
  struct Failure: Error {
    var code: Int32
  }

  /// Runs `call` until it is not interrupted; a negative result is a failure.
  private static func checked<Value: SignedInteger>(_ call: () -> Value) throws(Failure) -> Value {
    while true {
      let value = call()
      if value >= 0 { return value }
      let code = errno
      if code != EINTR { throw Failure(code: code) }
    }
  }

  static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(Failure) -> Int32 {
    try checked { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
  }

  /// Not retried: after an interrupted close the descriptor is gone on Linux.
  static func close(_ number: Int32) throws(Failure) {
    if Glibc.close(number) != 0, errno != EINTR { throw Failure(code: errno) }
  }

  static func read(_ number: Int32, upTo count: Int, into buffer: inout ByteWriter) throws(Failure) -> Int {
    var got = 0
    try unsafe buffer.append(upTo: count) { (memory: UnsafeMutableRawBufferPointer) throws(Failure) -> Int in
      got = try checked { unsafe Glibc.read(number, memory.baseAddress, memory.count) }
      return got
    }
    return got
  }

  static func read(_ number: Int32, at offset: Int, upTo count: Int, into buffer: inout ByteWriter) throws(Failure) -> Int {
    var got = 0
    try unsafe buffer.append(upTo: count) { (memory: UnsafeMutableRawBufferPointer) throws(Failure) -> Int in
      got = try checked { unsafe pread(number, memory.baseAddress, memory.count, offset) }
      return got
    }
    return got
  }

  /// Reads up to `count` bytes of a regular file from where it stands, the second half of them by another thread: what takes the
  /// time is copying. Where the file turns out to be shorter, or no thread is to be had, fewer bytes come.
  static func readByTwo(_ number: Int32, upTo count: Int, into buffer: inout ByteWriter) throws(Failure) -> Int {
    let offset = try checked { lseek(number, 0, SEEK_CUR) }
    var got = 0
    try unsafe buffer.append(upTo: count) { (memory: UnsafeMutableRawBufferPointer) throws(Failure) -> Int in
      let half = count / 2
      nonisolated(unsafe) let behind = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[half...])
      let gotBehind = Atomic(0)
      let thread = Thread { gotBehind.store(unsafe readAll(number, at: offset + half, into: behind), ordering: .relaxed) }
      got = unsafe readAll(number, at: offset, into: UnsafeMutableRawBufferPointer(rebasing: memory[..<half]))
      thread?.join()
      if got == half { got += gotBehind.load(ordering: .relaxed) }
      return got
    }
    _ = try checked { lseek(number, offset + got, SEEK_SET) }
    return got
  }

  /// Fills `memory` as far as the file goes, or up to a failure, which the next read meets again.
  private static func readAll(_ number: Int32, at offset: Int, into memory: UnsafeMutableRawBufferPointer) -> Int {
    var got = 0
    while got < memory.count {
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[got..<(got + LargeMemory.step(of: memory, at: got))])
      unsafe LargeMemory.makePresent(part)
      guard let read = try? checked({ unsafe pread(number, part.baseAddress, part.count, offset + got) }), read > 0 else { break }
      got += read
    }
    return got
  }

  static func write(_ number: Int32, _ bytes: Span<UInt8>) throws(Failure) -> Int {
    unsafe try bytes.withUnsafeBytes { (memory: UnsafeRawBufferPointer) throws(Failure) -> Int in
      try checked { unsafe Glibc.write(number, memory.baseAddress, memory.count) }
    }
  }

  static func write(_ number: Int32, _ bytes: Span<UInt8>, at offset: Int) throws(Failure) -> Int {
    unsafe try bytes.withUnsafeBytes { (memory: UnsafeRawBufferPointer) throws(Failure) -> Int in
      try checked { unsafe pwrite(number, memory.baseAddress, memory.count, off_t(offset)) }
    }
  }

  /// Has a file share a part of another one, at the same place, until one of them changes: nothing is copied. File systems that can (XFS,
  /// Btrfs, …) do it for whole blocks.
  static func share(_ source: Int32, with target: Int32, at offset: Int, count: Int) throws(Failure) {
    _ = try checked { epi_clone_range(source, target, off_t(offset), count) }
  }

  static func truncate(_ number: Int32, to length: Int) throws(Failure) { _ = try checked { ftruncate(number, off_t(length)) } }

  /// Has the file system find room for a file of this size at once, which takes less time than piece by piece. Where it has no such room,
  /// or cannot tell, nothing happens.
  static func reserve(_ number: Int32, size: Int) { _ = epi_fallocate(number, off_t(size)) }

  /// Puts the bytes of a file on the disk. That there is an error is told by `synchronize`, to whoever else has the file open.
  static func flush(_ number: Int32) { _ = fdatasync(number) }

  static func synchronize(_ number: Int32) throws(Failure) { _ = try checked { fsync(number) } }

  /// O_TMPFILE of Linux, a macro that Swift does not see.
  static var temporaryFile: Int32 { 0o20000000 | O_DIRECTORY }

  /// Takes the lock of an open file, unless another process has it.
  static func lock(_ number: Int32) throws(Failure) { _ = try checked { flock(number, LOCK_EX | LOCK_NB) } }

  /// Names of what is in a directory; none when it cannot be read.
  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      unsafe withUnsafeBytes(of: entry.pointee.d_name) { name in
        names.append(unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
      }
    }
    return names
  }

  static func unlink(_ path: String) throws(Failure) { _ = try checked { unsafe Glibc.unlink(path) } }

  static func rename(_ old: String, _ new: String) throws(Failure) { _ = try checked { unsafe Glibc.rename(old, new) } }

  static func isWritable(_ path: String) throws(Failure) { _ = try checked { unsafe access(path, W_OK) } }

  static func seek(_ number: Int32, to offset: Int) throws(Failure) { _ = try checked { lseek(number, off_t(offset), SEEK_SET) } }

  static func makeFileWatch() throws(Failure) -> Int32 { try checked { inotify_init1(Int32(O_CLOEXEC)) } }

  static func watch(_ directory: String, _ mask: UInt32, by number: Int32) throws(Failure) -> Int32 {
    try checked { unsafe inotify_add_watch(number, directory, mask) }
  }

  /// A pipe: where to read, where to write.
  static func makePipe() throws(Failure) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    _ = try checked { unsafe pipe(&ends) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return (ends[0], ends[1])
  }

  /// Whether the parent has had a signal ignored (nohup).
  static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    unsafe sigaction(number, nil, &action)
    let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignored
  }

  /// Waits for any of the events asked for. A signal's handler does not prolong or end the wait.
  /// - Returns: what has happened at each descriptor, as bits.
  static func poll(_ descriptors: [(number: Int32, events: Int32)], milliseconds: Int32) throws(Failure) -> [Int32] {
    var list = descriptors.map { pollfd(fd: $0.number, events: Int16($0.events), revents: 0) }
    _ = try checked { unsafe Glibc.poll(&list, nfds_t(list.count), milliseconds) }
    return list.map { Int32($0.revents) }
  }

  static func status(_ path: String) -> stat? {
    var raw = stat()
    return unsafe stat(path, &raw) == 0 ? raw : nil
  }

  static func status(_ number: Int32) -> stat? {
    var raw = stat()
    return unsafe fstat(number, &raw) == 0 ? raw : nil
  }

  /// Columns of a terminal; nil for what is none.
  static func columns(_ number: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// `path` without symbolic links, or as it is when it cannot be followed.
  static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// The C library's sentence for an errno value.
  static func reason(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }

  /// Seconds on a clock that only moves forward.
  static func monotonicSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
