import EpiBytes
import EpiVectors

/// Changes to the bytes of a snapshot, made from what epi-snapshot.5 says.
enum SnapshotBytes {
  static func store<Value: FixedWidthInteger>(_ value: Value, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<MemoryLayout<Value>.size { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }

  static func load32(_ bytes: [UInt8], at offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }

  /// Makes the checksums of the head and the section table right again, so that what lies behind them is looked at.
  static func mendChecksums(_ bytes: inout [UInt8]) {
    guard bytes.count >= 4_096 else { return }
    let head = Array(bytes[..<252])
    store(Checksum.crc32c(head.span), in: &bytes, at: 252)
    let end = 256 + 40 * load32(bytes, at: 32)
    guard end + 4 <= 4_096 else { return }
    let table = Array(bytes[256..<end])
    store(Checksum.crc32c(table.span), in: &bytes, at: end)
  }
}
