import EpiBytes
import EpiTestSupport
import Testing

struct ContentHashTests {
  private func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash = ContentHash()
    hash.update(bytes.span)
    #expect(ContentHash.of(([7, 7] + bytes + [9]).span, in: 2..<(2 + bytes.count)) == hash.value)
    return hash.value
  }

  @Test(arguments: [
    ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
    ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
  ] as [(String, UInt64)])
  func `agrees with published values of XXH64`(text: String, value: UInt64) {
    #expect(hash(Array(text.utf8)) == value)
  }

  /// Lengths around every step of the algorithm, over the bytes (131 i + 7) mod 256, as python-xxhash 3 gives them.
  @Test(arguments: [
    (1, 0xa96c_7f0c_e858_bbb7), (3, 0xbed4_3740_ee63_32bb), (4, 0xfa21_2ae4_4b3b_b23d), (5, 0xd339_dcc9_ac8e_6776),
    (7, 0x2744_460d_d675_d2c0), (8, 0x994b_676b_71ce_94dd), (9, 0x572b_84c1_8b98_3af8), (12, 0xb92f_588c_e720_786e),
    (15, 0x09e6_451e_d2ff_8b1d), (16, 0x94ad_0095_e72b_24d5), (31, 0x6711_d55e_306b_5d8f), (32, 0x07f7_b8e3_bc5d_6e25),
    (33, 0x09f8_5eeb_4e1c_be9f), (36, 0xe7ac_6252_22f2_b655), (39, 0xb13c_137a_0fb7_01c3), (40, 0xd251_5017_7ba4_6490),
    (63, 0xb7c9_968c_066c_b6a5), (64, 0x50d4_159a_0411_632e), (65, 0xd277_176b_ff86_3efc), (100, 0x9dda_da11_d3dc_2d8f),
    (1000, 0x0bf0_bdbc_c82e_b373), (4096, 0xcf05_adf7_5aca_30cf),
  ] as [(Int, UInt64)])
  func `agrees with another implementation at every kind of length`(count: Int, value: UInt64) {
    #expect(hash((0..<count).map { UInt8(($0 * 131 + 7) & 255) }) == value)
  }

  @Test(arguments: Seeds.list(30))
  func `does not depend on how the bytes are cut`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = random.bytes(Int.random(in: 0...500, using: &random))
    var inPieces = ContentHash()
    var offset = 0
    while offset < bytes.count {
      let end = Int.random(in: offset...min(bytes.count, offset + 70), using: &random)
      inPieces.update(bytes.span.extracting(offset..<end))
      offset = end
    }
    #expect(inPieces.value == hash(bytes))
  }

  @Test func `can be asked in between`() {
    var running = ContentHash()
    running.update(Array("ab".utf8).span)
    #expect(running.value == hash(Array("ab".utf8)))
    running.update(Array("c".utf8).span)
    #expect(running.value == 0x44bc_2cf5_ad77_0999)
  }
}
