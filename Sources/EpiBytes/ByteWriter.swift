internal import CEpiKernels
internal import Glibc

/// A growing buffer of bytes to be written out. Owns its memory; never shrinks, so that it can be filled and drained again.
@safe
@usableFromInline
package struct ByteWriter: ~Copyable {
  @usableFromInline
  var storage: UnsafeMutableRawBufferPointer
  @usableFromInline
  var length = 0
  /// What the memory is a part of; nil for memory of its own.
  private var block: MemoryBlock?

  package init(capacity: Int = 1 << 16) {
    let count = max(capacity, 64)
    unsafe storage = UnsafeMutableRawBufferPointer(start: malloc(count)!, count: count)
  }

  /// Writes into a part of a block, as long as that suffices.
  /// - Returns: nil where the block has not so much left.
  package init?(capacity: Int, in block: MemoryBlock) {
    guard let part = unsafe block.take(capacity) else { return nil }
    unsafe storage = part
    self.block = block
  }

  deinit { if block == nil { unsafe free(storage.baseAddress) } }

  /// Bytes written so far.
  @inlinable
  package var count: Int { length }

  @inlinable
  package var isEmpty: Bool { length == 0 }

  /// The bytes written so far.
  @inlinable
  package var span: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get {
      let bytes = unsafe Span<UInt8>(_unsafeElements: UnsafeBufferPointer(rebasing: storage.bindMemory(to: UInt8.self)[..<count]))
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  @inlinable
  package mutating func removeAll() { length = 0 }

  /// Forgets what was written after the first `newCount` bytes.
  @inlinable
  package mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count)
    length = newCount
  }

  /// Forgets the first `dropped` bytes; the others move to the front.
  /// - Complexity: O(bytes left)
  package mutating func removeFirst(_ dropped: Int) {
    precondition(dropped >= 0 && dropped <= count)
    guard dropped > 0 else { return }
    let rest = unsafe UnsafeRawBufferPointer(rebasing: storage[dropped..<length])
    if let source = rest.baseAddress { unsafe storage.baseAddress!.copyMemory(from: source, byteCount: rest.count) }
    length &-= dropped
  }

  /// Makes room for `additional` more bytes.
  @inlinable
  @inline(__always)
  package mutating func reserve(_ additional: Int) {
    if length &+ additional > (unsafe storage.count) { grow(to: length + additional) }
  }

  @usableFromInline
  @inline(never)
  mutating func grow(to needed: Int) {
    let count = max(needed, unsafe storage.count * 2)
    if block != nil {
      let part = unsafe storage
      unsafe storage = UnsafeMutableRawBufferPointer(start: malloc(count)!, count: count)
      unsafe storage.copyMemory(from: UnsafeRawBufferPointer(rebasing: part[..<length]))
      block = nil
      return
    }
    // The C library moves large memory by its page table.
    unsafe storage = UnsafeMutableRawBufferPointer(start: realloc(storage.baseAddress, count)!, count: count)
  }

  @inlinable
  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe storage[length] = byte
    length &+= 1
  }

  /// Appends the `count` low bytes of `word`, the lowest first.
  @inlinable
  package mutating func append(lowBytes count: Int, of word: UInt64) {
    precondition(count >= 0 && count <= 8)
    reserve(8)
    unsafe storage.storeBytes(of: word.littleEndian, toByteOffset: length, as: UInt64.self)
    length &+= count
  }

  @inlinable
  @inline(__always)
  package mutating func append(_ text: StaticString) {
    let size = text.utf8CodeUnitCount
    reserve(size)
    unsafe storage.baseAddress!.advanced(by: length).copyMemory(from: text.utf8Start, byteCount: size)
    length &+= size
  }

  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
  }

  /// Copies `bytes[range]`.
  @inlinable
  @inline(__always)
  package mutating func append(_ bytes: Span<UInt8>, in range: Range<Int>) {
    // Few bytes with others behind them: sixteen are copied and those that are too many forgotten.
    if range.count <= 16, range.lowerBound >= 0, range.lowerBound &+ 16 <= bytes.count {
      reserve(16)
      let (low, high) = (ByteScan.word(bytes, at: range.lowerBound), ByteScan.word(bytes, at: range.lowerBound &+ 8))
      unsafe storage.storeBytes(of: low.littleEndian, toByteOffset: length, as: UInt64.self)
      unsafe storage.storeBytes(of: high.littleEndian, toByteOffset: length &+ 8, as: UInt64.self)
      length &+= range.count
      return
    }
    let part = bytes.extracting(range)
    unsafe part.withUnsafeBytes { unsafe append($0) }
  }

  /// Appends the `count` low bytes of `word`, then copies `bytes[range]`.
  @inlinable
  @inline(__always)
  package mutating func append(lowBytes count: Int, of word: UInt64, then bytes: Span<UInt8>, in range: Range<Int>) {
    precondition(count >= 0 && count <= 8 && range.lowerBound >= 0 && range.upperBound <= bytes.count)
    reserve(range.count &+ 24)
    unsafe storage.storeBytes(of: word.littleEndian, toByteOffset: length, as: UInt64.self)
    length &+= count
    append(bytes, in: range)
  }

  /// Copies `bytes[start..<end]` up to the first quote, backslash or control character: looked for and copied in one pass.
  /// - Returns: its offset, or `end`.
  @inlinable
  package mutating func appendPlainText(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    // Whole words are stored, up to seven bytes more than are kept.
    reserve(end &- start &+ 8)
    var offset = start
    while offset &+ 8 <= end {
      let word = ByteScan.word(bytes, at: offset)
      unsafe storage.storeBytes(of: word.littleEndian, toByteOffset: length, as: UInt64.self)
      let found = ByteScan.flagsOfEscapes(word)
      if found != 0 {
        let plain = found.trailingZeroBitCount / 8
        length &+= plain
        return offset &+ plain
      }
      offset &+= 8
      length &+= 8
    }
    guard offset < end else { return end }
    let count = end &- offset
    let word = ByteScan.rest(bytes, from: offset, to: end)
    unsafe storage.storeBytes(of: word.littleEndian, toByteOffset: length, as: UInt64.self)
    // What is behind the end must not be taken for control characters.
    let found = ByteScan.flagsOfEscapes(word | (ByteScan.ones &* 0x20) &<< UInt64(8 &* count))
    let plain = found == 0 ? count : found.trailingZeroBitCount / 8
    length &+= plain
    return offset &+ plain
  }

  @inlinable
  @inline(__always)
  package mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  package mutating func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  @inlinable
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe storage.baseAddress!.advanced(by: length).copyMemory(from: source, byteCount: bytes.count)
    length &+= bytes.count
  }

  /// Appends up to `capacity` bytes that `fill` puts into the memory it is given; it returns how many.
  @inlinable
  package mutating func append<Failure: Error>(
    upTo capacity: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    reserve(capacity)
    let filled = unsafe try fill(UnsafeMutableRawBufferPointer(rebasing: storage[length..<(length + capacity)]))
    precondition(filled >= 0 && filled <= capacity)
    length &+= filled
  }

  /// Appends what base64 text stands for, as far as wide registers take it (`epi_base64_decode`).
  /// - Returns: how many characters of `text[range]` that was.
  mutating func append(base64 text: Span<UInt8>, in range: Range<Int>) -> Int {
    let part = text.extracting(range)
    reserve(part.count / 4 * 3 + 8)
    let count = unsafe part.withUnsafeBufferPointer { text in
      unsafe epi_base64_decode(text.baseAddress, text.count, storage.baseAddress!.advanced(by: length).assumingMemoryBound(to: UInt8.self))
    }
    length &+= count / 4 * 3
    return count
  }

  /// Appends what was written to `floats`, four bytes each, least significant first as processors have them.
  /// - Precondition: the bytes are a multiple of 4.
  package func append(to floats: inout [Float]) {
    precondition(length % 4 == 0)
    guard length > 0 else { return }
    floats.append(addingCapacity: length / 4) { (output: inout OutputSpan<Float>) in
      unsafe output.withUnsafeMutableBufferPointer { memory, count in
        let rest = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: memory[count...]))
        unsafe rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<length]))
        count += length / 4
      }
    }
  }

  /// An integer's bytes, least significant first.
  @inlinable
  package mutating func appendLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    reserve(MemoryLayout<Value>.size)
    unsafe storage.storeBytes(of: value.littleEndian, toByteOffset: length, as: Value.self)
    length &+= MemoryLayout<Value>.size
  }

  /// Overwrites an integer written before, least significant byte first.
  @inlinable
  package mutating func patchLittleEndian<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
    unsafe storage.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
  }

  /// Appends exactly `digits` decimal digits of a number, eight a step; `digits` is at least 1.
  mutating func appendDigits(_ value: UInt64, count digits: Int) {
    guard digits > 8 else {
      reserve(8)
      unsafe storage.storeBytes(of: (Self.eightDigits(of: value) &>> UInt64(64 &- 8 &* digits)).littleEndian, toByteOffset: length, as: UInt64.self)
      length &+= digits
      return
    }
    let (upper, lower) = value.quotientAndRemainder(dividingBy: 100_000_000)
    appendDigits(upper, count: digits &- 8)
    appendDigits(lower, count: 8)
  }

  /// The eight decimal digits of a number below 10^8, the first in the lowest byte: halves, quarters and eighths of the digits are
  /// parted by multiplications in the lanes of one word.
  private static func eightDigits(of value: UInt64) -> UInt64 {
    let upper = value / 10_000
    let fours = upper | (value &- upper &* 10_000) &<< 32
    let hundreds = (fours &* 5243) &>> 19 & 0x0000_007f_0000_007f
    let twos = hundreds | (fours &- hundreds &* 100) &<< 16
    let tens = (twos &* 103) &>> 10 & 0x000f_000f_000f_000f
    return (tens | (twos &- tens &* 10) &<< 8) | 0x3030_3030_3030_3030
  }
}

/// It has one owner, and while it is borrowed it is only read.
extension ByteWriter: @unchecked Sendable {}
