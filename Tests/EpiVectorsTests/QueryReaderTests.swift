import EpiBytes
import EpiRows
import EpiVectors
import Testing

struct QueryReaderTests {
  private struct Query: Equatable {
    var label: String
    var vector: [Float]
  }

  /// Reads all queries, the text given in pieces of `size` bytes.
  private func queries(_ text: String, piece size: Int = 1 << 20, after count: Int = 0) throws -> [Query] {
    var reader = QueryReader(continuing: count)
    var found: [Query] = []
    var rest = Array(text.utf8)[...]
    while true {
      while try reader.next() { found.append(Query(label: String(decoding: reader.label, as: UTF8.self), vector: reader.vector)) }
      if rest.isEmpty { break }
      reader.input.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      if rest.isEmpty { reader.endOfInput() }
    }
    return found
  }

  @Test(arguments: [1, 7, 1 << 20])
  func `every form of a query is read, however the bytes come`(size: Int) throws {
    let text = """
      [1, 2.5,-3e0]
      {"id":"q\\u00e9\\"","text":"ignored","embedding":[1,2],"more":{"embedding":[9]}}

      \t [ 4 ]\u{20}
      {"embedding":{"$f32":"AACAPwAAAEA="}}\r
      {"$f32":"AACAPwAAAEA=","id":17}
      {"id":null,"embedding":[1],"embedding":[2]}
      {"id":1.5,"embedding":[1]}
      """
    #expect(
      try queries(text, piece: size) == [
        Query(label: "1", vector: [1, 2.5, -3]), Query(label: #""q\u00e9\"""#, vector: [1, 2]), Query(label: "3", vector: [4]),
        Query(label: "4", vector: [1, 2]), Query(label: "17", vector: [1, 2]), Query(label: "6", vector: [2]), Query(label: "1.5", vector: [1]),
      ])
  }

  @Test func `numbers of queries go on over several inputs`() throws {
    #expect(try queries("[1]\n[2]\n", after: 5).map(\.label) == ["6", "7"])
  }

  @Test(arguments: [
    ("hello", 1), ("{\"id\":\"q\"}", 1), ("{\"embedding\":null}", 14), ("{\"embedding\":{\"x\":1}}", 1), ("{\"embedding\":\"x\"}", 15), ("[1,\"x\"]", 4), ("[1,2] 3", 7),
    ("[1,2", 5), ("{\"id\":{},\"embedding\":[1]}", 7), ("{\"$f32\":\"AAAA\"}", 9), ("{\"$f32\":\"?\"}", 9), ("7", 1), ("[[1]]", 2),
  ])
  func `what is no query is told with its place`(line: String, column: Int) throws {
    do {
      let found = try queries("[1]\n" + line + "\n")
      Issue.record("\(found)")
    } catch let error as RowError {
      #expect(error.line == 2)
      #expect(error.column == column)
      #expect(error.hint?.contains("embedding") == true)
    }
  }
}
