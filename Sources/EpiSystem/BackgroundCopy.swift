internal import EpiBytes
internal import Glibc

/// Parts of a file that a thread copies to the same places of another one while the caller goes on.
///
/// The thread has both files open by itself: no number of a closed file is ever written to.
package final class BackgroundCopy {
  /// The file that is copied from.
  package var source: MappedFile {
    _read { yield files.source }
  }
  private let files: Files
  private let conveyor: Conveyor<Range<Int>>

  /// Parts that may wait.
  private static let limit = 1024
  private static let pieceSize = 4 << 20

  /// - Throws: when one of the files cannot be opened.
  /// - Returns: nil where the system refuses a thread.
  package init?(from source: String, to target: borrowing AtomicFile) throws(SystemError) {
    let files = try Files(source, target.temporaryPath)
    guard let conveyor = Conveyor(holding: Self.limit, { files.copy($0) }) else { return nil }
    self.files = files
    self.conveyor = conveyor
  }

  /// Has a part copied, after those that were asked for before.
  /// - Precondition: the part lies in the source.
  package func add(_ range: Range<Int>) { conveyor.send(range) }

  /// Waits for all parts. None can be added afterwards.
  /// - Returns: whether all were copied.
  package func finish() -> Bool {
    conveyor.drain()
    return files.areCopied
  }

  /// What the thread uses. The rest may read the source meanwhile.
  private final class Files: @unchecked Sendable {
    let source: MappedFile
    private let sourceFile: Descriptor
    private let target: Descriptor
    private let writeBack: WriteBack
    private var isReserved = false
    /// Whether nothing has gone wrong yet. Used by the thread, and when it is done.
    private(set) var areCopied = true

    init(_ source: String, _ target: String) throws(SystemError) {
      sourceFile = try Descriptor.forReading(source)
      self.source = try MappedFile(sourceFile)
      self.target = try Descriptor.forWriting(target)
      writeBack = WriteBack(target)
    }

    func copy(_ range: Range<Int>) {
      if !isReserved { Syscalls.reserve(target.number, size: sourceFile.status.size) }
      isReserved = true
      var offset = range.lowerBound
      while areCopied, offset < range.upperBound {
        let piece = offset..<min(range.upperBound, offset + BackgroundCopy.pieceSize)
        let count = BackgroundCopy.copy(piece, of: sourceFile, source, to: target) ?? 0
        areCopied = count > 0
        offset += count
        writeBack.follow(to: offset)
      }
    }
  }

  /// Copies some of a piece, by the system where it does that: not between every two file systems.
  private static func copy(
    _ piece: Range<Int>, of file: borrowing Descriptor, _ source: borrowing MappedFile, to target: borrowing Descriptor
  ) -> Int? {
    if let count = try? Syscalls.copy(from: file.number, to: target.number, at: piece.lowerBound, count: piece.count) { return count }
    return try? Syscalls.write(target.number, source.bytes.extracting(piece), at: piece.lowerBound)
  }
}
