internal import EpiBytes

/// Values in lib0's Any encoding (yjs-format section 3): one tag byte, then the value.
enum AnyValue {
  enum Tag {
    static let bytes: UInt8 = 116
    static let array: UInt8 = 117
    static let object: UInt8 = 118
    static let string: UInt8 = 119
    static let `true`: UInt8 = 120
    static let `false`: UInt8 = 121
    static let bigInteger: UInt8 = 122
    static let float64: UInt8 = 123
    static let float32: UInt8 = 124
    static let integer: UInt8 = 125
    static let null: UInt8 = 126
    static let undefined: UInt8 = 127
  }

  /// The error for a tag that was just read and means nothing.
  @inline(never)
  static func unknown(_ tag: UInt8, _ reader: borrowing ByteReader) -> DecodingError {
    DecodingError(.unknownValue(tag: tag), at: reader.position - 1)
  }

  /// Steps over one value and checks all of it, so that what is printed later needs no checks.
  /// - Parameters:
  ///   - depth: levels of nesting still allowed.
  ///   - limit: those that were allowed at first.
  static func check(_ reader: inout ByteReader, depth: Int, of limit: Int) throws(DecodingError) {
    let tag = try reader.readByte()
    switch tag {
    case Tag.undefined, Tag.null, Tag.true, Tag.false: break
    case Tag.integer: _ = try reader.readVarInt()
    case Tag.float32: _ = try reader.readRange(count: 4)
    case Tag.float64, Tag.bigInteger: _ = try reader.readRange(count: 8)
    case Tag.string: _ = try reader.readVarString()
    case Tag.bytes: _ = try reader.readVarBytes()
    case Tag.array:
      let count = try elementCount(&reader, atLeast: 1, depth: depth, of: limit)
      for _ in 0..<count where !skipNumber(&reader) { try check(&reader, depth: depth - 1, of: limit) }
    case Tag.object:
      let count = try elementCount(&reader, atLeast: 2, depth: depth, of: limit)
      for _ in 0..<count {
        _ = try reader.readVarString()
        if reader.remaining > 0, reader.bytes[reader.position] == Tag.string {
          // What most entries are, without a call.
          _ = try reader.readByte()
          _ = try reader.readVarString()
        } else {
          try check(&reader, depth: depth - 1, of: limit)
        }
      }
    default: throw unknown(tag, reader)
    }
  }

  /// Steps over one value that `check` has passed. Strings are not looked at: the cost is a step a value.
  static func skip(_ reader: inout ByteReader) throws(DecodingError) {
    let tag = try reader.readByte()
    switch tag {
    case Tag.undefined, Tag.null, Tag.true, Tag.false: break
    case Tag.integer: _ = try reader.readVarInt()
    case Tag.float32: _ = try reader.readRange(count: 4)
    case Tag.float64, Tag.bigInteger: _ = try reader.readRange(count: 8)
    case Tag.string, Tag.bytes: _ = try reader.readVarBytes()
    case Tag.array: for _ in 0..<(try reader.readCount()) where !skipNumber(&reader) { try skip(&reader) }
    case Tag.object:
      for _ in 0..<(try reader.readCount()) {
        _ = try reader.readVarBytes()
        if reader.remaining > 0, reader.bytes[reader.position] == Tag.string {
          // What most entries are, without a call.
          _ = try reader.readByte()
          _ = try reader.readVarBytes()
        } else {
          try skip(&reader)
        }
      }
    default: throw unknown(tag, reader)
    }
  }

  /// Steps over a value if it is a double: what long arrays, embeddings, are made of.
  @inline(__always)
  private static func skipNumber(_ reader: inout ByteReader) -> Bool {
    guard reader.remaining >= 9, reader.bytes[reader.position] == Tag.float64 else { return false }
    reader.advance(to: reader.position &+ 9)
    return true
  }

  /// A count of elements that take `atLeast` bytes each; more than the input can hold is refused before anything is read.
  private static func elementCount(_ reader: inout ByteReader, atLeast size: Int, depth: Int, of limit: Int) throws(DecodingError) -> Int {
    guard depth > 0 else { throw DecodingError(.depthExceeded(limit: limit), at: reader.position - 1) }
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
