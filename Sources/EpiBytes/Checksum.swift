/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes a step by tables ("slicing by 8").
package enum Checksum {
  private static let tables: [[UInt32]] = {
    var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
      tables[0][byte] = crc
    }
    for slice in 1..<8 {
      for byte in 0..<256 {
        let previous = tables[slice - 1][byte]
        tables[slice][byte] = tables[0][Int(previous & 0xff)] ^ previous >> 8
      }
    }
    return tables
  }()

  /// The checksum of `bytes`, or of more bytes after those that gave `seed`.
  package static func crc32c(_ bytes: Span<UInt8>, continuing seed: UInt32 = 0) -> UInt32 {
    var crc = ~seed
    let tables = tables
    let (t0, t1, t2, t3) = (tables[0], tables[1], tables[2], tables[3])
    let (t4, t5, t6, t7) = (tables[4], tables[5], tables[6], tables[7])
    var offset = 0
    while offset + 8 <= bytes.count {
      let low = crc ^ (UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24)
      let a = t7[Int(low & 0xff)] ^ t6[Int(low >> 8 & 0xff)] ^ t5[Int(low >> 16 & 0xff)] ^ t4[Int(low >> 24)]
      let b = t3[Int(bytes[offset + 4])] ^ t2[Int(bytes[offset + 5])] ^ t1[Int(bytes[offset + 6])] ^ t0[Int(bytes[offset + 7])]
      crc = a ^ b
      offset += 8
    }
    while offset < bytes.count {
      crc = t0[Int((crc ^ UInt32(bytes[offset])) & 0xff)] ^ crc >> 8
      offset += 1
    }
    return ~crc
  }
}
