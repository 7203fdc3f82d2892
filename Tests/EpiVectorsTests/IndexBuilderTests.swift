import EpiRows
import EpiTestSupport
import EpiVectors
import Testing

struct IndexBuilderTests {
  private let line = Indexing.line

  private func ids(_ rows: borrowing IndexedRows, near query: [Float]) throws -> [String] {
    let folder = try TemporaryFolder()
    let snapshot = try Indexing.open(try Indexing.bytes(of: rows), in: folder)
    let text = try Indexing.search(snapshot, query, limit: 100, format: .ids)
    return text.dropFirst().dropLast(2).split(separator: ",").map { String($0.dropFirst().dropLast()) }
  }

  private func results(_ rows: borrowing IndexedRows, near query: [Float]) throws -> [String] {
    let folder = try TemporaryFolder()
    let snapshot = try Indexing.open(try Indexing.bytes(of: rows), in: folder)
    return try Indexing.search(snapshot, query, limit: 100).split(separator: "\n").map(String.init)
  }

  // MARK: The column

  @Test func `the one field with arrays of numbers of one length is the column`() throws {
    let more = #","tags":["x"],"n":[],"mixed":[1,"x"],"size":[3]"#
    let rows = try Indexing.rows(line("a", [1, 0], "t", more) + line("b", [0, 1], "t", #","tags":[],"pages":[1,2,3,4]"#) + line("c", [1, 1], "t", #","pages":[1]"#) + line("d", [1, 1], "t", #","pages":[1,2]"#))
    #expect(rows.summary.column == FieldName(table: "t", field: "v"))
    #expect(rows.count == 4)
    #expect(rows.dimensions == 2)
  }

  @Test func `several candidates are listed with the option to choose one`() throws {
    let text = line("a", [1, 0], "t", #","w":[1,2,3]"#) + line("b", [0, 1], "u", "")
    let error = try Indexing.error(text)
    #expect(error?.code == .ambiguousColumn)
    #expect(error?.message == "several fields hold vectors: 't.v' (2 numbers, 1 rows), 't.w' (3 numbers, 1 rows), 'u.v' (2 numbers, 1 rows)")
    #expect(error?.hint == "choose one, as with --column t.v")
    let rows = try Indexing.rows(text) { $0.column = FieldName(table: "t", field: "w") }
    #expect(rows.count == 1)
    #expect(rows.dimensions == 3)
    let other = try Indexing.rows(text) { $0.dimensions = 3 }
    #expect(other.summary.column.field == "w")
  }

  @Test func `a field that the schema calls a vector is preferred, and its dimensions hold`() throws {
    let schema = #"{"epi":1,"table":"t","fields":[{"id":"w","type":"vector","dimensions":3}]}"# + "\n"
    let text = schema + line("a", [1, 0], "t", #","w":[1,2,3]"#)
    #expect(try Indexing.rows(text).summary.column.field == "w")
    let error = try Indexing.error(text + line("b", [1, 0], "t", #","w":[1,2]"#))
    #expect(error?.message == "row 't/b' has 2 dimensions, the index has 3")
    #expect(error?.place == "rows:3")
  }

  @Test(arguments: ["", #"{"table":"t","id":"a","row":{"id":"a","tags":["x"],"n":null}}"# + "\n"])
  func `no vectors are an error`(text: String) throws {
    #expect(try Indexing.error(text)?.code == .noVectors)
    let error = try Indexing.error(text) { $0.column = FieldName(table: "t", field: "v") }
    #expect(error?.code == .noVectors)
    #expect(error?.message.hasPrefix("no vectors found in 't.v': ") == true)
    #expect(error?.hint?.contains("--column") == true)
  }

  @Test func `names with escapes are the names they stand for`() throws {
    let text = #"{"table":"t","id":"\u0061","row":{"\u0076":[1,2],"\u0074itle":"\u00e9\"x"}}"# + "\n" + line("b", [1, 0], "t", #","title":"y""#)
    let rows = try Indexing.rows(text) { $0.store = ["title"] }
    #expect(rows.summary.column.field == "v")
    #expect(
      try results(rows, near: [1, 2]) == [
        #"{"query":1,"rank":1,"table":"t","id":"a","distance":0,"row":{"title":"\u00e9\"x"}}"#,
        #"{"query":1,"rank":2,"table":"t","id":"b","distance":0.55278635,"row":{"title":"y"}}"#,
      ])
  }

  // MARK: Rows

  @Test func `a vector as base64 is the vector as numbers`() throws {
    let numbers = try Indexing.rows(line("a", [1, -2.5], "t", ""))
    let base64 = try Indexing.rows(#"{"table":"t","id":"a","row":{"id":"a","v":{"$f32":"AACAPwAAIMA="}}}"# + "\n")
    #expect(try Indexing.bytes(of: numbers) == Indexing.bytes(of: base64))
  }

  @Test func `of rows with one id the last counts, with or without a vector`() throws {
    let text = line("a", [1, 0], "t", "") + line("b", [1, 0], "t", "") + line("c", [1, 0], "t", "") + line("a", [0, 1], "t", "")
    #expect(try ids(try Indexing.rows(text), near: [0, 1]) == ["a", "b", "c"])
    let gone = #"{"table":"t","id":"b","deleted":true}"# + "\n" + #"{"table":"t","id":"c","row":{"id":"c","v":null}}"# + "\n"
    #expect(try ids(try Indexing.rows(text, gone), near: [0, 1]) == ["a"])
    #expect(try ids(try Indexing.rows(gone, text), near: [0, 1]) == ["a", "b", "c"])
  }

  @Test func `rows without the field are counted, not indexed`() throws {
    let text = line("a", [1, 0], "t", "") + #"{"table":"t","id":"b","row":{"id":"b"}}"# + "\n" + #"{"table":"u","id":"b","row":{"id":"b"}}"# + "\n"
    let rows = try Indexing.rows(text)
    #expect(rows.count == 1)
    #expect(rows.summary.missing == 1)
    #expect(rows.summary.rejected == 0)
  }

  @Test func `a wrong row ends the work with place, row and both sizes`() throws {
    let good = line("a", [1, 0, 0], "t", "")
    for column in [nil, FieldName(table: "t", field: "v")] {
      let short = try Indexing.error(good + line("b/9", [1, 0], "t", "")) {
        $0.column = column
        $0.model = "bge-m3"
      }
      #expect(short?.code == .malformedInput)
      #expect(short?.place == "rows:2")
      #expect(short?.message == "row 't/b/9' has 2 dimensions, the index has 3 (model 'bge-m3')")
      #expect(short?.hint == "embed every row with 'bge-m3', or leave this one out with --on-error=skip")
      let zero = try Indexing.error(good + line("z", [0, 0, 0], "t", "")) { $0.column = column }
      #expect(zero?.message == "row 't/z' has a vector of zeros only, which has no direction")
      let text = try Indexing.error(good + #"{"table":"t","id":"s","row":{"v":"x"}}"# + "\n") { $0.column = column }
      #expect(text?.message == "row 't/s' has no vector in 'v': the value is a string, not an array of numbers")
      #expect(text?.place == "rows:2:34")
      let infinite = try Indexing.error(good + #"{"table":"t","id":"i","row":{"v":{"$f32":"AACAfwAAgD8AAIA/"}}}"# + "\n") { $0.column = column }
      #expect(infinite?.message == "row 't/i' has a vector with an infinite or undefined number at position 0")
    }
    let demanded = try Indexing.error(good) { $0.dimensions = 4 }
    #expect(demanded?.message.contains("row 't/a' has 3 dimensions, the index has 4") == true)
  }

  @Test func `skipped rows are told with their lines, and hide earlier ones of their id`() throws {
    let bad = line("b", [1, 2, 3], "t", "")
    let text = line("a", [1, 0], "t", "") + line("b", [1, 0], "t", "") + bad + line("c", [0, 1], "t", "")
    let rows = try Indexing.rows(text) { $0.skipsRejected = true }
    #expect(rows.summary.rejected == 1)
    #expect(rows.summary.rejections.map(\.place) == ["rows:3"])
    #expect(rows.summary.rejections.map(\.text) == [Array(bad.utf8.dropLast())])
    #expect(try ids(rows, near: [1, 0]) == ["a", "c"])
  }

  // MARK: Stored fields

  @Test func `stored fields come as they stand in the row, in the order asked for`() throws {
    let rows = try Indexing.rows(line("a", [1, 0], "t", #","x": {"y" : [1, 2]},"b":{"$f32":"AAAAAA=="},"title":"é\n""#)) {
      $0.column = FieldName(table: "t", field: "v")
      $0.store = ["title", "b", "nowhere", "x"]
    }
    #expect(
      try results(rows, near: [1, 0]) == [
        #"{"query":1,"rank":1,"table":"t","id":"a","distance":0,"row":{"title":"é\n","b":{"$f32":"AAAAAA=="},"x":{"y" : [1, 2]}}}"#
      ])
    #expect(rows.summary.unseenFields == ["nowhere"])
  }

  @Test func `joined fields are found wherever their row stands`() throws {
    func other(_ id: String, _ title: String) -> String { #"{"table":"o","id":"\#(id)","row":{"id":"\#(id)","title":"\#(title)"}}"# + "\n" }
    let rows = [
      line("a", [1, 0], "t", #","o":"1""#), line("b", [2, 1], "t", #","o":"2""#), line("c", [1, 1], "t", #","o":"3""#), line("d", [0, 1], "t", ""),
      line("e", [-1, 0], "t", #","o":4"#),
    ]
    let others = [other("2", "old"), other("1", "one"), other("2", "two"), other("4", "four"), other("5", "five")]
    let expected = [
      #""a","distance":0,"row":{"title":"one"}}"#, #""b","distance":0.105572805,"row":{"title":"two"}}"#, #""c","distance":0.2928932,"row":{}}"#,
      #""d","distance":1,"row":{}}"#, #""e","distance":2,"row":{"title":"four"}}"#,
    ]
    for text in [rows + others, others + rows, [rows[4]] + others + rows.dropLast()] {
      let indexed = try Indexing.rows(text) {
        $0.store = ["title"]
        $0.join = FieldName(table: "o", field: "o")
      }
      let found = try results(indexed, near: [1, 0])
      for (line, end) in zip(found, expected) { #expect(line.hasSuffix(end)) }
      #expect(found.count == expected.count)
      #expect(indexed.summary.unjoined == 2)
    }
    let gone = #"{"table":"o","id":"1","deleted":true}"# + "\n"
    let indexed = try Indexing.rows(rows + others + [gone]) {
      $0.store = ["title"]
      $0.join = FieldName(table: "o", field: "o")
    }
    #expect(indexed.summary.unjoined == 3)
  }
}
