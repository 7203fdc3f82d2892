import EpiBytes
import EpiJSON
import EpiTestSupport
import Testing

struct FieldScannerTests {
  /// Scans and has jansson parse the same line; both must say the same.
  /// - Returns: whether the line was accepted.
  @discardableResult
  private func compare(_ line: [UInt8], _ location: SourceLocation = #_sourceLocation) -> Bool {
    let peer = try? ScannedObject(parsing: line)
    for keepingNumbers in [true, false] {
      let own = try? ScannedObject(scanning: line, keepingNumbers: keepingNumbers)
      #expect(own == peer, "\(String(decoding: line.prefix(200), as: UTF8.self))", sourceLocation: location)
    }
    return peer != nil
  }

  /// Objects that RFC 8259 allows.
  static let valid = [
    "{}", " { } ", "\t{\r}\r", #"{"a":1}"#, #"{"a":1,"b":2}"#, #"{ "a" : 1 , "b" : [ ] }"#, #"{"":""}"#, #"{"a":null,"b":true,"c":false}"#,
    #"{"a":0,"b":-0,"c":10,"d":-10,"e":1234567890123456789}"#, #"{"a":0.5,"b":-0.0,"c":10.25,"d":1e5,"e":1E-5,"f":1.5e+10,"g":0e0,"h":-0.1e-1}"#,
    #"{"a":9223372036854775807,"b":-9223372036854775808}"#, #"{"a":9223372036854775808}"#, #"{"a":123456789012345678901234567890}"#,
    #"{"a":1e308,"b":1.7976931348623157e308,"c":4.9e-324,"d":1e-400,"e":0e999999999999}"#,
    #"{"a":"plain","b":"with \"quotes\" and \\ and \/","c":"\b\f\n\r\t","d":"\u0041\u00e9\u65e5","e":"\uD83E\uDD86"}"#,
    #"{"a":"naïve 日本語 🦆","ключ":"значение"}"#, "{\"a\":\"\u{7f}\u{80}\u{ffff}\u{10ffff}\"}", #"{"a":"\u0000","b":"\u001f"}"#,
    #"{"\u0061":1,"a\nb":2,"\uD83E\uDD86":3}"#, #"{"a":1,"a":2,"b":3,"a":4}"#, #"{"a":{"b":{"c":[1,2,{"d":[]}]}},"e":[[],[[]],{}]}"#,
    #"{"a":[1,2,3],"b":[ 1 , 2.5 , -3e2 ],"c":[],"d":["x","y"],"e":[1,"x",null,true,false,{}]}"#, #"{"a":[0.1,0.02,-0.003,1e-5,123.456]}"#,
    #"{"a":[1e39,1],"b":[1e300]}"#, #"{"a":[[0.5,0.25],[1,2]],"b":{"c":"\u00e9\n"}}"#, #"{"a":{},"b":[{}],"c":[{},{}]}"#,
  ]

  /// Texts that are no JSON object, or none that jansson takes.
  static let invalid = [
    "", " ", "1", "null", #""a""#, "[]", "[{}]", "{", "}", "{}}", "{}{}", "{},", "{} x", #"{"a"}"#, #"{"a":}"#, #"{"a":1"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#,
    #"{"a" 1}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":'x'}"#, #"{1:2}"#, #"{"a"::1}"#, #"{"a":1;"b":2}"#, #"{"a":1}//"#, #"{"a":/**/1}"#,
    #"{"a":01}"#, #"{"a":-01}"#, #"{"a":00}"#, #"{"a":-}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":1.}"#, #"{"a":1.e5}"#, #"{"a":1e}"#, #"{"a":1e+}"#, #"{"a":1.5.5}"#,
    #"{"a":1e5e5}"#, #"{"a":1e5.5}"#, #"{"a":0x10}"#, #"{"a":1_000}"#, #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":-Infinity}"#, #"{"a":1-}"#, #"{"a":--1}"#,
    #"{"a":1e309}"#, #"{"a":-1e400}"#, #"{"a":[1e309]}"#, #"{"a":[1,-2e999]}"#,
    #"{"a":nul}"#, #"{"a":nullx}"#, #"{"a":True}"#, #"{"a":tru"#, #"{"a":fals}"#, #"{"a":undefined}"#,
    #"{"a":"x}"#, #"{"a":"x\"}"#, #"{"a":"\x41"}"#, #"{"a":"\'"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12G4"}"#, #"{"a":"\u"}"#, #"{"a":"\U0041"}"#, "{\"a\":\"\t\"}",
    "{\"a\":\"\n\"}", "{\"a\":\"\u{1f}\"}", "{\"a\":\"\0\"}", "\u{feff}{}", "{\u{a0}}", "{\u{b}}", "{\u{c}}",
    #"{"a":"\ud800"}"#, #"{"a":"\udc00"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\ud800x"}"#, #"{"a":"\udc00\ud800"}"#, #"{"a":"\ud800\ud800"}"#, #"{"\u0000":1}"#,
    #"{"a\u0000b":1}"#, #"{"a":["\ud800"]}"#, #"{"a":{"\u0000":1}}"#,
    #"{"a":[}"#, #"{"a":[1}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a":[1 2]}"#, #"{"a":[1]]}"#, #"{"a":[01]}"#, #"{"a":[1.]}"#, #"{"a":[.5]}"#, #"{"a":[+1]}"#, #"{"a":[-]}"#,
    #"{"a":[1e]}"#, #"{"a":[0.5x]}"#, "{\"a\":[1,\u{1}2]}", "{\"a\":[0.5,\u{1f}0.25,1]}", "{\"a\":[1,\0 2]}", "{\"a\":[1, \u{1}2]}", #"{"a":[0.12345678901234567890123456789x]}"#, #"{"a":{"b":1]}"#, #"{"a":[1}}"#, #"{"a":{"b"}}"#, #"{"a":{]}"#, #"{"a":[["x"],}"#,
  ]

