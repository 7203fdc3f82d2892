package import EpiBytes

/// The keys of an object in the order they stand in it.
///
/// The objects of a table are mostly written by the same line of code, so that one after the other has the same keys in the same order:
/// a comparison of bytes then does for what would be a search for each key.
package struct ObjectShape: ~Copyable {
  private struct Key: BitwiseCopyable {
    /// Its length and its first bytes as they stand in the object: up to eight bytes are compared at once.
    var head: UInt64
    /// Its bytes, the length among them.
    var count: Int
    /// Where they lie in `text`.
    var start: Int
  }

  private var keys = GrowingBuffer<Key>()
  private var text = ByteWriter(capacity: 256)

  package init() {}

  /// Takes on the keys of an object's entries, with nothing left of those before.
  package mutating func take(_ entries: [AnyView.Entry], _ bytes: Span<UInt8>) {
    keys.removeLast(keys.count)
    text.removeAll()
    for entry in entries {
      let start = text.count
      text.append(varUint: UInt64(entry.key.count))
      text.append(bytes, in: entry.key.bounds)
      let count = text.count - start
      keys.append(Key(head: ByteScan.rest(text.span, from: start, to: start + min(7, count)), count: count, start: start))
    }
  }

  /// Reads where the values of an object lie, if its keys are these, in this order.
  /// - Parameters:
  ///   - range: where the value lies, which the document's reading has checked.
  ///   - values: gets a range a key; what it holds means nothing when the answer is false.
  /// - Returns: false for an object with other keys, and for any other value.
  package func readValues(of range: ByteRange, _ bytes: Span<UInt8>, into values: inout [ByteRange]) throws(DecodingError) -> Bool {
    guard AnyView.isObject(range, bytes) else { return false }
    var reader = ByteReader(bytes, in: range.bounds)
    _ = try reader.readByte()
    guard try reader.readCount() == keys.count else { return false }
    if values.count != keys.count { values = [ByteRange](repeating: .empty, count: keys.count) }
    var found = values.mutableSpan
    for index in 0..<keys.count {
      let key = keys[index]
      guard key.count <= reader.remaining, stands(key, bytes, at: reader.position) else { return false }
      reader.advance(to: reader.position &+ key.count)
      let start = reader.position
      try AnyValue.skip(&reader)
      found[index] = ByteRange(start: start, count: reader.position &- start)
    }
    return true
  }

  @inline(__always)
  private func stands(_ key: Key, _ bytes: Span<UInt8>, at offset: Int) -> Bool {
    guard key.count < 8 else { return ByteScan.equal(bytes, at: offset, text.span.extracting(key.start..<(key.start &+ key.count))) }
    return ByteScan.rest(bytes, from: offset, to: offset &+ key.count) == key.head
  }
}
