internal import Glibc

/// A file mapped read-only: its bytes without reading them. Unmapped when it goes out of scope.
///
/// The files mapped here are replaced by rename and never written in place, so their length does not change underneath.
@safe
package struct MappedFile: ~Copyable {
  private let memory: UnsafeRawBufferPointer

  package init(path: String) throws(SystemError) {
    try self.init(Descriptor.forReading(path))
  }

  /// Maps a file that is open, and may be closed afterwards.
  init(_ descriptor: borrowing Descriptor) throws(SystemError) {
    let path = descriptor.path
    let status = descriptor.status
    guard status.kind == .regular else {
      throw SystemError(.cannotOpenInput, path: path, message: "is not a regular file", hint: "a snapshot is mapped into memory; write it to a file first")
    }
    guard status.size > 0 else {
      unsafe memory = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = unsafe mmap(nil, status.size, PROT_READ, MAP_PRIVATE, descriptor.number, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw SystemError(Syscalls.Failure(code: errno), doing: "map into memory", kind: .resourcesExhausted, path: path)
    }
    unsafe memory = UnsafeRawBufferPointer(start: address, count: status.size)
  }

  deinit {
    if let address = unsafe memory.baseAddress { unsafe munmap(UnsafeMutableRawPointer(mutating: address), memory.count) }
  }

  func equals(_ other: borrowing MappedFile) -> Bool {
    guard unsafe memory.count == other.memory.count else { return false }
    guard let address = unsafe memory.baseAddress, let others = unsafe other.memory.baseAddress else { return true }
    return unsafe memcmp(address, others, memory.count) == 0
  }

  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe Span<UInt8>(_unsafeElements: memory.bindMemory(to: UInt8.self))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }
}
