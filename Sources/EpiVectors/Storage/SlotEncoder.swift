/// Rounds vectors into slots, one after the other.
struct SlotEncoder {
  let form: VectorForm
  /// The slot of the last vector.
  private(set) var slot: [UInt8]
  private var decoded: [Float]

  init(_ form: VectorForm) {
    self.form = form
    slot = Array(repeating: 0, count: form.slotBytes)
    decoded = Array(repeating: 0, count: form.dimensions)
  }

  /// Fills the slot with a vector that `Normalization.prepare` has passed.
  /// - Throws: when the element type cannot hold its numbers.
  mutating func encode(_ values: Span<Float>) throws(VectorFault) {
    if form.element == .float16 {
      for index in 0..<values.count where abs(values[index]) >= Self.halfLimit { throw .beyondElement(position: index, form.element) }
    }
    let form = form
    for index in slot.indices { slot[index] = 0 }
    var target = slot.mutableSpan
    DistanceKernel.encode(values, form: form, into: &target)
    if form.isScaled { try restoreLength() }
  }

  /// Fills the slot with a vector in double precision.
  mutating func encode(_ values: [Double]) {
    for index in values.indices { slot.storeLittleEndian(values[index].bitPattern, at: index * 8) }
  }

  /// What rounds to infinity.
  private static let halfLimit: Float = 65_520

  /// For cosine, makes the rounded vector one of length 1 again by its factor and shift.
  private mutating func restoreLength() throws(VectorFault) {
    let (form, encoded) = (form, slot)
    var target = decoded.mutableSpan
    DistanceKernel.decode(encoded.span, form: form, into: &target)
    var square = 0.0
    for value in decoded { square += Double(value) * Double(value) }
    guard square > 0 else { throw .vanishes(form.element) }
    guard form.metric == .cosine else { return }
    for offset in [form.scaleOffset, form.scaleOffset + 4] {
      let number = Float(bitPattern: slot.span.littleEndian32(at: offset))
      slot.storeLittleEndian(Float(Double(number) / square.squareRoot()).bitPattern, at: offset)
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func storeLittleEndian<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    for index in 0..<(Value.bitWidth / 8) { self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
}
