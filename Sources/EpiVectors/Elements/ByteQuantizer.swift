/// Numbers as bytes between the least and the greatest of their vector: f8, `alpha * byte + shift`.
package struct ByteQuantizer: Equatable, Sendable {
  package var alpha: Float
  package var shift: Float

  package init(alpha: Float, shift: Float) {
    self.alpha = alpha
    self.shift = shift
  }

  /// Spreads the bytes from the least to the greatest number; both 0 for no numbers.
  ///
  /// Not-a-number takes the place of what was least or greatest until then, and gives it to the next number: what comes of comparing
  /// as libSQL does.
  package init(spanning values: Span<Float>) {
    guard values.count > 0 else {
      self.init(alpha: 0, shift: 0)
      return
    }
    var (least, greatest) = (values[0], values[0])
    for index in 1..<values.count {
      least = least < values[index] ? least : values[index]
      greatest = greatest > values[index] ? greatest : values[index]
    }
    self.init(alpha: (greatest - least) / 255, shift: least)
  }

  /// The byte for a number; 0 for what is none.
  @inline(__always)
  package func encode(_ value: Float) -> UInt8 { Self.byte((value - shift) / alpha, alpha) }

  /// The byte for a number of a vector in double precision.
  @inline(__always)
  package func encode(_ value: Double) -> UInt8 { Self.byte(Float((value - Double(shift)) / Double(alpha)), alpha) }

  @inline(__always)
  package func decode(_ byte: UInt8) -> Float { alpha * Float(byte) + shift }

  @inline(__always)
  private static func byte(_ position: Float, _ alpha: Float) -> UInt8 {
    guard alpha != 0, position > 0 else { return 0 }
    return position > 255 ? 255 : UInt8((Double(position) + 0.5).rounded(.down))
  }
}
