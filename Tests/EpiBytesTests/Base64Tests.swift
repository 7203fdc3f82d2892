import EpiBytes
import EpiTestSupport
import Foundation
import Testing

struct Base64Tests {
  private func encode(_ bytes: [UInt8]) -> String {
    var writer = ByteWriter(capacity: 0)
    Base64.encode(bytes.span, in: 0..<bytes.count, into: &writer)
    let span = writer.span
    return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }

  private func decode(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    var writer = ByteWriter(capacity: 0)
    guard Base64.decode(bytes.span, in: 0..<bytes.count, into: &writer) else { return nil }
    let span = writer.span
    return span.indices.map { span[$0] }
  }

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `agrees with the test vectors of RFC 4648`(plain: String, encoded: String) {
    #expect(encode(Array(plain.utf8)) == encoded)
    #expect(decode(encoded) == Array(plain.utf8))
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "=Zg=", "Z===", "Zg==Zg==", "Zm9v\n", "Zm9 ", "Zm-_", "Zm9\u{e9}", "Zm=v", "Zh==", "Zm9=",
  ])
  func `refuses what is not canonical base64`(text: String) {
    #expect(decode(text) == nil)
  }

  @Test func `both characters beyond letters and digits are the standard ones`() {
    #expect(encode([0xfb, 0xff, 0xbf]) == "+/+/")
    #expect(decode("+/+/") == [0xfb, 0xff, 0xbf])
  }

  @Test(arguments: Seeds.list(20))
  func `agrees with Foundation on random bytes`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for count in 0..<70 {
      let bytes = random.bytes(count)
      let expected = Data(bytes).base64EncodedString()
      #expect(encode(bytes) == expected)
      #expect(decode(expected) == bytes)
    }
  }

  @Test(arguments: Seeds.list(20))
  func `one changed character is either refused or stands for other bytes`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for count in 1..<40 {
      let bytes = random.bytes(count)
      var text = Array(encode(bytes).utf8)
      let place = Int.random(in: 0..<text.count, using: &random)
      let old = text[place]
      text[place] = UInt8.random(in: 0x21...0x7e, using: &random)
      guard text[place] != old, let other = decode(String(decoding: text, as: UTF8.self)) else { continue }
      #expect(other != bytes)
    }
  }

  @Test func `works on a part of the bytes`() {
    let bytes = Array("..foobar..".utf8)
    var writer = ByteWriter(capacity: 0)
    Base64.encode(bytes.span, in: 2..<8, into: &writer)
    let count = writer.count
    let text = Array("<Zm9vYmFy>".utf8)
    #expect(count == 8)
    var decoded = ByteWriter(capacity: 0)
    let isValid = Base64.decode(text.span, in: 1..<9, into: &decoded)
    let length = decoded.count
    #expect(isValid)
    #expect(length == 6)
  }
}
