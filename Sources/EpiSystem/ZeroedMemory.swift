internal import Glibc

/// Memory that is zero without being written: of what is never touched the system makes no pages.
@safe
package struct ZeroedMemory: ~Copyable {
  /// At a multiple of 64.
  package let start: UnsafeMutableRawPointer
  private let size: Int
  private let isMapped: Bool

  /// Below this, memory comes from the heap.
  private static let leastMapping = 1 << 17

  /// `size` bytes. A system that refuses so much ends the process, as the heap does.
  package init(byteCount size: Int) {
    self.size = max(size, 1)
    if size >= Self.leastMapping {
      let address = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      if let address = unsafe address, unsafe address != MAP_FAILED {
        unsafe start = address
        isMapped = true
        return
      }
    }
    isMapped = false
    unsafe start = .allocate(byteCount: self.size, alignment: 64)
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: self.size)
  }

  deinit {
    if isMapped { unsafe munmap(start, size) } else { unsafe start.deallocate() }
  }
}
