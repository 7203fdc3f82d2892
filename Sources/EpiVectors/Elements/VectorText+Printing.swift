package import EpiBytes

/// Vectors as libSQL prints them: six significant digits, ties of the exact value away from zero.
extension VectorText {
  /// Appends `[a,b,c]`.
  package static func append(_ values: Span<Float>, to writer: inout ByteWriter) {
    writer.append("[")
    for index in 0..<values.count {
      if index > 0 { writer.append(",") }
      append(Double(values[index]), to: &writer)
    }
    writer.append("]")
  }

  package static func append(_ values: Span<Double>, to writer: inout ByteWriter) {
    writer.append("[")
    for index in 0..<values.count {
      if index > 0 { writer.append(",") }
      append(values[index], to: &writer)
    }
    writer.append("]")
  }

  private static func append(_ value: Double, to writer: inout ByteWriter) {
    guard value.isFinite else { return writer.append(value.isNaN ? "NaN" : value < 0 ? "-Inf" : "Inf") }
    guard value != 0 else { return writer.append("0") }
    if value < 0 { writer.append("-") }
    var (digits, exponent) = sixDigits(value.magnitude)
    var count = 6
    while count > 1, digits % 10 == 0 {
      digits /= 10
      count -= 1
    }
    let text = DecimalDigits(digits, count: count)
    if exponent < -4 || exponent > 5 {
      text.append(0..<1, to: &writer)
      if count > 1 {
        writer.append(".")
        text.append(1..<count, to: &writer)
      }
      writer.append(exponent < 0 ? "e-" : "e+")
      exponent = abs(exponent)
      if exponent < 10 { writer.append("0") }
      writer.append(decimal: exponent)
    } else if exponent < 0 {
      writer.append("0.")
      for _ in 1..<(-exponent) { writer.append("0") }
      text.append(0..<count, to: &writer)
    } else {
      text.append(0..<min(count, exponent + 1), to: &writer)
      for _ in 0..<max(0, exponent + 1 - count) { writer.append("0") }
      if count > exponent + 1 {
        writer.append(".")
        text.append((exponent + 1)..<count, to: &writer)
      }
    }
  }

  /// The six digits of a positive number and the power of ten of the first.
  private static func sixDigits(_ value: Double) -> (digits: Int, exponent: Int) {
    // A first guess, off by one at most: the power of two times log10(2).
    var exponent = Int((Double(value.exponent) * 0.301029995663981195).rounded(.down))
    var scaled = scale(value, by: 5 - exponent)
    while scaled >= 1e6 {
      exponent += 1
      scaled = scale(value, by: 5 - exponent)
    }
    while scaled < 1e5 {
      exponent -= 1
      scaled = scale(value, by: 5 - exponent)
    }
    let whole = scaled.rounded(.down)
    let rest = scaled - whole
    // The scaled value is off by less than a millionth, far less; only near a tie is more to be known.
    let isUp = abs(rest - 0.5) > 1e-6 ? rest > 0.5 : ExactDecimal.isAtLeast(value, Int(whole), exponent: exponent - 5)
    let digits = Int(whole) + (isUp ? 1 : 0)
    return digits == 1_000_000 ? (100_000, exponent + 1) : (digits, exponent)
  }

  private static func scale(_ value: Double, by power: Int) -> Double {
    var value = value
    var power = power
    while power > 22 {
      value *= 1e22
      power -= 22
    }
    while power < -22 {
      value /= 1e22
      power += 22
    }
    return power < 0 ? value / tenTo(-power) : value * tenTo(power)
  }

  /// Exact up to 22.
  private static func tenTo(_ power: Int) -> Double {
    var value = 1.0
    for _ in 0..<power { value *= 10 }
    return value
  }
}

/// Up to six decimal digits.
private struct DecimalDigits {
  private var digits = InlineArray<6, UInt8>(repeating: 0)

  init(_ value: Int, count: Int) {
    var rest = value
    for index in stride(from: count - 1, through: 0, by: -1) {
      digits[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  func append(_ range: Range<Int>, to writer: inout ByteWriter) {
    for index in range { writer.append(digits[index]) }
  }
}

/// Compares a double with a decimal, both exactly.
private enum ExactDecimal {
  /// Whether `value` is at least (`whole` + 1/2) × 10^`exponent`.
  static func isAtLeast(_ value: Double, _ whole: Int, exponent: Int) -> Bool {
    // value = significand × 2^power; both sides are multiplied by 2, and by what makes all powers positive.
    let power = Int(value.exponent) - 52
    var left = Natural(UInt64(value.significandBitPattern) | (value.isNormal ? 1 << 52 : 0))
    let leftPower = value.isNormal ? power : -1074
    var right = Natural(UInt64(2 * whole + 1))
    left.shift(by: 1)
    if leftPower > 0 { left.shift(by: leftPower) } else { right.shift(by: -leftPower) }
    for _ in 0..<abs(exponent) { if exponent < 0 { left.multiply(by: 10) } else { right.multiply(by: 10) } }
    return !(left < right)
  }

  /// A natural number of any size, 32 bits a digit, the lowest first, no zeros at the top.
  private struct Natural {
    private var digits: [UInt32]

    init(_ value: UInt64) {
      digits = [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)]
      trim()
    }

    mutating func multiply(by factor: UInt32) {
      var carry: UInt64 = 0
      for index in digits.indices {
        let product = UInt64(digits[index]) * UInt64(factor) + carry
        digits[index] = UInt32(truncatingIfNeeded: product)
        carry = product >> 32
      }
      if carry > 0 { digits.append(UInt32(carry)) }
    }

    mutating func shift(by bits: Int) {
      digits.insert(contentsOf: repeatElement(0, count: bits / 32), at: 0)
      multiply(by: 1 << UInt32(bits % 32))
    }

    private mutating func trim() {
      while digits.last == 0 { digits.removeLast() }
    }

    static func < (a: Natural, b: Natural) -> Bool {
      if a.digits.count != b.digits.count { return a.digits.count < b.digits.count }
      for (x, y) in zip(a.digits.reversed(), b.digits.reversed()) where x != y { return x < y }
      return false
    }
  }
}
