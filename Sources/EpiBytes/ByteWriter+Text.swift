/// Numbers and encodings as text.
extension ByteWriter {
  /// An integer in decimal, without allocation.
  package mutating func append(decimal value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  package mutating func append(decimal value: some UnsignedInteger & FixedWidthInteger) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var index = 20
    var rest = UInt64(value)
    repeat {
      index -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      digits[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest != 0
    append(digits.span, in: index..<20)
  }

  /// Sixteen lower-case hexadecimal digits.
  package mutating func append(hex value: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// A lib0 `varUint`.
  package mutating func append(varUint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
