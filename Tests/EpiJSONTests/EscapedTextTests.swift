import EpiBytes
import EpiJSON
import Testing

struct EscapedTextTests {
  private func resolve(_ quoted: String) -> String {
    let bytes = Array("before \(quoted) after".utf8)
    var writer = ByteWriter(capacity: 4)
    writer.append("kept ")
    EscapedText.append(bytes.span, in: 8..<7 + quoted.utf8.count - 1, to: &writer)
    return string(writer)
  }

  @Test(arguments: [
    (#""""#, ""), (#""plain""#, "plain"), (#""a\"b\\c\/d""#, #"a"b\c/d"#), (#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"), (#""\\n""#, #"\n"#), (#""ü\nñ""#, "ü\nñ"),
    (#""\u0041""#, "A"), (#""x\ny\u00e9z\tw""#, "x\ny\u{e9}z\tw"), (#""\ud83e\uDD86\n""#, "🦆\n"), (#""a\u0000b""#, "a\0b"), (#""\n\n\n""#, "\n\n\n"), (#""\\\\\"""#, #"\\""#),
  ])
  func `stands for the text without escapes`(quoted: String, text: String) throws {
    #expect(resolve(quoted) == "kept " + text)
    let bytes = Array(quoted.utf8)
    #expect(try JSONValue(parsing: bytes.span, in: 0..<bytes.count).string == text)
  }
}
