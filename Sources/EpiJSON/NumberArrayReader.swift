internal import EpiBytes

/// Reads `[n,n,…]`.
package enum NumberArrayReader {
  /// Appends the numbers of the array `bytes[range]`: of each the nearest double, rounded to Float.
  package static func appendFloats(_ bytes: Span<UInt8>, in range: Range<Int>, to floats: inout [Float]) throws(JSONError) {
    let value = try JSONValue(parsing: bytes, in: range)
    guard value.kind == .array else { throw JSONError(.expectedNumber, at: range.lowerBound, found: bytes[range.lowerBound]) }
    for index in 0..<value.count {
      guard let number = value[index]?.number else { throw JSONError(.expectedNumber, at: range.lowerBound) }
      guard Float(number).isFinite else { throw JSONError(.numberBeyondFloat, at: range.lowerBound) }
      floats.append(Float(number))
    }
  }
}
