internal import EpiBytes

/// A growing array of plain values with one owner: no reference count, no exclusivity check, every access within bounds.
///
/// The hot loops of the store run over these; a subscript out of bounds is a programmer's fault and stops the process.
@safe
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var storage: UnsafeMutableBufferPointer<Element>
  private(set) var count = 0
  /// Elements, and bytes, that memory has been made present for.
  private var ready = 0
  private var present = 0
  /// What makes more of it present while this is written, once it is large.
  private var ahead: MemoryAhead?
  /// Bytes from which it is.
  private static var large: Int { 8 << 20 }

  init() { unsafe storage = .allocate(capacity: 0) }

  deinit {
    ahead?.close()
    unsafe storage.deallocate()
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe storage.baseAddress.unsafelyUnwrapped[index]
    }
    _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield unsafe &storage.baseAddress.unsafelyUnwrapped[index]
    }
  }

  @inline(__always)
  subscript(index: UInt32) -> Element {
    get { self[Int(index)] }
    _modify { yield &self[Int(index)] }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == ready { makeReady() }
    unsafe storage.baseAddress.unsafelyUnwrapped.advanced(by: count).initialize(to: element)
    count &+= 1
  }

  mutating func append(repeating element: Element, count added: Int) {
    if unsafe count + added > storage.count { reserve(max(count + added, count * 2)) }
    for _ in 0..<added { append(element) }
  }

  @inline(never)
  private mutating func makeReady() {
    if unsafe count == storage.count { reserve(max(64, count * 2)) }
    let memory = unsafe UnsafeMutableRawBufferPointer(storage)
    if let ahead {
      present = ahead.advance(to: present)
    } else {
      let step = unsafe LargeMemory.step(of: memory, at: present)
      unsafe LargeMemory.makePresent(UnsafeMutableRawBufferPointer(rebasing: memory[present..<(present + step)]))
      present += step
      if present >= Self.large { unsafe ahead = MemoryAhead(memory, from: present) }
    }
    ready = present / MemoryLayout<Element>.stride
    if ready == count { makeReady() }
  }

  /// Makes room for `capacity` elements in all. Memory that is never written costs nothing, a growing copy does.
  @inline(never)
  mutating func reserve(_ capacity: Int) {
    guard unsafe capacity > storage.count else { return }
    // Elements that fill a cache line lie in one, not across two.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * MemoryLayout<Element>.stride, alignment: 64)
    let larger = unsafe memory.bindMemory(to: Element.self)
    _ = unsafe larger.update(fromContentsOf: storage[..<count])
    ahead?.close()
    ahead = nil
    unsafe storage.deallocate()
    unsafe storage = larger
    ready = count
    present = count * MemoryLayout<Element>.stride
  }

  mutating func removeLast(_ excess: Int) {
    precondition(excess <= count)
    count -= excess
  }
}

/// It has one owner, and while it is borrowed it is only read.
extension GrowingBuffer: @unchecked Sendable where Element: Sendable {}
