package import EpiBytes
internal import EpiJSON

/// Looks into Any values without building anything: for layouts that keep their rows in plain objects.
///
/// The ranges come from a document, whose reading has checked the values in them.
package enum AnyView {
  /// An entry of an object: its key's UTF-8 and its value.
  package struct Entry: Sendable {
    package var key: ByteRange
    package var value: ByteRange
  }

  /// Reads the entries of the object at `range` into `entries`, replacing what they held.
  /// - Returns: false when the value is no object.
  package static func readEntries(of range: ByteRange, _ bytes: Span<UInt8>, into entries: inout [Entry]) throws(DecodingError) -> Bool {
    var reader = ByteReader(bytes, in: range.bounds)
    return try readEntries(&reader, into: &entries)
  }

  /// As above for the value at the reader's position, which is stepped over.
  static func readEntries(_ reader: inout ByteReader, into entries: inout [Entry]) throws(DecodingError) -> Bool {
    guard reader.remaining > 0, reader.bytes[reader.position] == AnyValue.Tag.object else {
      try AnyValue.skip(&reader)
      return false
    }
    _ = try reader.readByte()
    entries.removeAll(keepingCapacity: true)
    for _ in 0..<(try reader.readCount()) {
      let key = try reader.readVarBytes()
      let start = reader.position
      try AnyValue.skip(&reader)
      entries.append(Entry(key: key, value: ByteRange(start: start, count: reader.position - start)))
    }
    return true
  }

  package static func isObject(_ range: ByteRange, _ bytes: Span<UInt8>) -> Bool { has(AnyValue.Tag.object, range, bytes) }

  package static func isUndefined(_ range: ByteRange, _ bytes: Span<UInt8>) -> Bool { has(AnyValue.Tag.undefined, range, bytes) }

  private static func has(_ tag: UInt8, _ range: ByteRange, _ bytes: Span<UInt8>) -> Bool {
    range.count > 0 && bytes[Int(range.start)] == tag
  }

  /// The UTF-8 of a string; nil for other values.
  package static func string(_ range: ByteRange, _ bytes: Span<UInt8>) -> ByteRange? {
    guard has(AnyValue.Tag.string, range, bytes) else { return nil }
    var reader = ByteReader(bytes, in: (Int(range.start) + 1)..<range.end)
    return try? reader.readVarBytes()
  }

  /// The value of a number as JavaScript knows it; nil for other values, big integers among them.
  package static func number(_ range: ByteRange, _ bytes: Span<UInt8>) -> Double? {
    var reader = ByteReader(bytes, in: range.bounds)
    guard let tag = try? reader.readByte() else { return nil }
    switch tag {
    case AnyValue.Tag.integer:
      guard let (magnitude, isNegative) = try? reader.readVarInt() else { return nil }
      return isNegative ? -Double(magnitude) : Double(magnitude)
    case AnyValue.Tag.float32: return (try? reader.readBigEndian32()).map { Double(Float(bitPattern: $0)) }
    case AnyValue.Tag.float64: return (try? reader.readBigEndian64()).map { Double(bitPattern: $0) }
    default: return nil
    }
  }

  /// Appends the value as JSON text; undefined is null.
  package static func appendJSON(of range: ByteRange, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    var reader = ByteReader(bytes, in: range.bounds)
    if has(AnyValue.Tag.string, range, bytes) {
      // What most values are, without a call.
      _ = try reader.readByte()
      return JSONWriter.appendString(bytes, in: try reader.readVarBytes().bounds, to: &writer)
    }
    try AnyValue.appendJSON(&reader, to: &writer)
  }
}
