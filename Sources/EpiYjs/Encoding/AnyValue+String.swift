internal import EpiBytes
internal import EpiJSON

/// Any values as JavaScript's String() gives them, in the inside of a JSON string: what stands in XML attributes.
extension AnyValue {
  static func appendString(_ reader: inout ByteReader, to writer: inout ByteWriter) throws(DecodingError) {
    let start = reader.position
    switch try readTag(&reader) {
    case .undefined: writer.append("undefined")
    case .string: JSONWriter.appendEscaped(reader.bytes, in: try reader.readVarBytes().bounds, to: &writer)
    case .float32: appendNumber(Double(Float(bitPattern: try reader.readBigEndian32())), to: &writer)
    case .float64: appendNumber(Double(bitPattern: try reader.readBigEndian64()), to: &writer)
    case .bytes:
      let range = try reader.readVarBytes()
      for offset in range.bounds {
        if offset > Int(range.start) { writer.append(UInt8(ascii: ",")) }
        writer.append(decimal: Int(reader.bytes[offset]))
      }
    case .array:
      let count = try reader.readCount()
      for index in 0..<count {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        let tag = reader.remaining > 0 ? reader.bytes[reader.position] : 0
        if tag == Tag.null.rawValue || tag == Tag.undefined.rawValue {
          _ = try readTag(&reader)
        } else {
          try appendString(&reader, to: &writer)
        }
      }
    case .object:
      writer.append("[object Object]")
      reader = ByteReader(reader.bytes, in: start..<reader.end)
      try skip(&reader)
    case .null, .true, .false, .integer, .bigInteger:
      reader = ByteReader(reader.bytes, in: start..<reader.end)
      try appendJSON(&reader, to: &writer)
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
    guard try readTag(&reader) == .object else { return }
    var entries: [(name: [UInt8], value: Int)] = []
    for _ in 0..<(try reader.readCount()) {
      let name = Array(copying: bytes, in: try reader.readVarBytes().bounds)
      entries.removeAll { $0.name == name }
      entries.append((name, reader.position))
      try skip(&reader)
    }
    entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
    for entry in entries {
      writer.append(UInt8(ascii: " "))
      JSONWriter.appendEscaped(entry.name.span, in: 0..<entry.name.count, to: &writer)
      writer.append("=\\\"")
      var value = ByteReader(bytes, in: entry.value..<range.upperBound)
      try appendString(&value, to: &writer)
      writer.append("\\\"")
    }
  }
}
