package import EpiBytes

/// Numbers as JavaScript's Number.prototype.toString writes them: the shortest digits that read back as the same double, without
/// exponent from 1e-6 up to below 1e21.
extension JSONWriter {
  /// Appends a double; -0 as 0, NaN and the infinities as null.
  package static func append(_ value: Double, to writer: inout ByteWriter) {
    guard value.isFinite else { return writer.append("null") }
    if value.magnitude < 9_007_199_254_740_992, let whole = Int(exactly: value) { return writer.append(decimal: whole) }
    if value < 0 { writer.append(UInt8(ascii: "-")) }
    let magnitude = value.magnitude
    if let (digits, decimals) = shortDecimal(magnitude) {
      appendFixed(digits: digits, decimals: decimals, to: &writer)
    } else {
      appendShortest(magnitude, to: &writer)
    }
  }

  /// Powers of ten that a double holds exactly.
  private static let powers: InlineArray<23, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// `value` as `digits` / 10^`decimals` with at most 15 digits, when that reads back as the same double.
  ///
  /// Two different decimals of at most 15 digits never round to one double, so such a decimal, without trailing zeros, is the
  /// shortest there is. The test is exact: both operands of the division are, and the division rounds to nearest.
  private static func shortDecimal(_ value: Double) -> (digits: UInt64, decimals: Int)? {
    guard value >= 1e-6, value < 1e15 else { return nil }
    // Few decimals first: what people type and models round to.
    var decimals = 8
    while true {
      let power = powers[decimals]
      let scaled = value * power + 0.5
      guard scaled < 1e15 else { return nil }
      var digits = UInt64(scaled)
      guard Double(digits) / power == value else {
        guard decimals == 8 else { return nil }
        decimals = value < 1 ? 15 : 12
        continue
      }
      while decimals > 0 {
        let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
        if remainder != 0 { break }
        digits = quotient
        decimals -= 1
      }
      return (digits, decimals)
    }
  }

  private static func appendFixed(digits: UInt64, decimals: Int, to writer: inout ByteWriter) {
    let (whole, fraction) = digits.quotientAndRemainder(dividingBy: UInt64(powers[decimals]))
    writer.append(decimal: UInt(whole))
    guard decimals > 0 else { return }
    writer.append(UInt8(ascii: "."))
    writer.append(decimal: fraction, padding: decimals)
  }

  /// The standard library finds the shortest digits; only where the point goes differs between Swift and JavaScript.
  private static func appendShortest(_ value: Double, to writer: inout ByteWriter) {
    let description = value.description
    let text = description.utf8.span
    // digits without the point, and the power of ten of the first one
    var digits = InlineArray<24, UInt8>(repeating: 0)
    var count = 0
    var pointAfter: Int?
    var exponent = 0
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      offset += 1
      if byte == UInt8(ascii: ".") {
        pointAfter = count
      } else if byte == UInt8(ascii: "e") {
        let negative = text[offset] == UInt8(ascii: "-")
        offset += 1
        var power = 0
        while offset < text.count {
          power = power * 10 + Int(text[offset] & 15)
          offset += 1
        }
        exponent = negative ? -power : power
      } else {
        digits[count] = byte
        count += 1
      }
    }
    var first = 0
    while first < count - 1, digits[first] == UInt8(ascii: "0") { first += 1 }
    while count > first + 1, digits[count - 1] == UInt8(ascii: "0"), count > (pointAfter ?? count) { count -= 1 }
    // value = 0.d1d2d3… × 10^scale, as in ECMAScript's definition (there named n)
    let scale = (pointAfter ?? count) - first + exponent
    let length = count - first
    let zero = UInt8(ascii: "0")
    if scale > 0, scale <= 21 {
      if length <= scale {
        writer.append(digits.span, in: first..<count)
        for _ in length..<scale { writer.append(zero) }
      } else {
        writer.append(digits.span, in: first..<(first + scale))
        writer.append(UInt8(ascii: "."))
        writer.append(digits.span, in: (first + scale)..<count)
      }
    } else if scale <= 0, scale > -6 {
      writer.append("0.")
      for _ in scale..<0 { writer.append(zero) }
      writer.append(digits.span, in: first..<count)
    } else {
      writer.append(digits[first])
      if length > 1 {
        writer.append(UInt8(ascii: "."))
        writer.append(digits.span, in: (first + 1)..<count)
      }
      writer.append(UInt8(ascii: "e"))
      if scale - 1 > 0 { writer.append(UInt8(ascii: "+")) }
      writer.append(decimal: scale - 1)
    }
  }
}
