internal import EpiBytes
internal import EpiJSON

/// Any values as JSON text, from bytes to bytes with no tree in between.
extension AnyValue {
  /// Steps over one value and appends it as JSON.stringify would write it: undefined is null here (its place decides), NaN and the
  /// infinities are null, -0 is 0; big integers are their digits, bytes are `{"$base64":true,"encoded":…}`.
  static func appendJSON(_ reader: inout ByteReader, to writer: inout ByteWriter) throws(DecodingError) {
    let tag = try reader.readByte()
    switch tag {
    case Tag.undefined, Tag.null: writer.append("null")
    case Tag.true: writer.append("true")
    case Tag.false: writer.append("false")
    case Tag.integer:
      let (magnitude, isNegative) = try reader.readVarInt()
      writer.append(decimal: isNegative ? -Int(magnitude) : Int(magnitude))
    case Tag.float32: JSONWriter.append(Double(Float(bitPattern: try reader.readBigEndian32())), to: &writer)
    case Tag.float64: JSONWriter.append(Double(bitPattern: try reader.readBigEndian64()), to: &writer)
    case Tag.bigInteger: writer.append(decimal: Int(Int64(bitPattern: try reader.readBigEndian64())))
    case Tag.string: JSONWriter.appendString(reader.bytes, in: try reader.readVarBytes().bounds, to: &writer)
    case Tag.bytes: JSONWriter.appendBytes(reader.bytes, in: try reader.readVarBytes().bounds, to: &writer)
    case Tag.array:
      let count = try reader.readCount()
      writer.append(UInt8(ascii: "["))
      for index in 0..<count {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        try appendJSON(&reader, to: &writer)
      }
      writer.append(UInt8(ascii: "]"))
    case Tag.object: try appendObject(&reader, to: &writer)
    default: throw unknown(tag, reader)
    }
  }

  /// Keys keep their order; undefined values are left out, and of a repeated key the last one counts.
  private static func appendObject(_ reader: inout ByteReader, to writer: inout ByteWriter) throws(DecodingError) {
    let count = try reader.readCount()
    let overwritten = try overwrittenEntries(reader.bytes, count: count, in: reader.position..<reader.end)
    writer.append(UInt8(ascii: "{"))
    var isFirst = true
    for index in 0..<count {
      let key = try reader.readVarBytes()
      let isUndefined = reader.remaining > 0 && reader.bytes[reader.position] == Tag.undefined
      if isUndefined || (!overwritten.isEmpty && overwritten.contains(index)) {
        try skip(&reader)
        continue
      }
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      JSONWriter.appendString(reader.bytes, in: key.bounds, to: &writer)
      writer.append(UInt8(ascii: ":"))
      try appendJSON(&reader, to: &writer)
    }
    writer.append(UInt8(ascii: "}"))
  }

  /// Which of the `count` entries that follow have a key that comes again.
  ///
  /// A set of 64 bits rules it out for nearly all objects of a few keys; only the others are looked at in full.
  private static func overwrittenEntries(_ bytes: Span<UInt8>, count: Int, in range: Range<Int>) throws(DecodingError) -> Set<Int> {
    guard count > 1 else { return [] }
    var reader = ByteReader(bytes, in: range)
    var seen: UInt64 = 0
    var mayRepeat = false
    for _ in 0..<count {
      let key = try reader.readVarBytes()
      var hash = UInt64(key.count)
      for offset in key.bounds.prefix(16) { hash = (hash ^ UInt64(bytes[offset])) &* 0x9e37_79b9_7f4a_7c15 }
      let bit = UInt64(1) << (hash >> 58)
      if seen & bit != 0 { mayRepeat = true }
      seen |= bit
      try skip(&reader)
    }
    guard mayRepeat else { return [] }
    var last: [[UInt8]: Int] = [:]
    var overwritten: Set<Int> = []
    reader = ByteReader(bytes, in: range)
    for index in 0..<count {
      let key = Array(copying: bytes, in: try reader.readVarBytes().bounds)
      if let earlier = last.updateValue(index, forKey: key) { overwritten.insert(earlier) }
      try skip(&reader)
    }
    return overwritten
  }
}
