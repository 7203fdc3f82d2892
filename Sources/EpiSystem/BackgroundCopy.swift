internal import EpiBytes
internal import Glibc

/// Parts of a file that are copied to the same places of another one while the caller goes on.
///
/// Threads that still copy keep it, and with it both files open: no number of a closed file is ever written to.
package final class BackgroundCopy {
  /// The file that is copied from.
  package let source: MappedFile
  private let sourceFile: Descriptor
  private let target: Descriptor
  /// Touched by the caller only.
  private var copies: [Background<Bool>] = []

  /// Put on the disk at a time, so that the wait at the end is short.
  private static let pieceSize = 4 << 20

  /// - Throws: when one of the files cannot be opened.
  package init(from source: String, to target: borrowing AtomicFile) throws(SystemError) {
    sourceFile = try Descriptor.forReading(source)
    self.source = try MappedFile(sourceFile)
    self.target = try Descriptor.forWriting(target.temporaryPath)
  }

  /// Starts to copy a part, unless another one is still on its way.
  /// - Precondition: the part lies in the source.
  /// - Returns: whether it was started.
  package func start(_ range: Range<Int>) -> Bool {
    if let last = copies.last, last.value(waiting: 0) == nil { return false }
    copies.append(Background { self.copy(range) })
    return true
  }

  /// Waits for the parts that were started.
  /// - Returns: whether all were copied.
  package func finish() -> Bool {
    copies.allSatisfy { $0.value(waiting: .infinity) ?? false }
  }

  /// - Returns: whether all was copied.
  private func copy(_ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let piece = offset..<min(range.upperBound, offset + Self.pieceSize)
      guard let count = Self.copy(piece, of: sourceFile, source, to: target), count > 0 else { return false }
      offset += count
      Syscalls.flush(target.number)
    }
    return true
  }

  /// Copies some of a piece, by the system where it does that: not between every two file systems.
  private static func copy(
    _ piece: Range<Int>, of file: borrowing Descriptor, _ source: borrowing MappedFile, to target: borrowing Descriptor
  ) -> Int? {
    if let count = try? Syscalls.copy(from: file.number, to: target.number, at: piece.lowerBound, count: piece.count) { return count }
    return try? Syscalls.write(target.number, source.bytes.extracting(piece), at: piece.lowerBound)
  }
}

/// What threads share of it does not change.
extension BackgroundCopy: @unchecked Sendable {}
