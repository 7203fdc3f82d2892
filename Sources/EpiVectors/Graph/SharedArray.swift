internal import EpiSystem

/// Memory of a fixed size for values without structure, zero at first, that threads fill together: each writes elements that no
/// other one reads or writes meanwhile. That is not checked; the places are.
@safe
struct SharedArray<Element: BitwiseCopyable>: ~Copyable {
  let count: Int
  private let owner: ZeroedMemory
  private let memory: UnsafeMutableRawPointer

  /// - Precondition: all bits zero is a value of `Element`.
  init(zeros count: Int) {
    let size = max(1, count) * MemoryLayout<Element>.stride
    self.count = count
    owner = ZeroedMemory(byteCount: size)
    unsafe memory = owner.start
  }

  subscript(_ index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count)
      return unsafe memory.load(fromByteOffset: index &* MemoryLayout<Element>.stride, as: Element.self)
    }
    nonmutating set {
      precondition(index >= 0 && index < count)
      unsafe memory.storeBytes(of: newValue, toByteOffset: index &* MemoryLayout<Element>.stride, as: Element.self)
    }
  }

  /// The elements, for a kernel that changes them while this array is there.
  var start: UnsafeMutablePointer<Element> { unsafe memory.assumingMemoryBound(to: Element.self) }

  var span: Span<Element> {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe Span<Element>(_unsafeStart: UnsafePointer(memory.assumingMemoryBound(to: Element.self)), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements of a range, to be written by one thread.
  func withMutable<Result>(_ range: Range<Int>, _ body: (inout MutableSpan<Element>) -> Result) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let start = unsafe memory.assumingMemoryBound(to: Element.self) + range.lowerBound
    var span = unsafe MutableSpan<Element>(_unsafeStart: start, count: range.count)
    return body(&span)
  }
}
