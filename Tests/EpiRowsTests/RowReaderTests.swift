import EpiBytes
import EpiRows
import EpiTestSupport
import Testing

struct RowReaderTests {
  private static let stream = """
    {"epi":1,"begin":{"mode":"snapshot"}}
    {"epi":1,"table":"notes","fields":[{"id":"id","type":"id"},{"id":"body","type":"text","nullable":true}]}
    {"table":"notes","id":"a","row":{"id":"a","body":"Hello"}}
    {"table":"notes","id":"b","row":{"id":"b","body":null,"tags":["x"],"n":1.50}}
    {"table":"tags","id":"x","row":{"id":"x"}}
    {"kv":"theme","value":"dark"}
    {"kv":"size","value":{"w":1}}
    {"epi":1,"end":{"rows":3,"tables":2,"pending":4,"state":"AA==","hash":"0f"}}

    """

  private static let said = [
    "begin snapshot", "schema notes id:id body:text", #"row notes/a {"id":"a","body":"Hello"}"#, #"row notes/b {"id":"b","body":null,"tags":["x"],"n":1.50}"#,
    #"row tags/x {"id":"x"}"#, #"setting theme "dark""#, #"setting size {"w":1}"#, "end 3 2 4 AA== 0f",
  ]

  @Test func `reads a whole stream`() {
    let stream = StreamText(Self.stream)
    #expect(stream.said == Self.said)
    #expect(!stream.isTruncated)
    #expect(stream.sawEnd)
    #expect(stream.tables == ["notes", "tags"])
  }

  @Test func `how the stream is cut into pieces does not matter`() {
    for piece in 1...120 { #expect(StreamText(Self.stream, piece: piece).said == Self.said, "pieces of \(piece)") }
  }

  @Test func `line ends of another system and blank lines are no matter`() {
    #expect(StreamText(Self.stream.replacing("\n", with: "\r\n")).said == Self.said)
    #expect(StreamText(Self.stream.replacing("\n", with: "\n\n \t\n\r\n")).said == Self.said)
    #expect(StreamText("\n\n" + Self.stream.dropLast()).said == Self.said)
  }

  @Test func `keys come in any order, with any spacing and escapes`() {
    let stream = """
      {"row":{"id":"a","n":1},"id":"a","table":"notes"}
       { "id" : "b" , "row" : { "n" : 2 } , "table" : "notes" }\u{20}
      {"t\\u0061ble":"no\\u0074es","\\u0069d":"c\\n","r\\u006fw":{"\\u006e":3}}
      {"deleted":true,"id":"d","table":"notes"}
      {"value":1,"kv":"k"}
      {"deleted":true,"kv":"k"}
      """
    #expect(
      StreamText(stream).said == [
        #"row notes/a {"id":"a","n":1}"#, #"row notes/b {"n":2}"#, "row notes/c\n {\"n\":3}", "deleted notes/d", "setting k 1", "setting k deleted",
      ])
  }

  @Test func `keys that are not known are ignored`() {
    let stream = """
      {"epi":1,"begin":{"mode":"changes","since":"x"},"x":[1]}
      {"epi":1,"remark":"of a later writer"}
      {"epi":1}
      {"table":"t","id":"a","row":{},"time":12,"deleted":false}
      {"kv":"k","value":1,"time":12}
      {"epi":1,"end":{"more":[]}}
      """
    #expect(StreamText(stream).said == ["begin changes since x", "row t/a {}", "setting k 1", "end 0 0 0 - -"])
  }

  @Test func `of repeated keys the last value counts`() {
    let stream = """
      {"table":"x","table":"t","id":"y","id":"a","row":{"old":1},"row":{"a":1,"b":2,"a":3,"c":4,"b":5}}
      {"kv":"x","kv":"k","value":1,"value":2}
      """
    #expect(StreamText(stream).said == [#"row t/a {"a":3,"b":5,"c":4}"#, "setting k 2"])
    // Escapes may hide that two names are the same, and of many names the search is another.
    #expect(StreamText(#"{"id":"a","\u0069d":"b","x":1}"#, table: "t").said == [#"row t/b {"id":"b","x":1}"#])
    let names = (0..<100).map { "\"n\($0 * 37 % 50)\":\($0)" }.joined(separator: ",")
    let kept = (0..<50).map { "\"n\($0 * 37 % 50)\":\($0 + 50)" }.joined(separator: ",")
    #expect(StreamText("{\"table\":\"t\",\"id\":\"a\",\"row\":{\(names)}}").said == ["row t/a {\(kept)}"])
  }

