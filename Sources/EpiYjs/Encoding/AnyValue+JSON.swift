internal import EpiBytes
internal import EpiJSON

/// Any values as JSON text, from bytes to bytes with no tree in between.
extension AnyValue {
  /// Steps over one value and appends it as JSON.stringify would write it: undefined is null here (its place decides), NaN and the
  /// infinities are null, -0 is 0; big integers are their digits, bytes are `{"$base64":true,"encoded":…}`.
  static func appendJSON(_ reader: inout ByteReader, to writer: inout ByteWriter) throws(DecodingError) {
    try appendJSON(&reader, overwritten: nil, to: &writer)
  }

  /// - Parameter overwritten: entries of objects around the value, and in it, that do not count; nil outside of objects.
  private static func appendJSON(
    _ reader: inout ByteReader, overwritten: OverwrittenEntries?, to writer: inout ByteWriter
  ) throws(DecodingError) {
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
        if reader.remaining >= 9, reader.bytes[reader.position] == Tag.float64 {
          reader.advance(to: reader.position &+ 1)
          JSONWriter.append(Double(bitPattern: try reader.readBigEndian64()), to: &writer)
        } else {
          try appendJSON(&reader, overwritten: overwritten, to: &writer)
        }
      }
      writer.append(UInt8(ascii: "]"))
    case Tag.object:
      if let overwritten {
        try appendObject(&reader, overwritten, to: &writer)
      } else {
        // Once for all that an outermost object holds.
        let found = try OverwrittenEntries(reader.bytes, ofObjectIn: (reader.position - 1)..<reader.end)
        try appendObject(&reader, found, to: &writer)
      }
    default: throw unknown(tag, reader)
    }
  }

  /// Keys keep their order; undefined values are left out, and of a repeated key the last one counts.
  private static func appendObject(
    _ reader: inout ByteReader, _ overwritten: OverwrittenEntries, to writer: inout ByteWriter
  ) throws(DecodingError) {
    let count = try reader.readCount()
    writer.append(UInt8(ascii: "{"))
    var isFirst = true
    for _ in 0..<count {
      let key = try reader.readVarBytes()
      let isUndefined = reader.remaining > 0 && reader.bytes[reader.position] == Tag.undefined
      if isUndefined || overwritten.contains(key) {
        try skip(&reader)
        continue
      }
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      JSONWriter.appendString(reader.bytes, in: key.bounds, to: &writer)
      writer.append(UInt8(ascii: ":"))
      try appendJSON(&reader, overwritten: overwritten, to: &writer)
    }
    writer.append(UInt8(ascii: "}"))
  }
}
