package import EpiBytes
internal import Glibc

/// A program that reads what this process writes to it, and whose output this process reads: a shell command with a pipe at either end.
/// Its standard error is this process's own.
///
/// Both pipes are served by turns (poll), so neither side waits for the other however the program buffers: it may answer line by line, or
/// read to the end before it writes a byte. When the value goes away, the program sees the end of its input.
@safe
package struct ChildProgram: ~Copyable {
  /// How the program ended.
  package enum Ending: Equatable, Sendable {
    case status(Int)
    case signal(Int)
  }

  /// Bytes on their way to the program.
  package private(set) var outgoing = ByteWriter()
  /// Of them, those it has taken.
  private var sent = 0
  private var input: Int32
  private let output: Int32
  private let process: pid_t
  private var isEnding = false
  private var hasEnded = false

  /// Starts `command` with /bin/sh.
  package init(command: String) throws(SystemError) {
    do throws(Syscalls.Failure) {
      let (inputReader, inputWriter) = try Self.pipe()
      let (outputReader, outputWriter): (Int32, Int32)
      do throws(Syscalls.Failure) {
        (outputReader, outputWriter) = try Self.pipe()
      } catch {
        Self.close(inputReader, inputWriter)
        throw error
      }
      do throws(Syscalls.Failure) {
        process = try Self.spawn(command, reading: inputReader, writing: outputWriter)
      } catch {
        Self.close(inputReader, inputWriter, outputReader, outputWriter)
        throw error
      }
      Self.close(inputReader, outputWriter)
      for end in [inputWriter, outputReader] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      input = inputWriter
      output = outputReader
    } catch {
      throw SystemError(error, doing: "start '\(command)'", kind: .resourcesExhausted, path: nil)
    }
  }

  deinit {
    if input >= 0 { Glibc.close(input) }
    Glibc.close(output)
    var status: Int32 = 0
    if !hasEnded { while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {} }
  }

  /// Bytes that wait to be taken.
  package var pending: Int { outgoing.count - sent }

  /// Puts bytes on their way to the program.
  package mutating func send(_ bytes: Span<UInt8>) {
    if sent > 1 << 20 {
      outgoing.removeFirst(sent)
      sent = 0
    }
    outgoing.append(bytes)
  }

  /// Nothing more will be sent: the program meets the end of its input behind what is on its way.
  package mutating func endInput() {
    isEnding = true
    closeInputIfDone()
  }

  /// Waits until the program takes bytes, or gives some, which are appended to `received`.
  /// - Returns: false when the program's output is at its end.
  package mutating func exchange(into received: inout ByteWriter) throws(SystemError) -> Bool {
    do throws(Syscalls.Failure) {
      var ends = (
        pollfd(fd: pending > 0 ? input : -1, events: Int16(POLLOUT), revents: 0), pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      )
      try Self.wait(&ends)
      if ends.0.revents != 0 { try write() }
      guard ends.1.revents != 0 else { return true }
      do throws(Syscalls.Failure) {
        return try Syscalls.read(output, upTo: 256 << 10, into: &received) > 0
      } catch {
        guard error.code == EAGAIN else { throw error }
        return true
      }
    } catch {
      throw SystemError(error, doing: "exchange data with the program", kind: .readOrWriteFailed, path: nil)
    }
  }

  /// Ends the program's input and waits for its end.
  package mutating func wait() -> Ending {
    if input >= 0 { Glibc.close(input) }
    input = -1
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    hasEnded = true
    let signal = status & 0x7f
    return signal == 0 ? .status(Int(status >> 8 & 0xff)) : .signal(Int(signal))
  }
}

// MARK: - Calls

extension ChildProgram {
  private mutating func write() throws(Syscalls.Failure) {
    do throws(Syscalls.Failure) {
      sent += try Self.writeQuietly(input, outgoing.span.extracting(sent..<outgoing.count))
    } catch {
      switch error.code {
      case EAGAIN: return
      case EPIPE: sent = outgoing.count  // It reads no more; what it answers all the same, or how it ends, tells the rest.
      default: throw error
      }
    }
    if sent == outgoing.count {
      outgoing.removeAll()
      sent = 0
    }
    closeInputIfDone()
  }

  private mutating func closeInputIfDone() {
    guard isEnding, pending == 0, input >= 0 else { return }
    Glibc.close(input)
    input = -1
  }

  /// Writes without SIGPIPE, which would end this process without a word because another one has ended.
  private static func writeQuietly(_ number: Int32, _ bytes: Span<UInt8>) throws(Syscalls.Failure) -> Int {
    var pipe = sigset_t(), before = sigset_t()
    unsafe sigemptyset(&pipe)
    unsafe sigaddset(&pipe, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    do throws(Syscalls.Failure) {
      return try Syscalls.write(number, bytes)
    } catch {
      if error.code == EPIPE {
        var none = timespec()
        while unsafe sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
      }
      throw error
    }
  }

  private static func wait(_ ends: inout (pollfd, pollfd)) throws(Syscalls.Failure) {
    while true {
      let count = unsafe withUnsafeMutableBytes(of: &ends) { unsafe poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, -1) }
      if count >= 0 { return }
      let code = errno
      if code != EINTR { throw Syscalls.Failure(code: code) }
    }
  }

  /// Two ends that other programs do not inherit.
  private static func pipe() throws(Syscalls.Failure) -> (reader: Int32, writer: Int32) {
    var ends: (Int32, Int32) = (-1, -1)
    let result = unsafe withUnsafeMutableBytes(of: &ends) { unsafe Glibc.pipe($0.baseAddress?.assumingMemoryBound(to: Int32.self)) }
    guard result == 0 else { throw Syscalls.Failure(code: errno) }
    for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends.0, ends.1)
  }

  private static func close(_ ends: Int32...) { for end in ends { Glibc.close(end) } }

  private static func spawn(_ command: String, reading input: Int32, writing output: Int32) throws(Syscalls.Failure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    let words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sh"), strdup("-c"), strdup(command), nil]
    defer { for unsafe word in unsafe words { unsafe free(word) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, "/bin/sh", &actions, nil, words, environ)
    guard code == 0 else { throw Syscalls.Failure(code: code) }
    return process
  }
}
