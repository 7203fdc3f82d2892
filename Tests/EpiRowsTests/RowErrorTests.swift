import EpiRows
import EpiTestSupport
import Testing

struct RowErrorTests {
  private func fault(_ line: String, table: String? = nil) throws -> RowError {
    let read = StreamText("{\"table\":\"t\",\"id\":\"ok\",\"row\":{}}\n\(line)\n{\"table\":\"t\",\"id\":\"after\",\"row\":{}}\n", table: table)
    #expect(read.said.count == 3, "\(line)")
    #expect(read.said.last == "row t/after {}", "\(line)")
    let error = try #require(read.errors.first, "\(line)")
    #expect(error.line == 2)
    #expect(error.message.first?.isLowercase == true || error.message.first == "'", "\(error.message)")
    #expect(!error.message.hasSuffix("."), "\(error.message)")
    return error
  }

  @Test(arguments: [
    (#"{"table":"t","id":"a","row":{"x":01}}"#, 34, "superfluous '0'"), (#"{"table":"t","id":"a","row":{"x":1}"#, 36, "ends inside a value"),
    (#"{"table":"t","id":"a","row":{"x":"\ud800"}}"#, nil, "escape"), (#"{"table":"t","id":"a","row":{"x":1e999}}"#, 34, "64-bit float"),
    (#"{"table":"t","id":"a","row":{"x":[1,2,]}}"#, 39, "expected a JSON value, got ']'"), (#"{"table":"t","id":"a","row":{}} x"#, 33, "nothing after the value, got 'x'"),
    ("hello", 1, "expected a JSON object, got 'h'"), ("7", 1, "expected a JSON object, got '7'"), ("[]", 1, "expected a JSON object, got '['"),
    (#"{"table":1,"id":"a","row":{}}"#, 10, "'table' is a number"), (#"{"table":"t","id":5,"row":{}}"#, 19, "'id' is a number"), (#"{"table":"t","id":null,"row":{}}"#, 19, "'id' is null"),
    (#"{"table":"t","id":"a","row":[]}"#, 29, "'row' is not an object"), (#"{"table":"t","id":"a","row":null}"#, 29, "'row' is not an object"),
    (#"{"table":"t","row":{}}"#, nil, "no 'id'"), (#"{"id":"a","row":{}}"#, nil, "no 'table'"), (#"{"table":"t","id":"a"}"#, nil, "neither 'row' nor 'deleted'"),
    (#"{"table":"t","id":"a","deleted":false}"#, nil, "neither 'row' nor 'deleted'"), (#"{"table":"t","id":"a","row":{},"deleted":true}"#, nil, "both 'row' and 'deleted'"),
    (#"{"table":"t","id":"a","deleted":1}"#, 33, "'deleted' is a number"), (#"{"kv":1,"value":2}"#, 7, "'kv' is a number"), (#"{"kv":"k"}"#, nil, "neither 'value' nor 'deleted'"),
    (#"{"kv":"k","value":1,"deleted":true}"#, nil, "both 'value' and 'deleted'"),
    (#"{"epi":1,"begin":{}}"#, nil, "no 'mode'"), (#"{"epi":1,"begin":{"mode":"diff"}}"#, nil, "unknown mode 'diff'"), (#"{"epi":1,"begin":"snapshot"}"#, 18, "'begin' is a string"),
    (#"{"epi":1,"end":{"rows":-1}}"#, 24, "'rows' is no whole number"), (#"{"epi":1,"end":{"rows":1.5}}"#, 24, "'rows' is no whole number"),
    (#"{"epi":1,"end":{"rows":99999999999999999999}}"#, 24, "'rows' is no whole number"), (#"{"epi":1,"end":{"hash":1}}"#, 24, "'hash' is a number"), (#"{"epi":1,"end":[]}"#, 16, "'end' is an array"),
    (#"{"epi":1,"table":"t","fields":{}}"#, 31, "'fields' is an object"), (#"{"epi":1,"table":7,"fields":[]}"#, 18, "'table' is a number"),
  ] as [(String, Int?, String)])
  func `a line that is wrong is told with its place, and the next one is read`(line: String, column: Int?, words: String) throws {
    let error = try fault(line)
    #expect(error.message.contains(words), "\(error.message)")
    if let column { #expect(error.column == column, "\(error.message)") }
  }

  @Test func `a version that is not understood is told with the one that is`() throws {
    for (version, shown) in [("2", "'2'"), ("0", "'0'"), (#""1""#, #"'"1"'"#), ("1.0", "'1.0'"), ("null", "'null'"), (String(repeating: "9", count: 250), "'99999")] {
      let error = try fault("{\"begin\":{},\"epi\":\(version)}")
      #expect(error.message.contains(shown), "\(error.message)")
      #expect(error.message.contains("version '1'"), "\(error.message)")
      #expect(error.column == 19)
      #expect(error.hint != nil)
      #expect(error.message.utf8.count < 200)
    }
  }

  @Test func `a bare object needs the name of a table and an id`() throws {
    #expect(try fault(#"{"id":"a"}"#).hint == "name their table with --table NAME")
    #expect(try fault(#"{"n":1}"#, table: "t").message == "the row has no 'id'")
    #expect(try fault(#"{"id":1.5}"#, table: "t").message.contains("'id' is a number"))
    #expect(try fault(#"{"id":true}"#, table: "t").message.contains("'id' is true"))
  }

  @Test func `hints tell what to do with other files`() {
    let mark = StreamText("\u{feff}{\"id\":\"a\"}", table: "t").errors.first
    #expect(mark?.message.contains("byte order mark") == true)
    #expect(mark?.place(in: "rows.ndjson") == "rows.ndjson:1:1")
    #expect(mark?.hint?.contains("sed") == true)
    #expect(StreamText(bytes: [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]).errors.first?.hint?.contains("iconv") == true)
    #expect(StreamText("[{\"id\":\"a\"}]", table: "t").errors.first?.hint?.contains("jq -c .[]") == true)
    #expect(StreamText("id,title\n").errors.first?.hint?.contains("newline-delimited JSON") == true)
  }

  @Test func `a line beyond the limit is an error, and the next one is read`() throws {
    var reader = RowReader(defaultTable: "t", maximumLineLength: 20)
    reader.input.append("{\"id\":\"a\"}\n{\"id\":\"\(String(repeating: "x", count: 30))\"}\n{\"id\":\"b\"}\n")
    reader.endOfInput()
    #expect(try reader.next() == .row)
    do {
      _ = try reader.next()
      Issue.record("the line was read")
    } catch {
      #expect(error.line == 2)
      #expect(error.column == nil)
      #expect(error.message == "the line is longer than 20 bytes")
    }
    #expect(try reader.next() == .row)
    #expect(StreamText.text(reader.id, reader) == "b")
    #expect(try reader.next() == nil)
  }

  @Test(arguments: Seeds.list(4))
  func `damaged lines are told and never end the reading`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let lines = [
      #"{"epi":1,"begin":{"mode":"changes"}}"#, #"{"epi":1,"table":"notes","fields":[{"id":"id","type":"id"},{"id":"v","type":"vector","dimensions":2,"default":[1,2]}]}"#,
      #"{"table":"notes","id":"a","row":{"id":"a","body":"Hëllo \u00e9","v":[0.5,-1.25e-3],"b":{"$base64":true,"encoded":"AAEC"},"f":{"$f32":"AACAPw=="}}}"#,
      #"{"table":"notes","id":"a","deleted":true}"#, #"{"kv":"theme","value":{"a":[1,{"b":null}]}}"#, #"{"epi":1,"end":{"rows":3,"tables":2,"pending":4,"state":"AA==","hash":"0f"}}"#,
    ]
    let alphabet = Array("{}[]\",:\\ue0123456789.-+ $truefalsn\n\r\t".utf8) + [0, 0x80, 0xc3, 0xff]
    for _ in 0..<400 {
      var bytes: [UInt8] = []
      for _ in 0..<8 {
        var line = Array(lines.randomElement(using: &random)!.utf8)
        for _ in 0..<Int.random(in: 0...2, using: &random) {
          let at = line.indices.randomElement(using: &random)!
          if Bool.random(using: &random) { line[at] = alphabet.randomElement(using: &random)! } else { line.insert(alphabet.randomElement(using: &random)!, at: at) }
        }
        bytes += line + [0x0a]
      }
      let whole = StreamText(bytes: bytes)
      let lineCount = bytes.count { $0 == 0x0a }
      #expect(whole.said.count <= lineCount)
      #expect(whole.errors.allSatisfy { (1...lineCount).contains($0.line) && ($0.column ?? 1) > 0 })
      #expect(StreamText(bytes: bytes, piece: 17).said == whole.said)
    }
  }
}
