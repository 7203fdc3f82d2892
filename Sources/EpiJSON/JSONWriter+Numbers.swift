package import EpiBytes

/// Numbers as JavaScript's Number.prototype.toString writes them: the shortest digits that read back as the same double, without
/// exponent from 1e-6 up to below 1e21.
extension JSONWriter {
  /// Appends a double; -0 as 0, NaN and the infinities as null.
  package static func append(_ value: Double, to writer: inout ByteWriter) {
    guard value.isFinite else { return writer.append("null") }
    let magnitude = value.magnitude
    if magnitude < 9_007_199_254_740_992 {
      let whole = Int(value)
      if Double(whole) == value { return writer.append(decimal: whole) }
    }
    if value < 0 { writer.append(UInt8(ascii: "-")) }
    if let (digits, decimals) = shortDecimal(magnitude) {
      appendFixed(digits: digits, decimals: decimals, to: &writer)
    } else {
      appendShortest(magnitude, to: &writer)
    }
  }

  /// Powers of ten up to the decimals that `shortDecimal` looks at.
  private static let powers: InlineArray<16, UInt64> = {
    var powers = InlineArray<16, UInt64>(repeating: 1)
    for exponent in 1..<16 { powers[exponent] = powers[exponent - 1] * 10 }
    return powers
  }()

  /// `value` as `digits` / 10^`decimals` with at most 15 digits, when that reads back as the same double.
  ///
  /// Two different decimals of at most 15 digits never round to one double, so such a decimal, without trailing zeros, is the
  /// shortest there is. The test is exact: both operands of the division are, and the division rounds to nearest.
  private static func shortDecimal(_ value: Double) -> (digits: UInt64, decimals: Int)? {
    guard value >= 1e-6, value < 1e15 else { return nil }
    // Few decimals first: what people type and models round to.
    if let digits = decimal(value, power: 1e8) { return trimmed(digits, decimals: 8) }
    if value < 1 { return decimal(value, power: 1e15).map { trimmed($0, decimals: 15) } }
    return decimal(value, power: 1e12).map { trimmed($0, decimals: 12) }
  }

  /// `value` × `power` as a whole number below 10^15, when that divided by `power` is `value` again.
  @inline(__always)
  private static func decimal(_ value: Double, power: Double) -> UInt64? {
    let scaled = value * power + 0.5
    guard scaled < 1e15 else { return nil }
    let digits = UInt64(scaled)
    return Double(digits) / power == value ? digits : nil
  }

  /// Without the zeros at the end.
  @inline(__always)
  private static func trimmed(_ digits: UInt64, decimals: Int) -> (digits: UInt64, decimals: Int) {
    var (digits, decimals) = (digits, decimals)
    while decimals > 0 {
      let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { break }
      digits = quotient
      decimals -= 1
    }
    return (digits, decimals)
  }

  private static func appendFixed(digits: UInt64, decimals: Int, to writer: inout ByteWriter) {
    let power = powers[decimals]
    if digits < power {
      writer.append("0.")
      return writer.append(decimal: digits, padding: decimals)
    }
    let (whole, fraction) = digits.quotientAndRemainder(dividingBy: power)
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
