import EpiBytes
import EpiRows
import Testing

struct RowIntakeTests {
  private static let stream = #"{"epi":1,"table":"t","fields":[{"id":"n","type":"integer"}]}"#

  private func row(_ id: String, _ fields: String, table: String = "t") -> String { #"{"table":"\#(table)","id":"\#(id)","row":{\#(fields)}}"# }

  private struct Stop: Error, Equatable {
    var message: String
  }

  /// What comes of inputs, a word an item; the error that ended it comes last.
  private func items(_ inputs: [[String]], _ policy: IntakePolicy, piece: Int = 7) -> [String] {
    var said: [String] = []
    var intake = RowIntake(policy)
    do {
      for (index, lines) in inputs.enumerated() {
        var rest = Array((lines.joined(separator: "\n") + "\n").utf8)[...]
        try intake.read(
          "in\(index)",
          filledBy: { (buffer) throws(Stop) in
            buffer.append(Array(rest.prefix(piece)))
            rest = rest.dropFirst(piece)
            return !rest.isEmpty
          }, failure: { Stop(message: "\($0.place(in: "in\(index)")) \($0.message)") }
        ) { (item, reader) throws(Stop) in
          switch item {
          case .event(.schema(let schema)): said.append("schema \(schema.name) \(schema.fields.map { $0.type.rawValue }.joined(separator: " "))")
          case .event(.row): said.append("row \(StreamText.text(reader.id, reader))")
          case .event: said.append("event")
          case .rejected(let row): said.append("\(row.isFirstOfItsKind ? "new" : "old") \(row.place) \(row.identity?.id ?? "unread")")
          case .remark(let text): said.append("remark \(text)")
          }
        }
      }
    } catch {
      said.append("stop \(error.message)")
    }
    return said + intake.summary
  }

  @Test func `rows that do not fit are held back, the first of each kind is marked`() {
    let lines = [Self.stream, row("a", #""n":1"#), row("b", #""n":"x""#), row("c", ""), row("d", #""n":"y""#), row("e", #""n":2"#), row("f", "")]
    for piece in [1, 7, 1000] {
      #expect(
        items([lines], IntakePolicy(), piece: piece) == [
          "schema t integer", "row a", "new in0:3 b", "new in0:4 c", "old in0:5 d", "row e", "old in0:7 f", "4 rows of table 't' do not fit its schema and were left out",
        ])
    }
    #expect(items([lines], IntakePolicy(checksRows: false)).count == 7)
    #expect(items([lines], IntakePolicy(stopsAtInvalid: true)) == ["schema t integer", "row a", "stop in0:3 row 't/b': 'n': expected an integer, got the string 'x'"])
  }

  @Test func `lines that cannot be read end the work unless they are to be skipped`() {
    let lines = [Self.stream, row("a", #""n":1"#), "{", row("b", #""n":{"$base64":true,"encoded":"?"}"#), row("c", #""n":1"#)]
    #expect(items([lines], IntakePolicy()) == ["schema t integer", "row a", "stop in0:3:2 the text ends inside a value"])
    #expect(items([lines], IntakePolicy(skipsMalformed: true)) == ["schema t integer", "row a", "new in0:3:2 unread", "new in0:4:61 unread", "row c"])
  }

  @Test func `definitions from a file count before those of the stream`() {
    let file = WorkspaceSchema(tables: [
      TableSchema(name: "t", fields: [FieldDefinition(name: "n", type: .text)]), TableSchema(name: "u", fields: [FieldDefinition(name: "n", type: .real)]),
    ])
    let lines = [Self.stream, row("a", #""n":"x""#), row("b", #""n":1"#), row("c", #""n":1"#, table: "u"), row("d", #""n":"x""#, table: "u"), row("e", "", table: "w")]
    #expect(
      items([lines], IntakePolicy(schema: file)) == [
        "schema t text", "row a", "new in0:3 b", "schema u real", "row c", "new in0:5 d", "row e", "1 row of table 't' does not fit its schema and was left out",
        "1 row of table 'u' does not fit its schema and was left out",
      ])
    // Where the stream says nothing, the file's definition comes before the first row, which is not lost.
    #expect(items([[row("a", #""n":"x""#)], [row("b", #""n":"y""#)]], IntakePolicy(schema: file)) == ["schema t text", "row a", "schema t text", "row b"])
    #expect(items([[row("a", #""n":1"#), row("b", #""n":"y""#)]], IntakePolicy(schema: file)) == ["schema t text", "new in0:1 a", "row b"] + ["1 row of table 't' does not fit its schema and was left out"])
  }

  @Test func `what one input says of a table counts for the next`() {
    #expect(
      items([[Self.stream, row("a", #""n":1"#)], [row("x", "", table: "other"), row("b", #""n":"y""#), row("c", #""n":3"#)]], IntakePolicy()) == [
        "schema t integer", "row a", "row x", "new in1:2 b", "row c", "1 row of table 't' does not fit its schema and was left out",
      ])
  }

  @Test func `rows of several shapes and tables are each checked by their own schema`() {
    let other = #"{"epi":1,"table":"u","fields":[{"id":"n","type":"text"},{"id":"m","type":"text","nullable":true}]}"#
    var lines = [Self.stream, other]
    for index in 0..<20 {
      lines.append(row("t\(index)", index % 3 == 0 ? #""n":1,"m":2"# : #""n":1"#))
      lines.append(row("u\(index)", index % 2 == 0 ? #""m":"x","n":"y""# : #""n":"y""#, table: "u"))
    }
    #expect(items([lines], IntakePolicy()).filter { $0.hasPrefix("row ") }.count == 40)
    let swapped = lines.map { $0.replacing(#""n":1"#, with: #""n":"1""#).replacing(#""n":"y""#, with: #""n":2"#) }
    #expect(items([swapped], IntakePolicy()).filter { $0.hasPrefix("row ") }.count == 0)
  }

  @Test func `keywords that are not checked are named once`() {
    let schema = #"{"epi":1,"table":"t","fields":[{"id":"n","type":"json","schema":{"pattern":"x","items":{"$ref":"y"}}}]}"#
    #expect(
      items([[schema, row("a", #""n":1"#), row("b", #""n":1"#)], [schema, row("c", #""n":1"#)]], IntakePolicy()) == [
        "schema t json", "remark the JSON Schemas of table 't' use what is not checked: 'n.pattern', 'n.items.$ref'", "row a", "row b", "schema t json", "row c",
      ].map { $0.replacing("n.items.$ref", with: #"n.items["$ref"]"#) })
  }

  @Test func `a stream that was cut is refused, and one without an end where it must have one`() {
    let begin = #"{"epi":1,"begin":{"mode":"snapshot"}}"#
    #expect(items([[begin]], IntakePolicy()).last == "stop in0:1 the stream is cut: it has a 'begin' line and no 'end' line")
    #expect(items([[row("a", "")]], IntakePolicy(requiresEnd: true)).last == "stop in0:1 the stream does not close with an 'end' line, which --require-end asks for")
    #expect(items([[row("a", ""), #"{"epi":1,"end":{}}"#]], IntakePolicy(requiresEnd: true)) == ["row a", "event"])
  }
}
