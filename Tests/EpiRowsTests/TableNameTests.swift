import EpiBytes
import EpiRows
import Testing

/// Names are told apart by their bytes.
struct TableNameTests {
  /// é as one character, and as e with a combining accent: equal for Swift's String, not for Yjs or SQLite.
  private static let composed = "\u{e9}", decomposed = "e\u{301}"

  @Test func `tables whose names only look alike are two`() throws {
    var reader = RowReader()
    for (index, name) in [Self.composed, Self.decomposed, Self.composed].enumerated() {
      reader.input.append("{\"table\":\"\(name)\",\"id\":\"\(index)\",\"row\":{}}\n")
    }
    reader.endOfInput()
    var tables: [Int] = []
    while try reader.next() != nil { tables.append(reader.table) }
    #expect(tables == [0, 1, 0])
    #expect(reader.tables.map { Array($0.utf8) } == [Array(Self.composed.utf8), Array(Self.decomposed.utf8)])
  }

  @Test func `fields whose names only look alike are two`() throws {
    var reader = RowReader()
    let fields = [Self.composed, Self.decomposed].map { "{\"id\":\"\($0)\",\"type\":\"text\"}" }.joined(separator: ",")
    reader.input.append("{\"epi\":1,\"table\":\"t\",\"fields\":[\(fields)]}\n")
    reader.endOfInput()
    guard case .schema(let schema)? = try reader.next() else {
      Issue.record("no schema")
      return
    }
    #expect(schema.fields.count == 2)
  }

  @Test func `the default table is told from one that only looks like it`() throws {
    let stream = "{\"id\":\"1\"}\n{\"table\":\"\(Self.decomposed)\",\"id\":\"2\",\"row\":{}}\n{\"id\":\"3\"}\n{\"id\":\"4\"}\n"
    var reader = RowReader(defaultTable: Self.composed)
    reader.input.append(stream)
    var tables: [Int] = []
    while try reader.next() != nil { tables.append(reader.table) }
    #expect(tables == [0, 1, 0, 0])
  }
}
