package import EpiBytes
internal import Glibc

/// An open file descriptor; closed when it goes out of scope.
package struct Descriptor: ~Copyable {
  package let number: Int32
  /// For messages; nil for the standard streams.
  package let path: String?
  private var mustClose: Bool

  private init(number: Int32, path: String?, mustClose: Bool) {
    self.number = number
    self.path = path
    self.mustClose = mustClose
  }

  deinit {
    if mustClose { try? Syscalls.close(number) }
  }

  package static var standardInput: Descriptor { Descriptor(number: 0, path: nil, mustClose: false) }
  package static var standardOutput: Descriptor { Descriptor(number: 1, path: nil, mustClose: false) }
  package static var standardError: Descriptor { Descriptor(number: 2, path: nil, mustClose: false) }

  /// Opens a file for reading. A directory is refused.
  package static func forReading(_ path: String) throws(SystemError) -> Descriptor {
    let number: Int32
    do {
      number = try Syscalls.open(path, O_RDONLY)
    } catch {
      throw SystemError(error, doing: "open", kind: .cannotOpenInput, path: path)
    }
    let descriptor = Descriptor(number: number, path: path, mustClose: true)
    if descriptor.status.kind == .directory {
      throw SystemError(.cannotOpenInput, path: path, message: "is a directory", hint: "name the files in it")
    }
    return descriptor
  }

  /// Opens what exists at `path` (a device, a pipe) for writing.
  package static func forWriting(_ path: String) throws(SystemError) -> Descriptor {
    do {
      return Descriptor(number: try Syscalls.open(path, O_WRONLY), path: path, mustClose: true)
    } catch {
      throw SystemError(error, doing: "open for writing", kind: .cannotCreateOutput, path: path)
    }
  }

  /// Opens a file to be read and written in place. `name` stands for it in messages.
  package static func forChanging(_ path: String, named name: String) throws(SystemError) -> Descriptor {
    do {
      return Descriptor(number: try Syscalls.open(path, O_RDWR), path: name, mustClose: true)
    } catch {
      throw SystemError(error, doing: "open for writing", kind: .cannotCreateOutput, path: name)
    }
  }

  /// Makes a new file that nothing of that name existed for. `target` stands for it in messages.
  static func creating(_ path: String, target: String) throws(SystemError) -> Descriptor {
    do {
      return Descriptor(number: try Syscalls.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o666), path: target, mustClose: true)
    } catch {
      throw SystemError(error, doing: "create", kind: .cannotCreateOutput, path: target)
    }
  }

  static func watchingFiles() throws(SystemError) -> Descriptor {
    do {
      return Descriptor(number: try Syscalls.makeFileWatch(), path: nil, mustClose: true)
    } catch {
      throw SystemError(error, doing: "watch files", kind: .resourcesExhausted, path: nil)
    }
  }

  static func watchingSignals() throws(SystemError) -> Descriptor {
    do {
      return Descriptor(number: try Interruption.noticeSignals(), path: nil, mustClose: true)
    } catch {
      throw SystemError(error, doing: "watch for signals", kind: .resourcesExhausted, path: nil)
    }
  }

  /// The next read begins at `offset` bytes.
  package func seek(to offset: Int) throws(SystemError) {
    do {
      try Syscalls.seek(number, to: offset)
    } catch {
      throw SystemError(error, doing: "read", kind: .readOrWriteFailed, path: path)
    }
  }

  package var status: FileStatus { FileStatus(descriptor: number) }

  /// Appends up to `count` bytes to `buffer`.
  /// - Returns: how many came; 0 at the end of the input.
  package func read(upTo count: Int, into buffer: inout ByteWriter) throws(SystemError) -> Int {
    do {
      return try Syscalls.read(number, upTo: count, into: &buffer)
    } catch {
      throw SystemError(error, doing: "read", kind: .readOrWriteFailed, path: path)
    }
  }

  /// Bytes of a file from which on a second thread pays.
  private static let readByTwoFrom = 8 << 20

  private func readByTwo(upTo count: Int, into buffer: inout ByteWriter) throws(SystemError) -> Int {
    do {
      return try Syscalls.readByTwo(number, upTo: count, into: &buffer)
    } catch {
      throw SystemError(error, doing: "read", kind: .readOrWriteFailed, path: path)
    }
  }

  /// Appends everything up to the end of the input to `buffer`, `limit` bytes at most.
  /// - Returns: false when there is more than `limit`.
  package func readAll(limit: Int, into buffer: inout ByteWriter) throws(SystemError) -> Bool {
    let start = buffer.count
    // One byte more than the file is long: the read that finds the end then needs no growth.
    let expected = status.kind == .regular ? min(status.size, limit) + 1 : 0
    buffer.reserve(expected)
    if expected > Self.readByTwoFrom { _ = try readByTwo(upTo: expected - 1, into: &buffer) }
    while true {
      let taken = buffer.count - start
      let room = limit - taken
      let chunk = taken < expected ? min(1 << 20, expected - taken) : 1 << 20
      let got = try read(upTo: room < chunk ? room + 1 : chunk, into: &buffer)
      if got == 0 { return true }
      if got > room { return false }
    }
  }

  /// Writes all of `bytes`.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var offset = 0
    while offset < bytes.count {
      do {
        offset += try Syscalls.write(number, bytes.extracting(offset..<bytes.count))
      } catch {
        throw SystemError(error, doing: "write", kind: .readOrWriteFailed, path: path)
      }
    }
  }

  /// Has the next bytes written at `offset`.
  package func seek(writingTo offset: Int) throws(SystemError) {
    do {
      try Syscalls.seek(number, to: offset)
    } catch {
      throw SystemError(error, doing: "write", kind: .readOrWriteFailed, path: path)
    }
  }

  /// Makes the file as long as this.
  package func truncate(to length: Int) throws(SystemError) {
    do {
      try Syscalls.truncate(number, to: length)
    } catch {
      throw SystemError(error, doing: "write", kind: .readOrWriteFailed, path: path)
    }
  }

  /// Has everything written so far put on the disk.
  package func synchronize() throws(SystemError) {
    do {
      try Syscalls.synchronize(number)
    } catch {
      throw SystemError(error, doing: "write to the disk", kind: .readOrWriteFailed, path: path)
    }
  }

  /// Leaves the closing to whoever takes the number.
  consuming func release() -> Int32 {
    mustClose = false
    return number
  }

  /// Closes now and tells whether that went well: some file systems report a failed write only here.
  package consuming func close() throws(SystemError) {
    mustClose = false
    do {
      try Syscalls.close(number)
    } catch {
      throw SystemError(error, doing: "write", kind: .readOrWriteFailed, path: path)
    }
  }
}
