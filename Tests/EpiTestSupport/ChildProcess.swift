import Foundation
import Synchronization

/// One process from posix_spawn to its end: feeds standard input and reads both outputs at once, on the calling thread.
struct ChildProcess {
  /// Where standard output goes.
  enum Output {
    case captured
    /// Opened for writing, as `> path` does.
    case file(String)
    /// A pipe that nobody reads any more.
    case closedPipe
  }

  var path: String
  var arguments: [String]
  var environment: [String: String]
  var directory: String?
  var output = Output.captured
  /// SIGPIPE is ignored from the start, as under systemd.
  var ignoresBrokenPipe = false

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  struct Ending {
    var status: Int32
    var output: [UInt8]
    var errors: [UInt8]
  }

  /// A signal to send while standard input is still open, as soon as `condition` holds.
  struct Interruption {
    var signal: Int32
    var condition: () -> Bool
  }

  /// Runs the process to its end.
  /// - Throws: `Failure` when it cannot be started, or has not ended after `seconds` (it is killed then).
  func run(input: [UInt8], seconds: Double, interruption: Interruption? = nil) throws -> Ending {
    // Writing to a child that has gone must be an error here, not the end of all tests.
    signal(SIGPIPE, SIG_IGN)
    let (process, inputPipe, outputPipe, errorPipe) = try spawning.withLock { _ in
      let pipes = (try Pipe(), try Pipe(), try Pipe())
      return (try spawn(input: pipes.0, output: pipes.1, errors: pipes.2), pipes.0, pipes.1, pipes.2)
    }
    inputPipe.closeReadingEnd()
    outputPipe.closeWritingEnd()
    errorPipe.closeWritingEnd()

    var exchange = Exchange(input: input, pipes: (inputPipe, outputPipe, errorPipe), interruption: interruption, process: process)
    let deadline = now() + seconds
    let finished = exchange.run(until: deadline)
    guard finished, let status = wait(for: process, until: deadline) else {
      kill(-process, SIGKILL)
      var ignored: Int32 = 0
      waitpid(process, &ignored, 0)
      throw Failure(description: "'\(path) \(arguments.joined(separator: " "))' had not ended after \(seconds) seconds")
    }
    return Ending(status: status, output: exchange.output, errors: exchange.errors)
  }

  private func spawn(input: Pipe, output outputPipe: Pipe, errors: Pipe) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.readingEnd, 0)
    switch output {
    case .captured: posix_spawn_file_actions_adddup2(&actions, outputPipe.writingEnd, 1)
    case .file(let path): posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT, 0o666)
    case .closedPipe:
      outputPipe.closeReadingEnd()
      posix_spawn_file_actions_adddup2(&actions, outputPipe.writingEnd, 1)
    }
    posix_spawn_file_actions_adddup2(&actions, errors.writingEnd, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t(), blocked = sigset_t()
    sigemptyset(&defaults)
    sigemptyset(&blocked)
    if !ignoresBrokenPipe { sigaddset(&defaults, SIGPIPE) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    // A group of its own, so that a shell's children are killed with it.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

    // posix_spawn's own way to change the directory is hidden from Swift.
    let line = directory.map { ["/usr/bin/env", "-C", $0, path] + arguments } ?? [path] + arguments
    let words = line.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, line[0], &actions, &attributes, words, variables)
    guard code == 0 else { throw Failure(description: "cannot start '\(path)': \(String(cString: strerror(code)))") }
    return process
  }

  private func wait(for process: pid_t, until deadline: Double) -> Int32? {
    var raw: Int32 = 0
    var pause: UInt32 = 50
    while waitpid(process, &raw, WNOHANG) == 0 {
      if now() > deadline { return nil }
      usleep(pause)
      pause = min(pause * 2, 5000)
    }
    let signal = raw & 0x7f
    return signal == 0 ? raw >> 8 & 0xff : 128 + signal
  }
}

/// Seconds on a clock that only moves forward.
private func now() -> Double { ProcessInfo.processInfo.systemUptime }

/// Held from the making of pipes until their process is started: between pipe(2) and FD_CLOEXEC another test's child would
/// inherit them, and an end that stays open there is an end of input that never comes.
private let spawning = Mutex(())

/// Two ends that no other child inherits.
private final class Pipe {
  private(set) var readingEnd: Int32 = -1
  private(set) var writingEnd: Int32 = -1

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ChildProcess.Failure(description: "cannot make a pipe: errno \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readingEnd, writingEnd) = (ends[0], ends[1])
  }

  deinit {
    closeReadingEnd()
    closeWritingEnd()
  }

  func closeReadingEnd() {
    if readingEnd >= 0 { close(readingEnd) }
    readingEnd = -1
  }

  func closeWritingEnd() {
    if writingEnd >= 0 { close(writingEnd) }
    writingEnd = -1
  }
}

/// The traffic with a child, by poll(2).
private struct Exchange {
  let input: [UInt8]
  let pipes: (input: Pipe, output: Pipe, errors: Pipe)
  var interruption: ChildProcess.Interruption?
  let process: pid_t
  var written = 0
  var output: [UInt8] = []
  var errors: [UInt8] = []

  /// - Returns: false when the outputs were still open at the deadline.
  mutating func run(until deadline: Double) -> Bool {
    // The child's ends are descriptions of their own and stay blocking.
    _ = fcntl(pipes.input.writingEnd, F_SETFL, O_NONBLOCK)
    while pipes.output.readingEnd >= 0 || pipes.errors.readingEnd >= 0 {
      if let waiting = interruption, waiting.condition() {
        kill(process, waiting.signal)
        interruption = nil
      }
      if written == input.count, interruption == nil { pipes.input.closeWritingEnd() }
      let wantsToWrite = written < input.count
      var watched = [
        pollfd(fd: wantsToWrite ? pipes.input.writingEnd : -1, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: pipes.output.readingEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: pipes.errors.readingEnd, events: Int16(POLLIN), revents: 0),
      ]
      let left = deadline - now()
      if left <= 0 { return false }
      let patience = interruption == nil ? left * 1000 + 1 : 2
      if poll(&watched, 3, Int32(min(patience, 1e6))) < 0, errno != EINTR { return false }
      if watched[0].revents != 0 { feed() }
      if watched[1].revents != 0, !Self.drain(pipes.output.readingEnd, into: &output) { pipes.output.closeReadingEnd() }
      if watched[2].revents != 0, !Self.drain(pipes.errors.readingEnd, into: &errors) { pipes.errors.closeReadingEnd() }
    }
    return true
  }

  private mutating func feed() {
    let count = input.withUnsafeBytes { write(pipes.input.writingEnd, $0.baseAddress! + written, $0.count - written) }
    if count >= 0 {
      written += count
    } else if errno != EAGAIN, errno != EINTR {
      // The child reads no more; that is its right.
      written = input.count
    }
  }

  /// - Returns: false at the end.
  private static func drain(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { memory in
      let count = read(descriptor, memory.baseAddress, memory.count)
      if count > 0 { bytes.append(contentsOf: memory[..<count]) }
      return count > 0 || (count < 0 && errno == EINTR)
    }
  }
}
