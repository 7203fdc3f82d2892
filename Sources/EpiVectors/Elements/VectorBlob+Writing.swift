package import EpiBytes

/// Making blobs.
extension VectorBlob {
  /// Appends the blob of a vector given in single precision.
  /// - Precondition: at most 65,536 numbers.
  /// - Complexity: O(`values.count`)
  package static func append(_ values: Span<Float>, as type: ElementType, to writer: inout ByteWriter) {
    let start = writer.count
    appendNumbers(values, as: type, to: &writer)
    appendTrailer(type, dimensions: values.count, data: writer.count - start, to: &writer)
  }

  /// Appends the blob of a vector given in double precision.
  package static func append(_ values: Span<Double>, as type: ElementType, to writer: inout ByteWriter) {
    let start = writer.count
    appendNumbers(values, as: type, to: &writer)
    appendTrailer(type, dimensions: values.count, data: writer.count - start, to: &writer)
  }

  /// Appends the numbers as they are kept, without what follows them in a blob: `ElementType.dataCount` bytes.
  package static func appendNumbers(_ values: Span<Float>, as type: ElementType, to writer: inout ByteWriter) {
    precondition(values.count <= Normalization.maximumDimensions)
    writer.reserve(type.blobCount(dimensions: values.count))
    switch type {
    case .float32: for index in 0..<values.count { writer.append(lowBytes: 4, of: UInt64(values[index].bitPattern)) }
    case .float64: for index in 0..<values.count { writer.append(lowBytes: 8, of: Double(values[index]).bitPattern) }
    case .float16: for index in 0..<values.count { writer.append(lowBytes: 2, of: UInt64(HalfFloat.encode(values[index]))) }
    case .floatb16: for index in 0..<values.count { writer.append(lowBytes: 2, of: UInt64(BrainFloat.encode(values[index]))) }
    case .float1bit: appendBits(values.count, to: &writer) { values[$0] > 0 }
    case .float8:
      let quantizer = ByteQuantizer(spanning: values)
      for index in 0..<values.count { writer.append(quantizer.encode(values[index])) }
      appendQuantizer(quantizer, dimensions: values.count, to: &writer)
    }
  }

  /// Appends the numbers as they are kept. To f16 and bf16 they go by way of single precision.
  package static func appendNumbers(_ values: Span<Double>, as type: ElementType, to writer: inout ByteWriter) {
    precondition(values.count <= Normalization.maximumDimensions)
    writer.reserve(type.blobCount(dimensions: values.count))
    switch type {
    case .float64: for index in 0..<values.count { writer.append(lowBytes: 8, of: values[index].bitPattern) }
    case .float1bit: appendBits(values.count, to: &writer) { values[$0] > 0 }
    case .float32, .float16, .floatb16: appendNumbers(singles(values).span, as: type, to: &writer)
    case .float8:
      let quantizer = ByteQuantizer(spanning: singles(values).span)
      for index in 0..<values.count { writer.append(quantizer.encode(values[index])) }
      appendQuantizer(quantizer, dimensions: values.count, to: &writer)
    }
  }

  /// Appends the blob of the same numbers as they are kept in another blob of the type, `self`, which has been checked.
  package func appendCopy(of bytes: Span<UInt8>, to writer: inout ByteWriter) {
    writer.append(bytes, in: 0..<dataCount)
    Self.appendTrailer(type, dimensions: dimensions, data: dataCount, to: &writer)
  }

  private static func singles(_ values: Span<Double>) -> [Float] {
    [Float](capacity: values.count) { output in
      for index in 0..<values.count { output.append(Float(values[index])) }
    }
  }

  @inline(__always)
  private static func appendBits(_ count: Int, to writer: inout ByteWriter, _ isSet: (Int) -> Bool) {
    var index = 0
    while index < count {
      var byte: UInt8 = 0
      for bit in 0..<min(8, count - index) where isSet(index + bit) { byte |= 1 << UInt8(bit) }
      writer.append(byte)
      index += 8
    }
  }

  private static func appendQuantizer(_ quantizer: ByteQuantizer, dimensions: Int, to writer: inout ByteWriter) {
    for _ in 0..<padding(dimensions) { writer.append(0 as UInt8) }
    writer.append(lowBytes: 4, of: UInt64(quantizer.alpha.bitPattern))
    writer.append(lowBytes: 4, of: UInt64(quantizer.shift.bitPattern))
  }

  /// Zeros that follow the bytes of an f8 vector.
  private static func padding(_ dimensions: Int) -> Int { (4 - dimensions % 4) % 4 }

  /// What follows the numbers.
  private static func appendTrailer(_ type: ElementType, dimensions: Int, data: Int, to writer: inout ByteWriter) {
    switch type {
    case .float32: return
    case .float64, .float16, .floatb16: break
    case .float8:
      writer.append(0 as UInt8)
      writer.append(UInt8(padding(dimensions)))
    case .float1bit:
      let body = data + (data % 2 == 0 ? 2 : 1)
      if data % 2 == 0 { writer.append(0 as UInt8) }
      writer.append(UInt8(8 * body - dimensions))
    }
    writer.append(type.rawValue)
  }
}
