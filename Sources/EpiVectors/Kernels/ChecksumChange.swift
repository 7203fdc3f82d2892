internal import EpiBytes

/// What becomes of the checksum of bytes of which some are replaced: CRCs are linear, so it takes the differences only.
struct ChecksumChange {
  /// The register that the differences up to `position` give, from zero on.
  private var register: UInt32 = 0
  private var position = 0
  private var differences: [UInt8] = []

  /// Takes in that `new` stands for `old`, as many bytes, from `offset` on.
  /// - Precondition: what was replaced before lies before it.
  mutating func replace(_ old: Span<UInt8>, by new: Span<UInt8>, at offset: Int) {
    precondition(old.count == new.count && offset >= position)
    differences.removeAll(keepingCapacity: true)
    for index in 0..<old.count { differences.append(old[index] ^ new[index]) }
    register = ~Checksum.crc32c(differences.span, continuing: ~Self.register(register, after: offset - position))
    position = offset + old.count
  }

  /// The new checksum of `length` bytes that had this one.
  func applied(to checksum: UInt32, length: Int) -> UInt32 { checksum ^ Self.register(register, after: length - position) }

  /// The register after so many bytes of zero: times x to the power of eight times as many, modulo the polynomial.
  /// - Complexity: O(log(`zeros`))
  private static func register(_ register: UInt32, after zeros: Int) -> UInt32 {
    // Bit 31 is 1, bit 30 is x, and so on.
    var power: UInt32 = 1 << 23
    var result = register
    var rest = zeros
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, power) }
      power = product(power, power)
      rest >>= 1
    }
    return result
  }

  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let polynomial: UInt32 = 0x82f6_3b78
    var sum: UInt32 = 0
    var shifted = b
    for bit in stride(from: 31, through: 0, by: -1) {
      if a >> UInt32(bit) & 1 == 1 { sum ^= shifted }
      shifted = shifted & 1 == 1 ? shifted >> 1 ^ polynomial : shifted >> 1
    }
    return sum
  }
}
