internal import EpiBytes
internal import EpiSystem
internal import Synchronization

/// A snapshot that several hold, threads too: it is only read.
package final class SharedSnapshot: @unchecked Sendable {
  package let snapshot: Snapshot
  private let verification = Mutex<Background<SnapshotError?>?>(nil)

  package init(_ snapshot: consuming Snapshot) { self.snapshot = snapshot }

  package var hasGraph: Bool { snapshot.graph != nil }

  /// Has a thread verify the checksums of all sections, and what lies between them: until that is done nothing in them is to be trusted.
  func startVerifying() { _ = started() }

  private func started() -> Background<SnapshotError?> {
    verification.withLock { verification in
      let started = verification ?? Background { self.verify() }
      verification = started
      return started
    }
  }

  private func verify() -> SnapshotError? {
    do {
      try SnapshotCheck.checkSections(snapshot)
      return nil
    } catch {
      return error
    }
  }

  /// Whether it is known already that nothing is wrong with the sections.
  var isKnownToBeSound: Bool { started().isDone && fault == nil }

  /// What is wrong with the sections; nil when nothing is. Waits until that is known.
  /// - Complexity: O(bytes of the file) at first
  package var fault: SnapshotError? { started().value(waiting: .infinity) ?? nil }
}

/// The slots of a snapshot's vectors, for whoever outlives the borrowing of it.
@safe
struct SnapshotSlots {
  /// Keeps the file mapped.
  private let owner: SharedSnapshot?
  private let memory: UnsafeRawBufferPointer
  /// Bytes from one slot to the next.
  private let pitch: Int
  private let size: Int
  let count: Int

  static var empty: SnapshotSlots { SnapshotSlots() }

  private init() {
    owner = nil
    unsafe memory = UnsafeRawBufferPointer(start: nil, count: 0)
    (pitch, size, count) = (0, 0, 0)
  }

  init(_ owner: SharedSnapshot) {
    self.owner = owner
    size = owner.snapshot.form.slotBytes
    pitch = owner.snapshot.vectorPitch
    count = owner.snapshot.vectorCount
    unsafe memory = owner.snapshot.withVectorBytes { unsafe $0 }
  }

  @_lifetime(borrow self)
  borrowing func slot(_ index: Int) -> Span<UInt8> {
    precondition(index >= 0 && index < count)
    let part = unsafe UnsafeRawBufferPointer(rebasing: memory[(index * pitch)..<(index * pitch + size)])
    let span = unsafe Span<UInt8>(_unsafeElements: part.bindMemory(to: UInt8.self))
    return unsafe _overrideLifetime(span, borrowing: self)
  }
}

extension Snapshot {
  fileprivate func withVectorBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe vectors.withUnsafeBytes { unsafe body($0) }
  }
}
