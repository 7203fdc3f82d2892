import EpiBytes
import EpiTestSupport
import Foundation
import Testing

struct ByteWriterTests {
  private func written(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter(capacity: 0)
    body(&writer)
    let span = writer.span
    return span.indices.map { span[$0] }
  }

  @Test(arguments: Seeds.list(10))
  func `keeps every byte while it grows`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var expected: [UInt8] = []
    let got = written { writer in
      for _ in 0..<300 {
        let piece = random.bytes(Int.random(in: 0...200, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: for byte in piece { writer.append(byte) }
        case 1: writer.append(piece.span)
        case 2:
          let half = piece.count / 2
          writer.append(piece.span, in: 0..<half)
          writer.append(piece.span, in: half..<piece.count)
        default: writer.append(piece)
        }
        expected += piece
      }
    }
    #expect(got == expected)
  }

  @Test func `appends texts as UTF-8`() {
    #expect(written { $0.append("ab\n") } == Array("ab\n".utf8))
    let text = String("naïve 🦆")
    #expect(written { $0.append(text) } == Array(text.utf8))
    #expect(written { $0.append(String()) } == [])
  }

  @Test(arguments: [0, 7, 10, 99, 100, -1, -10, 123_456_789, Int.max, Int.min])
  func `prints integers in decimal`(value: Int) {
    #expect(written { $0.append(decimal: value) } == Array("\(value)".utf8))
  }

  @Test func `prints the largest unsigned integer and sixteen hexadecimal digits`() {
    #expect(written { $0.append(decimal: UInt.max) } == Array("18446744073709551615".utf8))
    #expect(written { $0.append(decimal: UInt(200)) } == Array("200".utf8))
    #expect(written { $0.append(hex: 0x0123_4567_89ab_cdef) } == Array("0123456789abcdef".utf8))
    #expect(written { $0.append(hex: 0) } == Array("0000000000000000".utf8))
  }

  @Test func `writes lib0 varUints in their shortest form`() {
    #expect(written { $0.append(varUint: 0) } == [0])
    #expect(written { $0.append(varUint: 128) } == [0x80, 0x01])
    #expect(written { $0.append(varUint: 16384) } == [0x80, 0x80, 0x01])
    #expect(written { $0.append(varUint: (1 << 53) - 1) } == [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])
  }

  @Test func `patches little-endian integers in place`() {
    let got = written { writer in
      writer.appendLittleEndian(UInt32(0))
      writer.appendLittleEndian(UInt16(0xabcd))
      writer.patchLittleEndian(UInt32(0x0102_0304), at: 0)
    }
    #expect(got == [4, 3, 2, 1, 0xcd, 0xab])
  }

  @Test func `is used again after it was emptied or cut`() {
    let got = written { writer in
      writer.append("hello")
      writer.truncate(to: 2)
      writer.append("y")
      let before = writer.count
      #expect(before == 3)
      writer.removeAll()
      let isEmpty = writer.isEmpty
      #expect(isEmpty)
      writer.append("again")
    }
    #expect(got == Array("again".utf8))
  }

  @Test func `takes only as many bytes as were filled in`() {
    let got = written { writer in
      writer.append("a")
      writer.append(upTo: 1000) { memory in
        memory[0] = 0x62
        memory[1] = 0x63
        return 2
      }
    }
    #expect(got == Array("abc".utf8))
  }

  @Test func `drops bytes from the front`() {
    let all = (0..<200).map { UInt8($0) }
    for dropped in [0, 1, 99, 199, 200] {
      let left = written {
        $0.append(all)
        $0.removeFirst(dropped)
        $0.append(7)
      }
      #expect(left == Array(all.dropFirst(dropped)) + [7])
    }
  }

  @Test func `appends the low bytes of a word`() {
    for count in 0...8 {
      let bytes = written { writer in
        for _ in 0..<40 { writer.append(lowBytes: count, of: 0x0807_0605_0403_0201) }
      }
      #expect(bytes == (0..<40).flatMap { _ in (0..<count).map { UInt8($0 + 1) } })
    }
  }
}
