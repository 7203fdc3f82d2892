internal import Glibc

/// As much memory as a huge page holds, made present at once, of which byte writers take parts one after the other.
///
/// It is freed when the last of them is done with its part. Parts are taken by one thread at a time.
@safe
package final class MemoryBlock: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  private var taken = 0

  /// - Returns: nil where there is no such memory.
  package init?() {
    var start: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&start, LargeMemory.hugePage, LargeMemory.hugePage) == 0 else { return nil }
    unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: LargeMemory.hugePage)
    unsafe LargeMemory.makePresent(memory)
  }

  deinit { unsafe free(memory.baseAddress) }

  /// The next `count` bytes; nil when there are not so many.
  func take(_ count: Int) -> UnsafeMutableRawBufferPointer? {
    guard count > 0, unsafe count <= memory.count - taken else { return nil }
    defer { taken += count }
    return unsafe UnsafeMutableRawBufferPointer(rebasing: memory[taken..<taken + count])
  }
}
