import EpiBytes
import EpiJSON
import EpiTestSupport
import Foundation
import Testing

struct NumberArrayReaderTests {
  private func floats(_ text: String, pad: String = "") throws(JSONError) -> [Float] {
    let bytes = Array((text + pad).utf8)
    var floats: [Float] = []
    try NumberArrayReader.appendFloats(bytes.span, in: 0..<text.utf8.count, to: &floats)
    return floats
  }

  private func doubles(_ text: String) throws(JSONError) -> [Double] {
    let bytes = Array(text.utf8)
    var doubles: [Double] = []
    try NumberArrayReader.appendDoubles(bytes.span, in: 0..<bytes.count, to: &doubles)
    return doubles
  }

  /// Reads `numbers` as one array and compares each with the C library's strtod, to the bit.
  private func compare(_ numbers: [String], _ location: SourceLocation = #_sourceLocation) throws {
    let exact = numbers.map { strtod($0, nil) }
    for separator in [",", ", ", " ,\t"] {
      let text = "[" + numbers.joined(separator: separator) + "]"
      let found = try floats(text)
      #expect(found.count == numbers.count, sourceLocation: location)
      for (index, pair) in zip(found, exact).enumerated() where pair.0.bitPattern != Float(pair.1).bitPattern {
        Issue.record("\(numbers[index]): \(pair.0), not \(Float(pair.1))", sourceLocation: location)
      }
      let wide = try doubles(text)
      for (index, pair) in zip(wide, exact).enumerated() where pair.0.bitPattern != pair.1.bitPattern {
        Issue.record("\(numbers[index]): \(pair.0), not \(pair.1)", sourceLocation: location)
      }
    }
  }

  private func isWithinFloat(_ text: String) -> Bool { Float(strtod(text, nil)).isFinite }

