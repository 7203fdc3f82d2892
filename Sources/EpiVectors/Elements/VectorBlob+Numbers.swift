internal import EpiBytes

/// The numbers of a vector. The blob has been checked.
extension VectorBlob {
  /// Appends the numbers in single precision; those of f64 are rounded.
  /// - Parameter bytes: the blob.
  /// - Complexity: O(`dimensions`)
  package func appendFloats(from bytes: Span<UInt8>, to floats: inout [Float]) {
    precondition(dataCount == type.dataCount(dimensions: dimensions) && dataCount <= bytes.count)
    floats.append(addingCapacity: dimensions) { (output: inout OutputSpan<Float>) in
      switch type {
      case .float32:
        for index in stride(from: 0, to: dimensions - 1, by: 2) {
          let pair = ByteScan.word(bytes, at: 4 &* index)
          output.append(Float(bitPattern: UInt32(truncatingIfNeeded: pair)))
          output.append(Float(bitPattern: UInt32(truncatingIfNeeded: pair >> 32)))
        }
        if dimensions % 2 == 1 { output.append(Float(bitPattern: bytes.littleEndian32(at: 4 &* (dimensions - 1)))) }
      case .float64: for index in 0..<dimensions { output.append(Float(double(at: index, in: bytes))) }
      case .float16: for index in 0..<dimensions { output.append(HalfFloat.decode(bytes.littleEndian16(at: 2 &* index))) }
      case .floatb16: for index in 0..<dimensions { output.append(BrainFloat.decode(bytes.littleEndian16(at: 2 &* index))) }
      case .float1bit: for index in 0..<dimensions { output.append(SignBits.decode(bytes, at: index)) }
      case .float8:
        let quantizer = quantizer(in: bytes)
        for index in 0..<dimensions { output.append(quantizer.decode(bytes[index])) }
      }
    }
  }

  /// Appends the numbers in double precision, each the value that `appendFloats` gives, those of f64 as they are.
  /// - Complexity: O(`dimensions`)
  package func appendDoubles(from bytes: Span<UInt8>, to doubles: inout [Double]) {
    guard type == .float64 else {
      var floats: [Float] = []
      appendFloats(from: bytes, to: &floats)
      doubles.append(contentsOf: floats.lazy.map(Double.init))
      return
    }
    precondition(dataCount == type.dataCount(dimensions: dimensions) && dataCount <= bytes.count)
    doubles.append(addingCapacity: dimensions) { output in
      for index in 0..<dimensions { output.append(double(at: index, in: bytes)) }
    }
  }

  @inline(__always)
  private func double(at index: Int, in bytes: Span<UInt8>) -> Double { Double(bitPattern: ByteScan.word(bytes, at: 8 &* index)) }
}
