/// A secret that the hash tables of this process mix in, so that no input can be made whose entries all meet in one slot.
///
/// Tables are only looked into, never listed by slot: what is printed does not depend on it.
enum HashSeed {
  static let value = UInt64.random(in: .min ... .max)

  /// The upper and lower half of a product, folded: every bit of `value` reaches every bit of the result.
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
    return product.high ^ product.low
  }
}
