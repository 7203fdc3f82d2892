import EpiBytes
import EpiRows
import Testing

/// Everything a row stream says, as lines of text.
func events(_ text: String, defaultTable: String? = nil) throws -> [String] {
  var reader = RowReader(defaultTable: defaultTable)
  reader.input.append(text)
  reader.endOfInput()
  var events: [String] = []
  while let event = try reader.next() { events.append("\(event)") }
  return events
}

@Suite struct RowReaderTests {
  @Test func readsAWholeStream() throws {
    let stream = """
      {"epi":1,"begin":{"mode":"snapshot"}}
      {"epi":1,"table":"notes","fields":[{"id":"id","type":"id"},{"id":"body","type":"text","nullable":true}]}
      {"table":"notes","id":"a","row":{"id":"a","body":"Hello"}}
      {"kv":"theme","value":"dark"}
      {"epi":1,"end":{"rows":1,"tables":1,"pending":0,"state":"AA==","hash":"00"}}

      """
    let seen = try events(stream)
    #expect(seen.count == 5)
    #expect(seen[2] == "row")
  }
}
