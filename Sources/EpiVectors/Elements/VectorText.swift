internal import EpiBytes
internal import EpiJSON

/// A vector as text, `[1,2.5,-3e2]`, as libSQL reads it: white space counts nowhere, not even in a number, and the text ends at a NUL.
package enum VectorText {
  /// Bytes that a number may have.
  private static let elementLimit = 1025

  /// Appends the numbers in single precision, each the nearest double rounded; what is too large becomes infinite.
  /// - Throws: what is wrong; what was appended by then is to be discarded.
  /// - Complexity: O(`bytes.count`)
  package static func appendFloats(_ bytes: Span<UInt8>, to floats: inout [Float]) throws(VectorTextError) {
    let first = floats.count
    if let range = plainArray(bytes) {
      do {
        try NumberArrayReader.appendFloats(bytes, in: range, to: &floats)
        if floats.count - first <= Normalization.maximumDimensions { return }
      } catch {
        // JSON has a narrower grammar, and its numbers are finite.
      }
      floats.removeLast(floats.count - first)
    }
    try readElements(bytes) { floats.append(Float($0)) }
  }

  /// Appends the numbers in double precision.
  package static func appendDoubles(_ bytes: Span<UInt8>, to doubles: inout [Double]) throws(VectorTextError) {
    try readElements(bytes) { doubles.append($0) }
  }

  /// How many numbers the text seems to have, told by its commas, before it is read.
  package static func guessedDimensions(_ bytes: Span<UInt8>) -> Int {
    var commas = 0
    var hasDigit = false
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == 0 { break }
      commas += byte == UInt8(ascii: ",") ? 1 : 0
      hasDigit = hasDigit || byte &- UInt8(ascii: "0") < 10
    }
    return hasDigit ? commas + 1 : 0
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

  /// Where brackets stand around what may be numbers as JSON has them; nil when one of them may be longer than is allowed.
  private static func plainArray(_ bytes: Span<UInt8>) -> Range<Int>? {
    var (start, end) = (0, bytes.count)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    guard end - start > 2, bytes[start] == UInt8(ascii: "["), bytes[end - 1] == UInt8(ascii: "]") else { return nil }
    // A number of that length would fill one of these blocks.
    var block = start
    while block + 512 <= end {
      guard ByteScan.first(UInt8(ascii: ","), in: bytes, block..<(block + 512)) < block + 512 else { return nil }
      block += 512
    }
    return start..<end
  }

  private static func readElements(_ bytes: Span<UInt8>, _ take: (Double) -> Void) throws(VectorTextError) {
    var offset = 0
    let end = ByteScan.first(0, in: bytes, 0..<bytes.count)
    while offset < end, isSpace(bytes[offset]) { offset += 1 }
    guard offset < end, bytes[offset] == UInt8(ascii: "[") else { throw VectorTextError("must start with '['") }
    offset += 1
    var element: [UInt8] = []
    var count = 0
    while true {
      guard offset < end else { throw VectorTextError("must end with ']'") }
      let byte = bytes[offset]
      offset += 1
      if isSpace(byte) { continue }
      let isLast = byte == UInt8(ascii: "]")
      guard isLast || byte == UInt8(ascii: ",") else {
        guard element.count < elementLimit else {
          throw VectorTextError("float string length exceeded \(elementLimit - 1) characters: '\(String(decoding: element, as: UTF8.self))'")
        }
        element.append(byte)
        continue
      }
      if isLast, count == 0, element.isEmpty { break }
      guard count < Normalization.maximumDimensions else { throw VectorTextError("max size exceeded \(Normalization.maximumDimensions)") }
      let text = String(decoding: element, as: UTF8.self)
      guard isNumber(element.span), let value = Double(text) else { throw VectorTextError("invalid float at position \(count): '\(text)'") }
      take(value)
      count += 1
      element.removeAll(keepingCapacity: true)
      if isLast { break }
    }
    while offset < end, isSpace(bytes[offset]) { offset += 1 }
    guard offset == end else { throw VectorTextError("non-space symbols after closing ']' are forbidden") }
  }

  /// Digits with perhaps a point among or around them, a sign before, and an exponent behind.
  private static func isNumber(_ bytes: Span<UInt8>) -> Bool {
    var offset = 0
    func digits(_ offset: inout Int) -> Int {
      let start = offset
      while offset < bytes.count, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
      return offset - start
    }
    func sign(_ offset: inout Int) {
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    }
    sign(&offset)
    var count = digits(&offset)
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      count += digits(&offset)
    }
    guard count > 0 else { return false }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      sign(&offset)
      guard digits(&offset) > 0 else { return false }
    }
    return offset == bytes.count
  }
}
