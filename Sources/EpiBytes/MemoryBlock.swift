internal import Glibc
internal import Synchronization

/// As much memory as a huge page holds, made present at once, of which byte writers take parts one after the other.
///
/// When the last of them is done with its part, the memory is kept for the next block, until no more are wanted: given back to the heap it
/// would seldom be found again, because it has to begin where a huge page may. Parts are taken by one thread at a time.
@safe
package final class MemoryBlock: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  private var taken = 0

  /// Where the memory of blocks begins that are gone; nil when it is not kept.
  private static let kept = Mutex<[UInt]?>([])

  /// - Returns: nil where there is no such memory.
  package init?() {
    let address = Self.kept.withLock { kept in
      if kept == nil { kept = [] }
      return kept?.popLast()
    }
    if let address {
      unsafe memory = UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: address), count: LargeMemory.hugePage)
      return
    }
    var start: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&start, LargeMemory.hugePage, LargeMemory.hugePage) == 0 else { return nil }
    unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: LargeMemory.hugePage)
    unsafe LargeMemory.makePresent(memory)
  }

  deinit {
    let address = unsafe UInt(bitPattern: memory.baseAddress)
    let isKept = Self.kept.withLock { kept in
      kept?.append(address)
      return kept != nil
    }
    if !isKept { unsafe free(memory.baseAddress) }
  }

  /// Gives the memory of blocks that are gone back to the heap, and that of the others when they are, until there is another one.
  package static func release() {
    let addresses = kept.withLock { kept in
      defer { kept = nil }
      return kept ?? []
    }
    for address in addresses { unsafe free(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  /// The next `count` bytes; nil when there are not so many.
  func take(_ count: Int) -> UnsafeMutableRawBufferPointer? {
    guard count > 0, unsafe count <= memory.count - taken else { return nil }
    defer { taken += count }
    return unsafe UnsafeMutableRawBufferPointer(rebasing: memory[taken..<taken + count])
  }
}
