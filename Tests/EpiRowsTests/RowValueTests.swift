import EpiBytes
import EpiRows
import Testing

struct RowValueTests {
  /// Calls `body` with a reader that has read one row, of which the field `v` has the value `json`.
  private func withValue<Result>(_ json: String, _ body: (borrowing RowReader, RowValue) throws -> Result) throws -> Result {
    var reader = RowReader(defaultTable: "t")
    reader.input.append("{\"id\":\"x\"}\n{\"before\":[9],\"v\":\(json),\"id\":\"a\",\"after\":[8]}\n")
    #expect(try reader.next() == .row)
    #expect(try reader.next() == .row)
    return try body(reader, reader.fields[1].value)
  }

  private func kind(_ json: String) throws -> RowValue.Kind { try withValue(json) { $1.kind } }

  private func text(_ json: String) throws -> String { try withValue(json) { StreamText.text($1, $0) } }

  private func json(_ json: String) throws -> String { try withValue(json) { StreamText.json($1, $0) } }

  private func floats(_ json: String) throws -> [Float] {
    try withValue(json) { reader, value in
      var floats: [Float] = [-1]
      do {
        try reader.appendFloats(of: value, to: &floats)
      } catch {
        // What was there stays, and nothing comes to it.
        #expect(floats == [-1])
        throw error
      }
      return Array(floats.dropFirst())
    }
  }

  private func bytes(_ json: String) throws -> [UInt8] {
    try withValue(json) { reader, value in
      var writer = ByteWriter(capacity: 4)
      writer.append(7)
      do {
        try reader.appendBytes(of: value, to: &writer)
      } catch {
        let count = writer.count
        #expect(count == 1)
        throw error
      }
      let span = writer.span
      return (1..<span.count).map { span[$0] }
    }
  }

