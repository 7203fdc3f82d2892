internal import Glibc
internal import Synchronization

/// Memory of many megabytes that is written from front to back: what a document is read into and built in.
///
/// A page that the system puts behind memory at its first touch costs more than to write it. Huge pages cost a quarter of that, where the
/// system has them at hand; in a virtual machine whose host has yet to find them they cost ten times as much. So the first tell.
@safe
package enum LargeMemory {
  /// A huge page of x86-64 and of most arm64 kernels; with other sizes the advice comes to nothing.
  static let hugePage = 2 << 20

  /// What is made present at once of common pages: many, and yet little beside what is written.
  private static let smallStep = 1 << 18

  /// `MADV_POPULATE_WRITE` of Linux 5.14, a macro that Swift's module of glibc leaves out.
  private static let populate: Int32 = 23

  /// Nanoseconds in which a huge page that is at hand has long been cleared.
  private static let patience = 1_000_000

  private static let areHugePagesDear = Atomic(false)

  /// Bytes from `offset` of `memory` to where its next step ends: steps are made present one by one, shortly before they are written.
  package static func step(of memory: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
    let address = Int(bitPattern: memory.baseAddress) + offset
    let isHuge = address % hugePage == 0 && !areHugePagesDear.load(ordering: .relaxed)
    let step = isHuge ? hugePage : min(smallStep, hugePage - address % hugePage)
    return min(memory.count - offset, step)
  }

  /// Has the system put pages behind a step of memory that is about to be written.
  ///
  /// Advice only: where the system does not heed it, nothing but the time differs. Memory that is never made present costs nothing.
  package static func makePresent(_ memory: UnsafeMutableRawBufferPointer) {
    let page = Int(getpagesize())
    guard let start = memory.baseAddress else { return }
    let skipped = (page - Int(bitPattern: start) % page) % page
    let whole = (memory.count - skipped) / page * page
    guard whole > 0 else { return }
    let isHuge = whole == hugePage && !areHugePagesDear.load(ordering: .relaxed)
    // No answer is asked for: see above.
    if isHuge { _ = unsafe madvise(start + skipped, whole, MADV_HUGEPAGE) }
    let begin = isHuge ? now() : 0
    _ = unsafe madvise(start + skipped, whole, populate)
    if isHuge, now() - begin > patience { areHugePagesDear.store(true, ordering: .relaxed) }
  }

  private static func now() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
