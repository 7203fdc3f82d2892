internal import EpiBytes
internal import Glibc

/// Standard output of a process that notices signals itself: one that comes while the reader does not read ends the process.
package struct WatchedOutput: Sendable {
  /// Where the numbers of signals are read.
  let signals: Int32

  /// As much as a pipe that is ready takes without waiting (PIPE_BUF).
  private static let pieceSize = 4096

  /// Writes all of `bytes`.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var offset = 0
    let output = Descriptor.standardOutput
    while offset < bytes.count {
      let ready = try Self.wait(for: [(1, Int32(POLLOUT)), (signals, Int32(POLLIN))], milliseconds: -1)
      if ready[0] == 0, ready[1] != 0 { Process.end(bySignal: try readSignal()) }
      let end = min(offset + Self.pieceSize, bytes.count)
      try output.write(bytes.extracting(offset..<end))
      offset = end
    }
  }

  /// The number of a signal that has come.
  func readSignal() throws(SystemError) -> Int32 {
    var numbers = ByteWriter(capacity: 64)
    do {
      _ = try Syscalls.read(signals, upTo: 1, into: &numbers)
    } catch {
      throw SystemError(error, doing: "watch for signals", kind: .readOrWriteFailed, path: nil)
    }
    return numbers.isEmpty ? 0 : Int32(numbers.span[0])
  }

  /// Waits for any of the events asked for.
  /// - Returns: what has happened at each descriptor, as bits.
  static func wait(for descriptors: [(number: Int32, events: Int32)], milliseconds: Int32) throws(SystemError) -> [Int32] {
    do {
      return try Syscalls.poll(descriptors, milliseconds: milliseconds)
    } catch {
      throw SystemError(error, doing: "wait", kind: .readOrWriteFailed, path: nil)
    }
  }
}
