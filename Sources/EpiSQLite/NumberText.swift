internal import EpiBytes
internal import EpiJSON

/// JSON numbers as text, for columns of numbers. The text has been checked to be a JSON number.
enum NumberText {
  /// What an integer (no fraction, no exponent) is to a column.
  /// - Complexity: O(digits); only more than 15 digits are looked at one by one.
  static func kind(ofInteger bytes: Span<UInt8>, in range: Range<Int>) -> ValueKind {
    if range.count <= 15 { return .integer }
    if let value = integer(bytes, in: range) { return Double(exactly: value) == nil ? .wideInteger : .integer }
    return isShortestOfDouble(bytes, in: range) ? .hugeInteger : .digits
  }

  /// What a number with a fraction or an exponent is to a column.
  static func kind(ofReal bytes: Span<UInt8>, in range: Range<Int>) -> ValueKind {
    var isZero = true
    var hasExponent = false
    for offset in range {
      let byte = bytes[offset]
      if byte | 0x20 == UInt8(ascii: "e") {
        hasExponent = true
        break
      }
      if byte > UInt8(ascii: "0") { isZero = false }  // a digit from 1 to 9: the signs and the point lie below "0"
    }
    // Without an exponent only a very long text leaves Double's range.
    guard hasExponent || range.count > 300 else { return .real }
    let value = double(bytes, in: range)
    return value.isFinite && (value != 0 || isZero) ? .real : .digits
  }

  /// The value of an integer, or nil when Int64 does not hold it.
  static func integer(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int64? {
    var offset = range.lowerBound
    let isNegative = offset < range.upperBound && bytes[offset] == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    var magnitude: UInt64 = 0
    while offset < range.upperBound {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[offset] &- UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      magnitude = sum
      offset += 1
    }
    if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
    return Int64(exactly: magnitude)
  }

  /// Whether a number with a fraction or an exponent is an integer that Int64 holds: 1.0, 1e3.
  static func isWhole(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool { Int64(exactly: double(bytes, in: range)) != nil }

  /// The nearest Double; infinite when the number lies beyond its range.
  static func double(_ bytes: Span<UInt8>, in range: Range<Int>) -> Double {
    if let double = JSONNumber.double(bytes, in: range) { return double }
    return bytes[range.lowerBound] == UInt8(ascii: "-") ? -.infinity : .infinity
  }

  /// Whether the digits of an integer are the ones that its nearest Double prints: then the Double stands for it.
  private static func isShortestOfDouble(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    let value = double(bytes, in: range)
    guard value.isFinite else { return false }
    let zero = UInt8(ascii: "0")
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1] == zero { end -= 1 }
    var offset = range.lowerBound
    for character in value.magnitude.description.utf8 where character != UInt8(ascii: ".") {
      if character == UInt8(ascii: "e") { break }
      while offset < end, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      if offset == end {
        guard character == zero else { return false }
      } else {
        guard bytes[offset] == character else { return false }
        offset += 1
      }
    }
    return offset == end
  }
}
