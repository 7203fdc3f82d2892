package import EpiBytes
internal import Glibc

/// A file without a name for what does not fit into memory. Its space is free again when the value goes away, or the process ends in
/// whatever way: nothing can be left behind.
package struct ScratchFile: ~Copyable {
  private let number: Int32
  /// What it was made beside, for messages.
  private let path: String
  /// Bytes written so far.
  package private(set) var count = 0

  /// Makes one in the directory of `path`: where there is room for the output there should be room for this.
  package init(beside path: String) throws(SystemError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    self.path = path
    do {
      number = try Self.open(in: folder)
    } catch {
      throw SystemError(error, doing: "make a temporary file beside it", kind: .cannotCreateOutput, path: path)
    }
  }

  deinit { try? Syscalls.close(number) }

  private static func open(in folder: String) throws(Syscalls.Failure) -> Int32 {
    do {
      return try Syscalls.open(folder, O_RDWR | Syscalls.temporaryFile, mode: 0o600)
    } catch {
      // Not every file system makes files without a name; one whose name is taken away at once does as well.
      guard [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(error.code) else { throw error }
    }
    let path = "\(folder).scratch.epi-\(getpid())"
    try? Syscalls.unlink(path)
    let number = try Syscalls.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    try? Syscalls.unlink(path)
    return number
  }

  /// Appends all of `bytes`.
  package mutating func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var offset = 0
    while offset < bytes.count {
      do {
        offset += try Syscalls.write(number, bytes.extracting(offset..<bytes.count))
      } catch {
        throw SystemError(error, doing: "write a temporary file beside it", kind: .readOrWriteFailed, path: path)
      }
    }
    count += bytes.count
  }

  /// Appends `self[range]` to `buffer`.
  /// - Precondition: `range` was written.
  package func read(_ range: Range<Int>, into buffer: inout ByteWriter) throws(SystemError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let got: Int
      do {
        got = try Syscalls.read(number, at: offset, upTo: range.upperBound - offset, into: &buffer)
      } catch {
        throw SystemError(error, doing: "read a temporary file beside it", kind: .readOrWriteFailed, path: path)
      }
      guard got > 0 else { throw SystemError(.readOrWriteFailed, path: path, message: "a temporary file beside it became shorter") }
      offset += got
    }
  }
}
