import EpiBytes
import EpiTestSupport
import Testing

struct UTF8TextTests {
  private static let texts = ["", "plain", "naïve", "日本語", "🦆", "a🦆b🦆🦆c", "\u{feff}x", "e\u{301}", "\u{10ffff}\u{ffff}\u{800}\u{7ff}\u{80}\u{7f}"]

  private func isValid(_ bytes: [UInt8]) -> Bool { UTF8Text.isValid(bytes.span, in: 0..<bytes.count) }

  private func cut(_ bytes: [UInt8], in range: Range<Int>, atUnit unit: Int) -> UTF8Text.Cut? {
    UTF8Text.cut(bytes.span, in: range, atUnit: unit)
  }

  @Test(arguments: texts)
  func `counts what UTF-16 takes`(text: String) {
    let bytes = Array(text.utf8)
    let count = UTF8Text.utf16Count(bytes.span, in: 0..<bytes.count)
    #expect(count == text.utf16.count)
  }

  @Test(arguments: texts)
  func `cuts where the UTF-16 unit lies`(text: String) throws {
    let bytes = Array(text.utf8)
    let padded = [0x21] + bytes + [0x21]
    for unit in 0...text.utf16.count {
      let found = try #require(cut(padded, in: 1..<bytes.count + 1, atUnit: unit))
      let index = text.utf16.index(text.startIndex, offsetBy: unit)
      // Swift's own index: the second half of a pair has no place in UTF-8.
      if let offset = index.samePosition(in: text.unicodeScalars).map({ text.utf8.distance(from: text.startIndex, to: $0) }) {
        #expect(found.offset == offset + 1)
        #expect(!found.insidePair)
      } else {
        let lead = text.utf16.index(before: index)
        #expect(found.offset == text.utf8.distance(from: text.startIndex, to: lead) + 1)
        #expect(found.insidePair)
      }
    }
    #expect(cut(padded, in: 1..<bytes.count + 1, atUnit: text.utf16.count + 1) == nil)
  }

  @Test(arguments: [
    [0x80], [0xbf, 0x61], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
    [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0xa6],
    [0xe2, 0x28, 0xa1],
  ] as [[UInt8]])
  func `refuses ill-formed sequences, at the end and in the middle`(fault: [UInt8]) {
    let ascii = Array("some ascii before it ".utf8)
    for bytes in [fault, ascii + fault, ascii + fault + ascii, Array("é".utf8) + fault] {
      #expect(!isValid(bytes))
    }
  }

  @Test(arguments: texts)
  func `accepts what is well-formed`(text: String) {
    let bytes = Array(text.utf8)
    #expect(isValid(bytes))
  }

  @Test(arguments: Seeds.list(50))
  func `agrees with the standard library on random bytes`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let leads: [UInt8] = [0x41, 0x80, 0xbf, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0x9f, 0x90]
    for _ in 0..<100 {
      let bytes = (0..<Int.random(in: 0...8, using: &random)).map { _ in leads.randomElement(using: &random)! }
      #expect(isValid(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
    }
  }

  /// Every sequence of four bytes at the bounds of Unicode's table of well-formed sequences.
  @Test func `agrees with the standard library at every bound of the table`() {
    let bounds: [UInt8] = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xee, 0xf0, 0xf3, 0xf4, 0xf5]
    for first in bounds {
      for second in bounds {
        for third in bounds {
          for fourth in bounds {
            let bytes = [first, second, third, fourth]
            guard isValid(bytes) != (String(validating: bytes, as: UTF8.self) != nil) else { continue }
            Issue.record("\(bytes)")
          }
        }
      }
    }
  }

  @Test func `tells where ill-formed bytes begin, and makes strings of the others`() {
    let bytes = Array("é\u{7f}日x".utf8) + [0xed, 0xa0, 0x80] + Array("y".utf8)
    let place = UTF8Text.firstInvalid(bytes.span, in: 2..<bytes.count)
    #expect(place == 7)
    let none = UTF8Text.firstInvalid(bytes.span, in: 0..<7)
    #expect(none == nil)
    let text = UTF8Text.string(bytes.span, in: 0..<7)
    #expect(text == "é\u{7f}日x")
    let wrong = UTF8Text.string(bytes.span, in: 0..<8)
    #expect(wrong == nil)
  }

  @Test(arguments: Seeds.list(20))
  func `a cut is found from either end`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let characters: [Character] = ["a", "é", "€", "😀", "𝄞", "z"]
    let text = String((0..<Int.random(in: 0...40, using: &random)).map { _ in characters.randomElement(using: &random)! })
    // In the middle of other bytes, so that an end overrun would show.
    let bytes = Array("😀".utf8) + Array(text.utf8) + Array("€".utf8)
    let range = 4..<(bytes.count - 3)
    let total = text.utf16.count
    for units in 0...total {
      let before = text.utf16.prefix(units)
      let cut = UTF8Text.cut(bytes.span, in: range, atUnit: units, of: total)
      let isInside = units > 0 && UTF16.isLeadSurrogate(before.last!)
      #expect(cut?.insidePair == isInside)
      #expect(cut?.offset == 4 + String(decoding: before.dropLast(isInside ? 1 : 0), as: UTF16.self).utf8.count)
    }
    #expect(UTF8Text.cut(bytes.span, in: range, atUnit: total + 1, of: total) == nil)
  }
}
