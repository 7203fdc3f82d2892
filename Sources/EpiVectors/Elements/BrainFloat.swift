/// The upper half of a single-precision number: bf16, one number in two bytes.
package enum BrainFloat {
  /// Cuts off the lower half without rounding, as libSQL does; not-a-number with nothing in its upper half becomes infinite.
  @inline(__always)
  package static func encode(_ value: Float) -> UInt16 { UInt16(truncatingIfNeeded: value.bitPattern >> 16) }

  @inline(__always)
  package static func decode(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
