internal import EpiBytes

/// Reads `[n,n,…]`, the text form of a vector: the grammar of JSON to the letter, each number the nearest double rounded to Float.
///
/// Nearly all numbers have few enough digits to be an integer below 2^63 times a power of ten, which a table gives to half an ulp.
/// Their product is off by less than four ulps of a double. Rounding it to Float gives what rounding the exact double would, unless
/// the midpoint between two floats lies that close; only then, and for numbers of other shapes, is the exact double worked out.
/// Digits are taken eight at a time (`DigitBlock`).
package enum NumberArrayReader {
  /// Appends the numbers of the array that is `bytes[range]`.
  /// - Throws: `JSONError`; what was appended by then is to be discarded.
  /// - Complexity: O(`range.count`)
  package static func appendFloats(_ bytes: Span<UInt8>, in range: Range<Int>, to floats: inout [Float]) throws(JSONError) {
    let next = try read(bytes, at: range.lowerBound, end: range.upperBound, to: &floats)
    guard next == range.upperBound else { throw JSONError(.expectedEnd, at: next, found: bytes[next]) }
  }

  /// Appends the numbers of the array that begins at `start` and returns the offset after it.
  static func read(_ bytes: Span<UInt8>, at start: Int, end: Int, to floats: inout [Float]) throws(JSONError) -> Int {
    var cursor = NumberCursor(bytes, at: start, end: end)
    try cursor.enterArray()
    while !cursor.isOver {
      try floats.append(addingCapacity: tile) { (output: inout OutputSpan<Float>) throws(JSONError) in
        // In registers, not behind the capture.
        var place = cursor
        while !output.isFull {
          output.append(try place.readFloat())
          guard try place.advance() else { break }
        }
        cursor = place
      }
    }
    return cursor.position
  }

  /// Appends the numbers of the array that is `bytes[range]`, each the nearest double.
  /// - Throws: `JSONError`; what was appended by then is to be discarded.
  package static func appendDoubles(_ bytes: Span<UInt8>, in range: Range<Int>, to doubles: inout [Double]) throws(JSONError) {
    var cursor = NumberCursor(bytes, at: range.lowerBound, end: range.upperBound)
    try cursor.enterArray()
    while !cursor.isOver {
      doubles.append(try cursor.readDouble())
      _ = try cursor.advance()
    }
    guard cursor.position == range.upperBound else { throw JSONError(.expectedEnd, at: cursor.position, found: bytes[cursor.position]) }
  }

  /// Numbers appended at a time.
  private static var tile: Int { 512 }
}