  @Test(arguments: valid)
  func `takes every object that jansson takes, with its values`(line: String) {
    #expect(compare(Array(line.utf8)))
  }

  @Test(arguments: invalid)
  func `refuses every line that jansson refuses`(line: String) {
    #expect(!compare(Array(line.utf8)))
  }

  @Test func `finds what ends or changes a long string wherever it stands`() {
    let text = String(repeating: "SGVsbG8gV29ybGQ+", count: 100)
    for place in [0, 1, 63, 64, 65, 127, 128, 700, 1_023, 1_024, 1_535, 1_536, 1_590, 1_599] {
      for piece in ["\"", "\\", "\\n", "\\u00e9", "\\ud800", "\n", "\u{1f}", "\u{7f}", "é", "🦆", "\",\"b\":\"", "\"}{"] {
        let start = text.index(text.startIndex, offsetBy: place)
        compare(Array("{\"a\":\"\(text[..<start])\(piece)\(text[start...])\",\"c\":\"\(text)\"}".utf8))
      }
      for byte: UInt8 in [0x80, 0xc3, 0xff] {
        var line = Array("{\"a\":\"\(text)\"}".utf8)
        line[6 + place] = byte
        #expect(!compare(line))
      }
    }
    #expect(compare(Array("{\"a\":\"\(text)\",\"\(text)\":1}".utf8)))
    #expect(!compare(Array("{\"a\":\"\(text)".utf8)))
  }

