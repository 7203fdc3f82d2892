internal import EpiBytes
internal import EpiSystem

/// A snapshot that several hold, threads too: it is only read.
package final class SharedSnapshot: @unchecked Sendable {
  package let snapshot: Snapshot

  package init(_ snapshot: consuming Snapshot) { self.snapshot = snapshot }

  package var hasGraph: Bool { snapshot.graph != nil }

  /// Has a thread make all of the file present.
  package func makePresent() { _ = Background { self.snapshot.file.makePresent() } }
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

  static var none: SnapshotSlots { SnapshotSlots() }

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

  /// Verifies the section they lie in by its checksum.
  func verify() throws(SnapshotError) { if let owner { try SnapshotCheck.checkVectorChecksum(owner.snapshot) } }

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
