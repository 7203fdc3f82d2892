/// Numbers and encodings as text.
extension ByteWriter {
  /// An integer in decimal, without allocation.
  package mutating func append(decimal value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  package mutating func append(decimal value: UInt) { appendDigits(UInt64(value), count: Self.digitCount(UInt64(value))) }

  /// An integer in decimal, with zeros in front up to `count` digits; `count` is enough for it.
  package mutating func append(decimal value: UInt64, padding count: Int) { appendDigits(value, count: count) }

  /// Digits that `value` has in decimal.
  private static func digitCount(_ value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10_000 {
      rest /= 10_000
      count += 4
    }
    return count + (rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
  }

  /// Sixteen lower-case hexadecimal digits.
  package mutating func append(hex value: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// A lib0 `varUint`.
  @inlinable
  @inline(__always)
  package mutating func append(varUint value: UInt64) {
    if value < 0x80 { return append(UInt8(truncatingIfNeeded: value)) }
    appendGroups(of: value)
  }

  @usableFromInline
  mutating func appendGroups(of value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
