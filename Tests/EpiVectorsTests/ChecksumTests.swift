import CEpiKernels
import EpiTestSupport
import EpiVectors
import Testing

struct ChecksumTests {
  /// A read command of iSCSI, the last vector of RFC 3720, appendix B.4.
  private static let readCommand: [UInt8] =
    [0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28]
    + [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]

  private func crc32c(_ bytes: [UInt8]) -> UInt32 { Checksum.crc32c(bytes.span) }

  @Test(arguments: [
    ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
    ([UInt8](0..<32), 0x46dd_794e), ([UInt8]((0..<32).reversed()), 0x113f_db5c), (readCommand, 0xd996_3a56),
    (Array("123456789".utf8), 0xe306_9283), ([], 0),
  ] as [([UInt8], UInt32)])
  func `agrees with the test vectors of RFC 3720`(bytes: [UInt8], sum: UInt32) {
    #expect(crc32c(bytes) == sum)
    #expect(epi_crc32c_at(EPI_LEVEL_PORTABLE, 0, bytes, bytes.count) == sum)
  }

  @Test(arguments: Seeds.list(20))
  func `does not depend on how the bytes are cut`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = random.bytes(Int.random(in: 0...300, using: &random))
    var sum: UInt32 = 0
    var offset = 0
    while offset < bytes.count {
      let end = Int.random(in: offset...min(bytes.count, offset + 40), using: &random)
      sum = Checksum.crc32c(bytes.span.extracting(offset..<end), continuing: sum)
      offset = end
    }
    #expect(sum == crc32c(bytes))
  }

  @Test func `is the same from all levels, however many bytes there are`() {
    var random = SeededGenerator(seed: 1)
    let bytes = random.bytes(50_000)
    for count in [0, 1, 4_095, 4_096, 12_287, 12_288, 12_289, 12_300, 24_575, 24_576, 30_001, 36_864, 49_999] {
      for start in [0, 1] {
        let part = Array(bytes[start..<(start + count)])
        for seed: UInt32 in [0, 0xffff_ffff, 0x1234_5678] {
          let sum = epi_crc32c_at(EPI_LEVEL_PORTABLE, seed, part, count)
          for level in KernelTests.levels { #expect(epi_crc32c_at(level, seed, part, count) == sum, "\(count)") }
        }
      }
    }
  }

  @Test(arguments: Seeds.list(10))
  func `one flipped bit changes it`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bytes = random.bytes(100)
    let sum = Checksum.crc32c(bytes.span)
    for place in 0..<800 {
      bytes[place / 8] ^= 1 << (place % 8)
      #expect(crc32c(bytes) != sum)
      bytes[place / 8] ^= 1 << (place % 8)
    }
  }
}
