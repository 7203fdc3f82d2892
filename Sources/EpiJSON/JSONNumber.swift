internal import EpiBytes

/// A JSON number by itself.
package enum JSONNumber {
  /// The nearest double; nil for one that lies beyond the range of doubles, or for what is no number.
  package static func double(_ bytes: Span<UInt8>, in range: Range<Int>) -> Double? {
    var cursor = NumberCursor(bytes, at: range.lowerBound, end: range.upperBound)
    guard let double = try? cursor.readDouble(), cursor.position == range.upperBound else { return nil }
    return double
  }
}