  @Test func `refuses bytes that are no UTF-8`() {
    let wrong: [[UInt8]] = [
      [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf0, 0x80, 0x80, 0x80],
      [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xfe], [0xe2, 0x28, 0xa1], [0xf0, 0x9f, 0xa6],
    ]
    for bytes in wrong {
      let inText = Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
      let inName = Array(#"{""#.utf8) + bytes + Array(#"":1}"#.utf8)
      let nested = Array(#"{"a":["long enough for a word of text "#.utf8) + bytes + Array(#""]}"#.utf8)
      let outside = Array(#"{"a":1"#.utf8) + bytes + Array("}".utf8)
      for line in [inText, inName, nested, outside] { #expect(!compare(line)) }
      #expect(throws: JSONError(.invalidUTF8, at: 6)) { try ScannedObject(scanning: inText) }
    }
  }

  @Test func `allows as many levels as jansson`() {
    for (levels, isAllowed) in [(2047, true), (2048, false), (5000, false)] {
      let arrays = #"{"a":"# + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}"
      let objects = String(repeating: #"{"a":"#, count: levels) + "{}" + String(repeating: "}", count: levels)
      // A number inside an array is a level of its own.
      let numbers = #"{"a":"# + String(repeating: "[", count: levels - 1) + "1,2" + String(repeating: "]", count: levels - 1) + "}"
      for line in [arrays, objects, numbers] { #expect(compare(Array(line.utf8)) == isAllowed) }
    }
  }

  /// jansson overlooks it after a number or a literal.
  @Test func `refuses a zero byte outside strings`() {
    for line in ["{\"a\":1\0}", "{\"a\":true\0}", "{\"a\":[1\0]}", "{\"a\":[\"x\",null\0]}", "{\"a\":1}\0", "\0{\"a\":1}", "{\0}"] {
      #expect(throws: JSONError.self) { try ScannedObject(scanning: Array(line.utf8)) }
    }
  }

  @Test func `numbers with many digits are as jansson reads them`() {
    for digits in [299, 300, 301, 308, 309, 310, 400, 2000] {
      let number = String(repeating: "9", count: digits)
      #expect(compare(Array(#"{"a":\#(number)}"#.utf8)) == (digits <= 308))
      #expect(compare(Array(#"{"a":0.\#(number)}"#.utf8)))
      #expect(compare(Array(#"{"a":\#(number)e-2000}"#.utf8)))
      #expect(compare(Array(#"{"a":[\#(number)e-2000,-\#(number).0e-1999]}"#.utf8)))
    }
  }

  /// Tells where the fault of `line` lies and what it is.
  private func fault(_ line: String) -> JSONError? {
    do {
      _ = try ScannedObject(scanning: Array(line.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test func `says where a fault lies and what it is`() {
    #expect(fault(#"{"a":1,}"#) == JSONError(.expectedName, at: 7, found: UInt8(ascii: "}")))
    #expect(fault(#"{"a":1"#) == JSONError(.endOfText, at: 6))
    #expect(fault(#"{"a":1 "b""#) == JSONError(.expectedCommaOrBrace, at: 7, found: UInt8(ascii: "\"")))
    #expect(fault(#"{"a":1}x"#) == JSONError(.expectedEnd, at: 7, found: UInt8(ascii: "x")))
    #expect(fault(#"{"a":01}"#) == JSONError(.leadingZero, at: 5))
    #expect(fault(#"{"a":1e999}"#) == JSONError(.numberTooLarge, at: 5))
    #expect(fault(#"{"a":[1,1e999]}"#) == JSONError(.numberTooLarge, at: 8))
    #expect(fault(#"{"a":[1,2.]}"#) == JSONError(.expectedDigit, at: 10, found: UInt8(ascii: "]")))
    #expect(fault(#"{"a":"x\qy"}"#) == JSONError(.invalidEscape, at: 7))
    #expect(fault("{\"a\":\"x\u{1}\"}") == JSONError(.controlCharacter, at: 7, found: 1))
    #expect(fault(#"{"ab\u0000":1}"#) == JSONError(.zeroInName, at: 1))
    #expect(fault(#"{"a":[1}"#) == JSONError(.expectedCommaOrBracket, at: 7, found: UInt8(ascii: "}")))
    #expect(fault(#"[1]"#) == JSONError(.expectedObject, at: 0, found: UInt8(ascii: "[")))
    #expect(fault(#"{"a":"xy\ud800"}"#)?.code == .invalidEscape)
    #expect(fault(#"{"a":"xy\ud800"}"#).map { (6..<15).contains($0.offset) } == true)
  }

  @Test func `steps into a nested object and back`() throws {
    let line = Array(#"{"a":1,"row":{"x":[1,2],"y":{}},"b":2}"#.utf8)
    var scanner = FieldScanner(line.span, in: 0..<line.count)
    var seen: [String] = []
    try scanner.enterObject()
    while let name = try scanner.nextName() {
      seen.append(text(of: name, in: line))
      guard scanner.nextByte == UInt8(ascii: "{") else {
        _ = try scanner.value()
        continue
      }
      try scanner.enterObject()
      while let inner = try scanner.nextName() {
        let value = try scanner.value()
        seen.append("\(text(of: inner, in: line))=\(String(decoding: line[value.range.bounds], as: UTF8.self))")
      }
    }
    try scanner.finish()
    #expect(seen == ["a", "row", "x=[1,2]", "y={}", "b"])
  }

  // MARK: Mutations

  private static let corpus =
    valid + [
      #"{"table":"notes","id":"rec000001","row":{"id":"rec000001","title":"A note — naïve","count":12,"score":64.955,"done":true,"tags":["a","b"]}}"#,
      #"{"epi":1,"table":"notes","fields":[{"id":"id","type":"id"},{"id":"body","type":"text","nullable":true}]}"#,
      #"{"id":"v","embedding":[0.0123456,-0.98765432,1.25e-05,0.1234567890123456,3,-4.5]}"#,
      #"{"blob":{"$base64":true,"encoded":"AAECAw=="},"vector":{"$f32":"AACAPw=="},"text":"\u00e9\ud83e\udd86 \"x\" \\ \n"}"#,
    ]

  /// What mutations put in: the characters of JSON's grammar, and those that break UTF-8.
  private static let alphabet = Array("{}[]\",:\\ue0123456789.-+ truefalsn/\u{1}\t\r".utf8) + [0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xf0, 0xff]

  private func mutate(_ line: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var line = line
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let at = Int.random(in: 0...line.count, using: &random)
      let length = min(Int.random(in: 0...12, using: &random), line.count - at)
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where at < line.count: line[at] = Self.alphabet.randomElement(using: &random)!
      case 1 where at < line.count: line.remove(at: at)
      case 2: line.insert(Self.alphabet.randomElement(using: &random)!, at: at)
      case 3: line.insert(contentsOf: line[at..<at + length], at: Int.random(in: 0...line.count, using: &random))
      default: line.removeSubrange(at..<at + length)
      }
    }
    return line
  }

  @Test(arguments: Seeds.list(8))
  func `agrees with jansson on damaged lines`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var accepted = 0
    let count = 5000
    for _ in 0..<count {
      let line = Self.corpus.randomElement(using: &random)!
      if compare(mutate(Array(line.utf8), &random)) { accepted += 1 }
    }
    // Mutations that spoil everything, or nothing, would test little.
    #expect(accepted > count / 20 && accepted < count / 2, "\(accepted) of \(count) accepted")
  }
}
