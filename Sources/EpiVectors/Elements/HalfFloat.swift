/// IEEE 754 half precision (binary16): f16, one number in two bytes.
package enum HalfFloat {
  /// The nearest half, ties to even; 65,520 and above become infinite, every not-a-number 0x7e00.
  @inline(__always)
  package static func encode(_ value: Float) -> UInt16 { value.isNaN ? 0x7e00 : Float16(value).bitPattern }

  @inline(__always)
  package static func decode(_ bits: UInt16) -> Float { Float(Float16(bitPattern: bits)) }
}
