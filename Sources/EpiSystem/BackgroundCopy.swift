internal import Glibc

/// Parts of a mapped file that a thread copies to the same places of another one while the caller goes on.
///
/// The thread has the target open by itself: no number of a closed file is ever written to.
package final class BackgroundCopy {
  private let target: Target
  private let conveyor: Conveyor<Range<Int>>

  /// Copies some of a part, and tells how much; nil where that fails.
  package typealias Copy = @Sendable (_ part: Range<Int>, _ target: borrowing CopyTarget) -> Int?

  /// Parts that may wait.
  private static let limit = 1024
  /// Bytes that are written at once. From 4 MB on they sometimes took three times as long: then pages are sought that lie side by side.
  private static let pieceSize = 1 << 19

  /// - Parameters:
  ///   - target: a file that is being made.
  ///   - size: the most that it will have.
  ///   - copy: is called by the thread, and by nobody else, with parts of at most half a megabyte.
  /// - Throws: when the target cannot be opened.
  /// - Returns: nil where the system refuses a thread.
  package init?(to target: borrowing AtomicFile, size: Int, _ copy: @escaping Copy) throws(SystemError) {
    let target = try Target(target.temporaryPath, size: size, copy)
    guard let conveyor = Conveyor(holding: Self.limit, { target.take($0) }) else { return nil }
    self.target = target
    self.conveyor = conveyor
  }

  /// Has a part copied, after those that were asked for before.
  package func add(_ range: Range<Int>) { conveyor.send(range) }

  /// Waits for all parts. None can be added afterwards.
  /// - Returns: whether all were copied.
  package func finish() -> Bool {
    conveyor.drain()
    return target.finish()
  }

  /// What the thread uses.
  private final class Target: @unchecked Sendable {
    private let file: CopyTarget
    private let size: Int
    private let copy: Copy
    private let writeBack: WriteBack
    private var isReserved = false
    /// Whether nothing has gone wrong yet. Used by the thread, and when it is done.
    private var isComplete = true

    init(_ path: String, size: Int, _ copy: @escaping Copy) throws(SystemError) {
      file = CopyTarget(descriptor: try Descriptor.forWriting(path))
      self.size = size
      self.copy = copy
      writeBack = WriteBack(path)
    }

    func finish() -> Bool {
      writeBack.stop()
      return isComplete
    }

    func take(_ range: Range<Int>) {
      if !isReserved { Syscalls.reserve(file.descriptor.number, size: size) }
      isReserved = true
      var offset = range.lowerBound
      while isComplete, offset < range.upperBound {
        let count = copy(offset..<min(range.upperBound, offset + BackgroundCopy.pieceSize), file) ?? 0
        isComplete = count > 0
        offset += count
        writeBack.follow(to: offset)
      }
    }
  }
}

/// The file that parts are copied to.
package struct CopyTarget: ~Copyable {
  let descriptor: Descriptor
}