  @Test(arguments: [
    ("null", RowValue.Kind.null), ("true", .true), ("false", .false), ("0", .integer), ("-12", .integer), ("123456789012345678901234567890", .integer), ("1.0", .real), ("1e2", .real),
    (#""""#, .string(hasEscapes: false)), (#""ü""#, .string(hasEscapes: false)), (#""a\nb""#, .string(hasEscapes: true)), ("[]", .array), ("[1,2]", .array), (#"["a",[]]"#, .array), ("{}", .object),
    (#"{"$base64":true,"encoded":"AAEC"}"#, .bytes), (#"{ "$base64" : true , "encoded" : "AAEC" }"#, .bytes), (#"{"encoded":"AAEC","$base64":true}"#, .bytes),
    (#"{"$f32":"AACAPw=="}"#, .floats), (#"{ "$f32": "" }"#, .floats),
    (#"{"$base64":false,"encoded":"AAEC"}"#, .object), (#"{"$base64":true}"#, .object), (#"{"encoded":"AAEC"}"#, .object), (#"{"$base64":true,"encoded":1}"#, .object),
    (#"{"$base64":true,"encoded":"AAEC","more":1}"#, .object), (#"{"$f32":[1]}"#, .object), (#"{"$f32":"AACAPw==","n":1}"#, .object), (#"{"$f32":"","encoded":""}"#, .object),
    (#"{"$base65":{"$base64":true}}"#, .object),
  ])
  func `tells what a value is`(json: String, kind: RowValue.Kind) throws {
    #expect(try self.kind(json) == kind)
  }

  @Test(arguments: [("7", "7"), (#""plain""#, "plain"), (#""a\"b\\c\/\n\u00e9\ud83e\udd86""#, "a\"b\\c/\né🦆"), (#""""#, ""), ("[1, 2]", "[1, 2]"), (#""\u0000""#, "\0")])
  func `gives the text`(json: String, text: String) throws {
    #expect(try self.text(json) == text)
  }

  @Test(arguments: [
    "null", "true", "-1.50e+3", #""a\u00e9\n""#, #""""#, "[ 1 , 2 ]", #"{"b":1, "a" : 2}"#, "123456789012345678901234567890", #"{"$base64":true,"encoded":"AAEC"}"#, #"{"$f32":"AACAPw=="}"#,
  ])
  func `gives the JSON as it stands in the line`(json: String) throws {
    #expect(try self.json(json) == json)
  }

  @Test func `gives the JSON of an integer id as a string`() throws {
    var reader = RowReader(defaultTable: "t")
    reader.input.append("{\"id\":7}\n")
    #expect(try reader.next() == .row)
    #expect(StreamText.json(reader.id, reader) == "\"7\"")
    #expect(StreamText.json(reader.fields[0].value, reader) == "7")
  }

  @Test func `gives bytes`() throws {
    #expect(try bytes(#"{"$base64":true,"encoded":"AAEC/w=="}"#) == [0, 1, 2, 0xff])
    #expect(try bytes(#"{"$base64":true,"encoded":""}"#) == [])
    #expect(try bytes(#"{"$base64":true,"encoded":"AAEC\/w=="}"#) == [0, 1, 2, 0xff])
    #expect(try bytes(#"{"$f32":"AACAPw=="}"#) == [0, 0, 0x80, 0x3f])
    for wrong in [#"{"$base64":true,"encoded":"AAE"}"#, #"{"$base64":true,"encoded":"A-_C"}"#, #"{"$base64":true,"encoded":"\ud83e\udd86"}"#, #""AAEC""#, "[0,1]", "null"] {
      #expect(throws: RowError.self) { try bytes(wrong) }
    }
  }

  @Test func `gives floats, from text and from bytes`() throws {
    #expect(try floats("[]") == [])
    #expect(try floats("[0.1,-2.5, 3e2 ,16777217]") == [0.1, -2.5, 300, 16777216])
    #expect(try floats(#"{"$f32":"AACAPwAAIMA="}"#) == [1, -2.5])
    #expect(try floats(#"{"$f32":""}"#) == [])
    #expect(try floats(#"{"$base64":true,"encoded":"AACAPwAAIMA="}"#) == [1, -2.5])
    let many = (0..<3000).map { Float($0) / 16 }
    #expect(try floats("[" + many.map { "\($0)" }.joined(separator: ",") + "]") == many)
  }

  @Test(arguments: [
    ("[1,null]", 3, "expected an array of numbers, got 'n'"), (#"[1,"2"]"#, 3, "expected an array of numbers"), ("[[1]]", 1, "expected an array of numbers"), ("[1e39]", 1, "32-bit float"), ("[1,-1e300]", 3, "32-bit float"),
    (#"{"$f32":"AACA"}"#, 9, "no whole number of 32-bit floats"), (#"{"$f32":"A"}"#, 9, "not base64"), (#""text""#, 0, "a string, not an array of numbers"), ("null", 0, "null, not an array"),
    (#"{"$base64":true,"encoded":"AACA"}"#, 27, "its 3 bytes are no whole number of 32-bit floats"), ("1.5", 0, "a number, not an array"),
  ])
  func `says why a value is no vector`(json: String, offset: Int, words: String) throws {
    do {
      Issue.record("\(json) is \(try floats(json))")
    } catch let error as RowError {
      #expect(error.line == 2)
      #expect(error.column == 19 + offset, "\(error.message)")
      #expect(error.message.contains(words), "\(error.message)")
    }
  }

  @Test func `arrays of numbers are told apart, wherever they stand`() throws {
    var reader = RowReader()
    reader.input.append(#"{"table":"t","row":{"a":[1,2],"b":["x"],"c":[3],"d":{"e":[4]},"f":[],"g":[5,6]},"id":"a","extra":[7]}"# + "\n")
    #expect(try reader.next() == .row)
    let expected: [String: [Float]] = ["a": [1, 2], "c": [3], "f": [], "g": [5, 6]]
    for field in reader.fields {
      var floats: [Float] = []
      var name = ByteWriter(capacity: 4)
      reader.appendName(of: field, to: &name)
      try? reader.appendFloats(of: field.value, to: &floats)
      #expect(floats == expected[StreamText.string(name)] ?? [])
    }
  }
}
