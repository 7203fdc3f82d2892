import EpiBytes
import EpiJSON
import Testing

struct JSONValueTests {
  private func parse(_ text: String) throws(JSONError) -> JSONValue {
    let bytes = Array(text.utf8)
    return try JSONValue(parsing: bytes.span, in: 0..<bytes.count)
  }

  private func printed(_ value: JSONValue) -> String {
    var writer = ByteWriter(capacity: 16)
    value.appendJSON(to: &writer)
    return string(writer)
  }

  @Test func `tells the kinds and the contents`() throws {
    let value = try parse(#"{"s":"naïve \u0000 🦆","i":-12,"r":2.5,"t":true,"f":false,"n":null,"a":[1,"x",[]],"o":{"":1}}"#)
    #expect(value.kind == .object)
    #expect(value.count == 8)
    #expect(value.entries.map(\.name) == ["s", "i", "r", "t", "f", "n", "a", "o"])
    #expect(value["s"]?.string == "naïve \0 🦆")
    #expect(value["i"]?.integer == -12)
    #expect(value["i"]?.number == -12)
    #expect(value["r"]?.kind == .real)
    #expect(value["r"]?.number == 2.5)
    #expect(value["r"]?.integer == nil)
    #expect(value["t"]?.boolean == true)
    #expect(value["f"]?.boolean == false)
    #expect(value["n"]?.kind == .null)
    #expect(value["n"]?.boolean == nil)
    #expect(value["a"]?.count == 3)
    #expect(value["a"]?[1]?.string == "x")
    #expect(value["a"]?[3] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["a"]?["x"] == nil)
    #expect(value["o"]?[""]?.integer == 1)
    #expect(value["missing"] == nil)
    #expect(value[0] == nil)
    #expect(value.string == nil)
    #expect(try parse("7").entries.isEmpty)
  }

  @Test func `a part outlives the whole`() throws {
    var whole: JSONValue? = try parse(#"{"a":[{"b":"kept"}]}"#)
    let part = whole?["a"]?[0]
    whole = nil
    #expect(part?["b"]?.string == "kept")
  }

  @Test func `prints compactly, in the order of the text`() throws {
    #expect(printed(try parse(#" { "b" : [ 1 , 2.5 , null ] , "a" : "x\u00e9\n\"" } "#)) == #"{"b":[1,2.5,null],"a":"xé\n\""}"#)
    #expect(printed(try parse("true")) == "true")
    #expect(printed(try parse(#""""#)) == #""""#)
  }

  @Test func `of repeated names the last value counts, in the first place`() throws {
    #expect(printed(try parse(#"{"a":1,"b":2,"a":3}"#)) == #"{"a":3,"b":2}"#)
  }

  @Test func `integers beyond 64 bits are reals`() throws {
    let value = try parse("[18446744073709551616]")
    #expect(value[0]?.kind == .real)
    #expect(value[0]?.number == 18446744073709551616)
  }

  @Test(arguments: [
    ("", JSONError.Code.endOfText, 0), ("[1", .endOfText, 2), ("[1]x", .expectedEnd, 3), ("[1e999]", .numberTooLarge, 5), (#"["\ud800"]"#, .expectedValue, 8), ("nul", .expectedValue, 2),
  ])
  func `says what is wrong and where`(text: String, code: JSONError.Code, offset: Int) {
    do {
      _ = try parse(text)
      Issue.record("\(text) was read")
    } catch {
      #expect(error.code == code)
      #expect(error.offset == offset, "\(error.message)")
    }
  }
}
