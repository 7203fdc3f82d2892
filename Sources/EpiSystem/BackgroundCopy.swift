internal import EpiBytes
internal import Glibc

/// Parts of a file that are copied to the same places of another one while the caller goes on.
///
/// Threads that still copy keep it, and with it both files open: no number of a closed file is ever written to.
package final class BackgroundCopy {
  /// The file that is copied from.
  package let source: MappedFile
  private let target: Descriptor
  /// Touched by the caller only.
  private var copies: [Background<Bool>] = []

  /// Put on the disk at a time, so that the wait at the end is short.
  private static let pieceSize = 4 << 20

  /// - Throws: when one of the files cannot be opened.
  package init(from source: String, to target: borrowing AtomicFile) throws(SystemError) {
    self.source = try MappedFile(path: source)
    self.target = try Descriptor.forWriting(target.temporaryPath)
  }

  /// Starts to copy a part, unless another one is still on its way.
  /// - Precondition: the part lies in the source.
  /// - Returns: whether it was started.
  package func start(_ range: Range<Int>) -> Bool {
    if let last = copies.last, last.value(waiting: 0) == nil { return false }
    copies.append(Background { Self.copy(range, of: self.source, to: self.target) })
    return true
  }

  /// Waits for the parts that were started.
  /// - Returns: whether all were copied.
  package func finish() -> Bool {
    copies.allSatisfy { $0.value(waiting: .infinity) ?? false }
  }

  /// - Returns: whether all was copied.
  private static func copy(_ range: Range<Int>, of source: borrowing MappedFile, to target: borrowing Descriptor) -> Bool {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let piece = source.bytes.extracting(offset..<min(range.upperBound, offset + pieceSize))
      guard let count = try? Syscalls.write(target.number, piece, at: offset), count > 0 else { return false }
      offset += count
      Syscalls.flush(target.number)
    }
    return true
  }
}

/// What threads share of it does not change.
extension BackgroundCopy: @unchecked Sendable {}
