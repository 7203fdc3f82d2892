import EpiTestSupport
import Testing

@testable import EpiSQLite

/// What becomes of the values of rows.
struct ValueTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  /// Rows of table `t` with one field `v`.
  private func store(_ values: String..., type: String? = nil) throws {
    var text = type.map { #"{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"v","type":"\#($0)","nullable":true}]}"# + "\n" } ?? ""
    for (index, value) in values.enumerated() { text += #"{"table":"t","id":"\#(index)","row":{"v":\#(value)}}"# + "\n" }
    _ = try MaterializerRun(text, to: judge.path)
  }

  /// The values of `v` as SQL literals.
  private func stored() throws -> [String] { try judge.text("SELECT quote(v) FROM t").split(separator: "\n").map(String.init) }

  @Test func `numbers keep their value and their kind`() throws {
    try store("0", "-9223372036854775808", "9223372036854775807", "null")
    #expect(try stored() == ["0", "-9223372036854775808", "9223372036854775807", "NULL"])
    try store("0.1", "-1e-7", "5e-324", "1.7976931348623157e308", "100000000000000000000", "3")
    #expect(try judge.text("SELECT group_concat(typeof(v)) FROM t") == "real,real,real,real,real,real")
    let doubles = try judge.text("SELECT printf('%!.20g', v) FROM t").split(separator: "\n").map { Double($0) }
    #expect(doubles == [0.1, -1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e20, 3])
  }

  @Test func `an integer with more digits than any number holds stays whole, as text`() throws {
    try store("1", "123456789012345678901", "2.50")
    #expect(try stored() == ["'1'", "'123456789012345678901'", "'2.50'"])
    try store("1", "123456789012345678901", type: "integer")
    #expect(try stored() == ["1", "'123456789012345678901'"])
    #expect(try judge.columns(of: "t") == ["id TEXT", "v"])
  }

  @Test func `strings arrive without their escapes`() throws {
    try store(#""a\"b\\c\/d\n\t\u00e9\ud83d\ude00""#, #""plain é 😀""#, #""""#)
    #expect(try judge.rows("SELECT v FROM t").map { $0["v"] as? String } == ["a\"b\\c/d\n\té😀", "plain é 😀", ""])
    #expect(try judge.text("SELECT group_concat(typeof(v)) FROM t") == "text,text,text")
  }

  @Test func `a NUL in text and in an id is a character`() throws {
    _ = try MaterializerRun(#"{"table":"t","id":"a\u0000b","row":{"v":"x\u0000y\u0000"}}"# + "\n", to: judge.path)
    #expect(try judge.text("SELECT hex(id), hex(v), typeof(v) FROM t") == "610062|78007900|text")
  }

  @Test func `a text that looks like a number stays a text`() throws {
    try store(#""007""#, #""1e3""#)
    #expect(try stored() == ["'007'", "'1e3'"])
  }

  @Test func `arrays and objects are stored as they stand`() throws {
    try store(#"[1, 2.50,"é\u00e9"]"#, #"{"b":1,"a":{"c":null}}"#, "[]")
    #expect(try judge.rows("SELECT v FROM t").map { $0["v"] as? String } == [#"[1, 2.50,"é\u00e9"]"#, #"{"b":1,"a":{"c":null}}"#, "[]"])
    #expect(try judge.text("SELECT json_extract(v, '$.a.c') IS NULL, json_valid(v) FROM t WHERE id = '1'") == "1|1")
  }

  @Test func `mixed values are text, their JSON where they are none`() throws {
    try store("1", #""one""#, "true", "null", "[1]", "0.50", #"{"$base64":true,"encoded":"AQID"}"#)
    #expect(try stored() == ["'1'", "'one'", "'true'", "NULL", "'[1]'", "'0.50'", "X'010203'"])
  }

  @Test func `bytes are blobs`() throws {
    try store(#"{"$base64":true,"encoded":"AAEC/w=="}"#, #"{"encoded":"","$base64":true}"#, "null")
    #expect(try stored() == ["X'000102FF'", "X''", "NULL"])
  }

  @Test func `vectors are arrays of numbers however they travel`() throws {
    for type in ["vector", nil] {
      try store(#"{"$f32":"AACAPwAAAMAAAMB/zczMPQ=="}"#, "[1,-2]", type: type)
      #expect(try judge.text("SELECT json_array_length(v) FROM t") == "4\n2")
      #expect(
        try judge.text("SELECT json_extract(v, '$[0]') = 1, json_extract(v, '$[1]') = -2, json_type(v, '$[2]') FROM t WHERE id = '0'")
          == "1|1|null")
      // The float's value with the digits of a double, as JavaScript prints it.
      #expect(try judge.text("SELECT v FROM t WHERE id = '0'") == "[1,-2,null,0.10000000149011612]")
      #expect(try judge.columns(of: "t") == ["id TEXT", "v TEXT"])
    }
  }

  @Test(arguments: ["json", "tags", "vector"])
  func `a column of JSON holds nothing but JSON`(type: String) throws {
    try store(#""a\"é""#, "1", "true", "null", #"{"a":1}"#, "[1]", #"{"$base64":true,"encoded":"AQID"}"#, type: type)
    #expect(
      try judge.rows("SELECT v FROM t").map { $0["v"] as? String }
        == [#""a\"é""#, "1", "true", nil, #"{"a":1}"#, "[1]", #"{"$base64":true,"encoded":"AQID"}"#])
    #expect(try judge.text("SELECT min(json_valid(v)) FROM t WHERE v IS NOT NULL") == "1")
  }

  @Test func `a row larger than a piece of the spool arrives whole`() throws {
    let long = String(repeating: "0123456789", count: 300_000)
    try store("\"\(long)\"", #""short""#, "\"\(long)x\"")
    #expect(try judge.text("SELECT group_concat(length(v)) FROM t") == "3000000,5,3000001")
    #expect(judge.isSound)
  }

  @Test func `bytes that are no base64 are told with their place`() throws {
    #expect(throws: (any Error).self) { try store(#"{"$base64":true,"encoded":"A"}"#) }
    #expect(throws: (any Error).self) { try store(#"{"$f32":"AAA="}"#) }
    #expect(folder.names == [])
  }
}