  @Test(arguments: Seeds.list(4))
  func `reads the shortest text of floats`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let ordinary = (0..<2000).map { _ in "\(Float.random(in: -1...1, using: &random))" }
    let any = (0..<2000).map { _ in Float(bitPattern: UInt32.random(in: 0..<0x7f80_0000, using: &random)) }
    try compare(ordinary)
    try compare(any.map { "\($0)" } + any.map { "\(-$0)" })
  }

  @Test(arguments: Seeds.list(4))
  func `reads the shortest text of doubles`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let ordinary = (0..<2000).map { _ in "\(Double.random(in: -1...1, using: &random))" }
    let small = (0..<2000).map { _ in "\(Double.random(in: -0.001...0.001, using: &random))" }
    let any = (0..<2000).map { _ in "\(Double(bitPattern: UInt64.random(in: 0..<0x47ef_0000_0000_0000, using: &random)))" }
    try compare(ordinary + small + any)
  }

  /// Doubles on, and one unit beside, the midpoint of two neighbouring floats: rounding twice must not go astray.
  @Test(arguments: Seeds.list(4))
  func `rounds as the nearest double does where two floats are equally near`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var texts: [String] = []
    for _ in 0..<1000 {
      let isOrdinary = Bool.random(using: &random)
      let float =
        isOrdinary ? Float.random(in: 0.001...1, using: &random) : Float(bitPattern: UInt32.random(in: 0..<0x7f70_0000, using: &random))
      let middle = (Double(float) + Double(float.nextUp)) / 2
      for double in [middle, middle.nextUp, middle.nextDown] {
        texts.append("\(double)")
        texts.append(String(format: "%.16e", double))
        texts.append(String(format: "%.18e", double))
        texts.append(String(format: "%.25e", double))
        if isOrdinary { texts.append(String(format: "%.60f", double)) }
      }
      // Just beside the midpoint, by a digit far behind: as a double it is the midpoint, and rounds to even.
      if isOrdinary { texts.append(String(format: "%.60f", middle) + "1") }
    }
    try compare(texts)
  }

  @Test(arguments: Seeds.list(4))
  func `reads any digits, points and exponents`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func digits(_ count: Int) -> String { String((0..<count).map { _ in "0123456789".randomElement(using: &random)! }) }
    var texts: [String] = []
    while texts.count < 4000 {
      var text = Bool.random(using: &random) ? "-" : ""
      let integer = digits(Int.random(in: 1...(Bool.random(using: &random) ? 2 : 25), using: &random)).drop { $0 == "0" }
      text += integer.isEmpty ? "0" : String(integer)
      if Int.random(in: 0..<4, using: &random) > 0 {
        text += "." + String(repeating: "0", count: Bool.random(using: &random) ? 0 : Int.random(in: 0...20, using: &random))
        text += digits(Int.random(in: 1...22, using: &random))
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        text += ["e", "E"].randomElement(using: &random)! + ["", "+", "-"].randomElement(using: &random)! + "\(Int.random(in: 0...70, using: &random))"
      }
      if isWithinFloat(text) { texts.append(text) }
    }
    try compare(texts)
  }

  @Test func `reads what is special`() throws {
    try compare([
      "0", "-0", "0.0", "-0.0", "0e0", "-0e-999999999999999999999", "0.000000000000000000000000000000000000000000000000000001e54", "1", "-1", "10", "123456789",
      "16777216", "16777217", "16777218", "16777219", "9007199254740991", "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615",
      "18446744073709551616", "99999999999999999999", "3.4028235e38", "3.40282346638528859812e38", "3.4028235677973361e38", "-3.4028235e38", "1.1754944e-38", "1.1754942e-38",
      "1e-45", "7e-46", "7.0064923216240853e-46", "7.0064923216240862e-46", "1.4e-45", "1e-46", "1e-400", "1e-99999", "4.9e-324", "5e-324", "0.1", "0.3", "1e22", "1e23", "8.5e22", "1e37",
      "0.00000001", "0.12345678", "0.123456789", "0.1234567812345678", "0.12345678123456789", "0.123456781234567812345678", "0.1234567812345678123456789", "0.99999999999999999999999999",
    ])
    let wide = ["1e300", "1.7976931348623157e308", "2.2250738585072011e-308", "1e-320", "123456789012345678901234567890e200"]
    #expect(try doubles("[" + wide.joined(separator: ",") + "]") == wide.map { strtod($0, nil) })
  }

  @Test func `reads arrays of any length, at the very end of memory too`() throws {
    for count in [0, 1, 2, 3, 511, 512, 513, 1024, 1025] {
      let numbers = (0..<count).map { Float($0) / 8 }
      let text = "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
      #expect(try floats(text) == numbers)
      #expect(try floats(text, pad: "                                ") == numbers)
      #expect(try doubles(text) == numbers.map(Double.init))
    }
    #expect(try floats("[ ]") == [])
    #expect(try floats("[\t1 ,\r\n 2 ]") == [1, 2])
  }

  @Test func `appends to what is there`() throws {
    var floats: [Float] = [7]
    let bytes = Array("x[1,2]y[3]".utf8)
    try NumberArrayReader.appendFloats(bytes.span, in: 1..<6, to: &floats)
    try NumberArrayReader.appendFloats(bytes.span, in: 7..<10, to: &floats)
    #expect(floats == [7, 1, 2, 3])
  }

  @Test(arguments: [
    ("", JSONError.Code.expectedNumber, 0), ("1", .expectedNumber, 0), ("{}", .expectedNumber, 0), ("[", .endOfText, 1), ("[1", .endOfText, 2), ("[1,", .endOfText, 3),
    ("[1,]", .expectedNumber, 3), ("[,1]", .expectedNumber, 1), ("[1,,2]", .expectedNumber, 3), ("[1 2]", .expectedCommaOrBracket, 3), ("[1]]", .expectedEnd, 3),
    ("[01]", .leadingZero, 1), ("[-01.5]", .leadingZero, 2), ("[00.123456781234567812345678]", .leadingZero, 1), ("[1.]", .expectedDigit, 3), ("[1.e5]", .expectedDigit, 3), ("[.5]", .expectedNumber, 1),
    ("[-]", .expectedDigit, 2), ("[+1]", .expectedNumber, 1), ("[1e]", .expectedDigit, 3), ("[1e+]", .expectedDigit, 4), ("[1e5.5]", .expectedCommaOrBracket, 4),
    ("[0.5x,0.12345678123456781234]", .expectedCommaOrBracket, 4), ("[0.x,0.12345678123456781234]", .expectedDigit, 3), ("[0.12345678x,0.12345678123456781234]", .expectedCommaOrBracket, 11),
    ("[null]", .expectedNumber, 1), ("[1,\"2\"]", .expectedNumber, 3), ("[[1]]", .expectedNumber, 1), ("[NaN]", .expectedNumber, 1), ("[-Infinity]", .expectedDigit, 2),
    ("[1e309]", .numberTooLarge, 1), ("[0,-1e999999999999999999999999]", .numberTooLarge, 3), ("[1e39]", .numberBeyondFloat, 1), ("[1,3.4028236e38]", .numberBeyondFloat, 3),
    ("[340282356779733661637539395458142568448]", .numberBeyondFloat, 1), ("[0.1 0.12345678123456781234]", .expectedCommaOrBracket, 5), ("[1\u{b},2]", .expectedCommaOrBracket, 2),
  ])
  func `says what is wrong and where`(text: String, code: JSONError.Code, offset: Int) {
    for pad in ["", "                                "] {
      do {
        Issue.record("\(text) was read as \(try floats(text, pad: pad))")
      } catch {
        #expect(error.code == code)
        #expect(error.offset == offset)
      }
    }
  }

  @Test func `a number as long as a book takes no longer than its bytes`() throws {
    let nines = String(repeating: "9", count: 300_000)
    #expect(try floats("[0.\(nines)]") == [1])
    #expect(try floats("[\(nines)e-300000]") == [1])
    #expect(throws: JSONError(.numberTooLarge, at: 1)) { try floats("[\(nines)]") }
  }

  @Test func `agrees with jansson on arrays that are cut or changed`() throws {
    var random = SeededGenerator(seed: 1)
    let seeds = ["[0.0123456,-0.98765432,1.25e-05,0.12345678901234567,3,-4.5]", "[1, 2, 3.5e1, -0.001]", "[0.5,0.25,0.125,0.0625,0.03125,0.015625]"]
    var accepted = 0
    for _ in 0..<20000 {
      var bytes = Array(seeds.randomElement(using: &random)!.utf8)
      for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
        let at = bytes.indices.randomElement(using: &random)!
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = Array("[]0123456789.-+eE, ".utf8).randomElement(using: &random)!
        case 1: bytes.remove(at: at)
        default: bytes.insert(Array("[]0123456789.-+eE, ".utf8).randomElement(using: &random)!, at: at)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      // The range is that of the array; white space around it is not looked at.
      guard !text.hasPrefix(" "), !text.hasSuffix(" ") else { continue }
      let own = try? floats(text)
      let peer = (try? JSONValue(parsing: bytes.span, in: 0..<bytes.count)).flatMap { value -> [Float]? in
        guard value.kind == .array else { return nil }
        let numbers = (0..<value.count).map { value[$0]?.number.map(Float.init) }
        return numbers.contains { $0 == nil || $0?.isFinite == false } ? nil : numbers.compactMap { $0 }
      }
      #expect(own == peer, "\(text)")
      if own != nil { accepted += 1 }
    }
    #expect(accepted > 4000 && accepted < 18000, "\(accepted) accepted")
  }
}
