internal import EpiBytes

/// Values in lib0's Any encoding (yjs-format section 3): one tag byte, then the value.
enum AnyValue {
  enum Tag: UInt8 {
    case bytes = 116
    case array = 117
    case object = 118
    case string = 119
    case `true` = 120
    case `false` = 121
    case bigInteger = 122
    case float64 = 123
    case float32 = 124
    case integer = 125
    case null = 126
    case undefined = 127
  }

  @inline(__always)
  static func readTag(_ reader: inout ByteReader) throws(DecodingError) -> Tag {
    let byte = try reader.readByte()
    guard let tag = Tag(rawValue: byte) else { throw DecodingError(.unknownValue(tag: byte), at: reader.position - 1) }
    return tag
  }

  /// Steps over one value and checks all of it, so that what is printed later needs no checks.
  /// - Parameter depth: levels of nesting still allowed.
  static func check(_ reader: inout ByteReader, depth: Int = Limits.valueDepth) throws(DecodingError) {
    switch try readTag(&reader) {
    case .undefined, .null, .true, .false: break
    case .integer: _ = try reader.readVarInt()
    case .float32: _ = try reader.readRange(count: 4)
    case .float64, .bigInteger: _ = try reader.readRange(count: 8)
    case .string: _ = try reader.readVarString()
    case .bytes: _ = try reader.readVarBytes()
    case .array:
      let count = try elementCount(&reader, atLeast: 1, depth: depth)
      for _ in 0..<count { try check(&reader, depth: depth - 1) }
    case .object:
      let count = try elementCount(&reader, atLeast: 2, depth: depth)
      for _ in 0..<count {
        _ = try reader.readVarString()
        try check(&reader, depth: depth - 1)
      }
    }
  }

  /// Steps over one value that `check` has passed. Strings are not looked at: the cost is a step a value.
  static func skip(_ reader: inout ByteReader) throws(DecodingError) {
    switch try readTag(&reader) {
    case .undefined, .null, .true, .false: break
    case .integer: _ = try reader.readVarInt()
    case .float32: _ = try reader.readRange(count: 4)
    case .float64, .bigInteger: _ = try reader.readRange(count: 8)
    case .string, .bytes: _ = try reader.readVarBytes()
    case .array: for _ in 0..<(try reader.readCount()) { try skip(&reader) }
    case .object:
      for _ in 0..<(try reader.readCount()) {
        _ = try reader.readVarBytes()
        try skip(&reader)
      }
    }
  }

  /// A count of elements that take `atLeast` bytes each; more than the input can hold is refused before anything is read.
  private static func elementCount(_ reader: inout ByteReader, atLeast size: Int, depth: Int) throws(DecodingError) -> Int {
    guard depth > 0 else { throw DecodingError(.depthExceeded(limit: Limits.valueDepth), at: reader.position) }
    let start = reader.position
    let count = try reader.readCount()
    guard count <= reader.remaining / size else { throw DecodingError(.lengthBeyondInput(count: count), at: start) }
    return count
  }

  /// Where the first `count` values of `range` end. The values have been checked when they were read.
  static func end(of count: Int, in bytes: Span<UInt8>, from range: Range<Int>) -> Int {
    var reader = ByteReader(bytes, in: range)
    do {
      for _ in 0..<count { try skip(&reader) }
      return reader.position
    } catch {
      return range.upperBound
    }
  }
}
