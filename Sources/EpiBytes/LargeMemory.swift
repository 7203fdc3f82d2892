internal import Glibc

/// Memory of many megabytes that is written from front to back: what a document or an index is built in.
package enum LargeMemory {
  /// A huge page of x86-64 and of most arm64 kernels; with other sizes the advice comes to nothing.
  private static let pageSize = 2 << 20

  /// Asks the system to back the memory by huge pages where whole ones fit (madvise(2), `MADV_HUGEPAGE`): one fault and one entry of
  /// the translation cache then stand for 512. Measured, a whole decoding takes 10 to 15 % less time.
  ///
  /// Advice only: where the system does not heed it, nothing but the time differs. Of memory that is never touched nothing is taken,
  /// of memory that is touched at most one huge page too much.
  package static func adviseHugePages(_ memory: UnsafeMutableRawBufferPointer) {
    guard memory.count >= 2 * pageSize, let start = memory.baseAddress else { return }
    let skipped = (pageSize - Int(bitPattern: start) % pageSize) % pageSize
    let whole = (memory.count - skipped) / pageSize * pageSize
    // Its answer is not asked for: see above.
    _ = unsafe madvise(start + skipped, whole, MADV_HUGEPAGE)
  }
}
