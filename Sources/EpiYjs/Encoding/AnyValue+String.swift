internal import EpiBytes
internal import EpiJSON

/// Any values as JavaScript's String() gives them, in the inside of a JSON string: what stands in XML attributes.
extension AnyValue {
  static func appendString(_ reader: inout ByteReader, to writer: inout ByteWriter) throws(DecodingError) {
    let start = reader.position
    let tag = try reader.readByte()
    switch tag {
    case Tag.undefined: writer.append("undefined")
    case Tag.string: JSONWriter.appendEscaped(reader.bytes, in: try reader.readVarBytes().bounds, to: &writer)
    case Tag.float32: appendNumber(Double(Float(bitPattern: try reader.readBigEndian32())), to: &writer)
    case Tag.float64: appendNumber(Double(bitPattern: try reader.readBigEndian64()), to: &writer)
    case Tag.bytes:
      let range = try reader.readVarBytes()
      for offset in range.bounds {
        if offset > Int(range.start) { writer.append(UInt8(ascii: ",")) }
        writer.append(decimal: Int(reader.bytes[offset]))
      }
    case Tag.array:
      let count = try reader.readCount()
      for index in 0..<count {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        let tag: UInt8 = reader.remaining > 0 ? reader.bytes[reader.position] : 0
        if tag == Tag.null || tag == Tag.undefined {
          _ = try reader.readByte()
        } else {
          try appendString(&reader, to: &writer)
        }
      }
    case Tag.object:
      writer.append("[object Object]")
      reader = ByteReader(reader.bytes, in: start..<reader.end)
      try skip(&reader)
    case Tag.null, Tag.true, Tag.false, Tag.integer, Tag.bigInteger:
      reader = ByteReader(reader.bytes, in: start..<reader.end)
      try appendJSON(&reader, to: &writer)
    default: throw unknown(tag, reader)
    }
  }

  private static func appendNumber(_ value: Double, to writer: inout ByteWriter) {
    if value.isNaN {
      writer.append("NaN")
    } else if value.isInfinite {
      writer.append(value < 0 ? "-Infinity" : "Infinity")
    } else {
      JSONWriter.append(value, to: &writer)
    }
  }

  /// Appends the entries of the object in `bytes[range]` as attributes of an XML element; other values have none.
  static func appendAttributes(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) throws(DecodingError) {
    var reader = ByteReader(bytes, in: range)
    guard try reader.readByte() == Tag.object else { return }
    // Of a repeated name the last value counts.
    var values: [[UInt8]: Int] = [:]
    for _ in 0..<(try reader.readCount()) {
      let name = Array(copying: bytes, in: try reader.readVarBytes().bounds)
      values[name] = reader.position
      try skip(&reader)
    }
    for (name, offset) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      writer.append(UInt8(ascii: " "))
      JSONWriter.appendEscaped(name.span, in: 0..<name.count, to: &writer)
      writer.append("=\\\"")
      var value = ByteReader(bytes, in: offset..<range.upperBound)
      try appendString(&value, to: &writer)
      writer.append("\\\"")
    }
  }
}