  @Test func `bare objects are rows of the default table`() {
    let stream = """
      {"id":"a","n":1}
      {"n":2,"id":7}
      {"id":"b","value":3,"deleted":0,"kv":"x"}
      {"table":"other","id":"c","row":{}}
      {"id":-1}
      """
    let read = StreamText(stream, table: "notes")
    #expect(
      read.said == [
        #"row notes/a {"id":"a","n":1}"#, #"row notes/7 {"n":2,"id":7}"#, #"row notes/b {"id":"b","value":3,"deleted":0,"kv":"x"}"#, "row other/c {}",
        #"row notes/-1 {"id":-1}"#,
      ])
    #expect(!read.isTruncated)
    #expect(!read.sawEnd)
    #expect(read.tables == ["notes", "other"])
  }

  @Test func `the shape tells whether the names are those of the row before`() throws {
    let lines = [
      #"{"id":"1","a":1}"#, #"{"id":"2","a":2}"#, #"{"id":"3","\u0061":3}"#, #"{"a":4,"id":"4"}"#, #"{"id":"5"}"#, #"{"id":"6","a":6,"a":7}"#, #"{"id":"7","a":8}"#,
    ]
    var reader = RowReader(defaultTable: "t")
    var shapes: [Int] = []
    for line in lines {
      reader.input.append(line + "\n")
      #expect(try reader.next() == .row)
      shapes.append(reader.shape)
    }
    #expect(shapes[0] == shapes[1] && shapes[1] == shapes[2])
    #expect(shapes[2] != shapes[3] && shapes[3] != shapes[4] && shapes[4] != shapes[5])
    #expect(shapes[5] == shapes[6])
  }

  @Test func `the current line is at hand for rejects`() throws {
    var reader = RowReader(defaultTable: "t")
    reader.input.append("{\"id\":\"a\"}\r\n{\"id\":}\n")
    #expect(try reader.next() == .row)
    #expect(throws: RowError.self) { try reader.next() }
    let span = reader.input.span
    #expect(String(decoding: reader.line.bounds.map { span[$0] }, as: UTF8.self) == #"{"id":}"#)
    #expect(reader.lineNumber == 2)
    let fields = reader.fields.count
    #expect(fields == 0)
  }

  // MARK: Batches

  @Test func `a stream with a begin needs its end`() {
    #expect(StreamText(#"{"epi":1,"begin":{"mode":"snapshot"}}"#).isTruncated)
    #expect(StreamText(String(Self.stream.dropLast(90))).isTruncated)
    for lines in 1...7 {
      let cut = StreamText(Self.stream.split(separator: "\n").prefix(lines).joined(separator: "\n") + "\n")
      #expect(cut.isTruncated)
      #expect(!cut.sawEnd)
    }
    #expect(!StreamText("").isTruncated)
    #expect(!StreamText(#"{"table":"t","id":"a","row":{}}"#).isTruncated)
  }

  @Test func `in mode changes every end closes a batch`() {
    let begin = #"{"epi":1,"begin":{"mode":"changes"}}"# + "\n"
    let end = #"{"epi":1,"end":{}}"# + "\n"
    let row = #"{"table":"t","id":"a","row":{}}"# + "\n"
    let gone = #"{"table":"t","id":"a","deleted":true}"# + "\n"
    let batch = StreamText(begin + row + end)
    #expect(batch.said == ["begin changes", "row t/a {}", "end 0 0 0 - -"])
    #expect(!batch.isTruncated && batch.sawEnd)
    let batches = StreamText(begin + row + end + gone + end + end + begin + row + end)
    #expect(batches.errors == [])
    #expect(batches.said.count == 9)
    #expect(!batches.isTruncated)
    #expect(StreamText(begin + row + end + gone).isTruncated)
    #expect(StreamText(begin + end + begin).isTruncated)
    #expect(!StreamText(begin + end).isTruncated)
    let afterSnapshot = StreamText(#"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + row + end + begin + gone + end)
    #expect(afterSnapshot.errors == [])
    #expect(!afterSnapshot.isTruncated)
  }

  @Test func `what comes in the wrong order is an error`() {
    let begin = #"{"epi":1,"begin":{"mode":"snapshot"}}"#
    let end = #"{"epi":1,"end":{}}"#
    let row = #"{"table":"t","id":"a","row":{}}"#
    let setting = #"{"kv":"k","value":1}"#
    let schema = #"{"epi":1,"table":"t","fields":[]}"#
    let wrong = [
      [begin, row, end, row], [begin, end, setting], [begin, end, schema], [begin, end, end], [row, end, row], [begin, begin], [begin, row, begin], [begin, end, begin],
      [begin, #"{"table":"t","id":"a","deleted":true}"#], [row, begin], [setting, begin],
    ]
    for lines in wrong {
      let read = StreamText(lines.joined(separator: "\n"))
      #expect(read.errors.count == 1, "\(lines)")
      #expect(read.errors.first?.line == lines.count, "\(lines)")
      #expect(read.said.count == lines.count, "\(lines)")
    }
  }
}
