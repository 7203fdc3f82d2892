internal import EpiBytes

/// The entries of an object, and of all objects inside it, whose key comes again behind them in the same object.
///
/// No writer makes such objects; of what readers do with them the reference's rule is kept: the last one counts.
struct OverwrittenEntries {
  /// Where the keys of those entries begin. Empty for nearly all values.
  private var keys: Set<UInt32> = []

  @inline(__always)
  func contains(_ key: ByteRange) -> Bool { !keys.isEmpty && keys.contains(key.start) }

  /// Looks through the object that `range` begins with, which `AnyValue.check` has passed.
  /// - Complexity: O(bytes of the object), and O(n log n) for the keys of objects that may repeat one.
  init(_ bytes: Span<UInt8>, ofObjectIn range: Range<Int>) throws(DecodingError) {
    var reader = ByteReader(bytes, in: range)
    var mayRepeat = false
    try Self.filter(&reader, &mayRepeat)
    guard mayRepeat else { return }
    reader = ByteReader(bytes, in: range)
    var open: [ByteRange] = []
    try collect(&reader, &open)
  }

  /// Steps over a value. A set of 64 bits an object rules out repeated keys for most objects of a few.
  private static func filter(_ reader: inout ByteReader, _ mayRepeat: inout Bool) throws(DecodingError) {
    guard reader.remaining > 0, Self.isContainer(reader.bytes[reader.position]) else { return try AnyValue.skip(&reader) }
    let isObject = try reader.readByte() == AnyValue.Tag.object
    var seen: UInt64 = 0
    for _ in 0..<(try reader.readCount()) {
      if isObject {
        let key = try reader.readVarBytes()
        var hash = UInt64(key.count)
        for offset in key.bounds.prefix(16) { hash = (hash ^ UInt64(reader.bytes[offset])) &* 0x9e37_79b9_7f4a_7c15 }
        let bit = UInt64(1) << (hash >> 58)
        if seen & bit != 0 { mayRepeat = true }
        seen |= bit
      }
      try filter(&reader, &mayRepeat)
    }
  }

  private static func isContainer(_ tag: UInt8) -> Bool { tag == AnyValue.Tag.object || tag == AnyValue.Tag.array }

  /// Steps over a value and notes the repeated keys in it.
  /// - Parameter open: keys of the objects around the value; left as it was.
  private mutating func collect(_ reader: inout ByteReader, _ open: inout [ByteRange]) throws(DecodingError) {
    guard reader.remaining > 0, Self.isContainer(reader.bytes[reader.position]) else { return try AnyValue.skip(&reader) }
    let isObject = try reader.readByte() == AnyValue.Tag.object
    let first = open.count
    for _ in 0..<(try reader.readCount()) {
      if isObject { open.append(try reader.readVarBytes()) }
      try collect(&reader, &open)
    }
    if isObject { note(open[first...], reader.bytes) }
    open.removeLast(open.count - first)
  }

  /// Notes all but the last of equal keys of one object.
  private mutating func note(_ object: ArraySlice<ByteRange>, _ bytes: Span<UInt8>) {
    if object.count <= 16 {
      for (index, key) in zip(object.indices, object) where object[(index + 1)...].contains(where: { bytes.equal($0, key) }) {
        keys.insert(key.start)
      }
      return
    }
    // By length, then bytes, then place: equal keys become neighbours.
    let sorted = object.sorted { a, b in
      if a.count != b.count { return a.count < b.count }
      for (x, y) in zip(a.bounds, b.bounds) where bytes[x] != bytes[y] { return bytes[x] < bytes[y] }
      return a.start < b.start
    }
    for (key, next) in zip(sorted, sorted.dropFirst()) where bytes.equal(key, next) { keys.insert(key.start) }
  }
}
