import EpiRows
import EpiTestSupport
import Testing

@testable import EpiSQLite

/// Streams, whole and not.
struct MaterializerTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  private static let begin = #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n"
  private static let end = #"{"epi":1,"end":{"rows":1,"tables":1,"pending":0}}"# + "\n"

  private func row(_ id: String, _ value: Int, table: String = "t") -> String {
    #"{"table":"\#(table)","id":"\#(id)","row":{"v":\#(value)}}"# + "\n"
  }

  /// The message and place of the refusal; nothing may have been written.
  private func refusal(_ inputs: String, keep: KeepPolicy = .last, requiresEnd: Bool = false) throws -> String {
    do {
      _ = try MaterializerRun(inputs, to: judge.path, keep: keep, requiresEnd: requiresEnd)
      Issue.record("nothing was refused")
      return ""
    } catch let MaterializerError.row(error) {
      #expect(folder.names == [])
      return "\(error.line): \(error.message)"
    } catch let MaterializerError.input(place, message, _) {
      #expect(folder.names == [])
      return "\(place ?? "-"): \(message)"
    }
  }

  @Test func `rows, settings and control lines make their tables`() throws {
    let run = try MaterializerRun(
      Self.begin + row("a", 1) + row("b", 2, table: "u") + #"{"kv":"theme","value":"dark"}"# + "\n" + row("c", 3) + Self.end, to: judge.path)
    #expect(run.summary == MaterializerSummary(rows: 3, tables: 2, duplicates: 0))
    #expect(run.warnings == [])
    #expect(try judge.text("SELECT * FROM t") == "a|1\nc|3")
    #expect(try judge.text("SELECT * FROM u") == "b|2")
    #expect(try judge.text("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'") == "t,u,_epi")
    #expect(judge.isSound)
    #expect(folder.names == ["out.db"])
  }

  @Test func `inputs add up, and each numbers its own lines`() throws {
    let run = try MaterializerRun(
      row("a", 1), row("b", 2, table: "u") + #"{"table":"t","id":"c","row":{"id":"x"}}"#, "", to: judge.path)
    #expect(run.summary.rows == 3)
    #expect(run.warnings.map(\.place) == ["input1:2"])
    #expect(try judge.text("SELECT id, v FROM t") == "a|1\nc|")
  }

  @Test func `bare objects are rows of the table that is named`() throws {
    _ = try MaterializerRun(#"{"id":"a","v":1}"# + "\n" + #"{"v":2,"id":7}"#, to: judge.path, table: "my table")
    #expect(try judge.text("SELECT * FROM \"my table\"") == "7|2\na|1")
    _ = try ToolRunner.shell("rm '\(judge.path)'")
    #expect(try refusal(#"{"id":"a","v":1}"#) == "1: the row has no table")
  }

  @Test func `tables that take turns are put together`() throws {
    let text = (0..<300).map { row("\($0)", $0, table: $0 % 3 == 0 ? "t" : "u") }.joined()
    _ = try MaterializerRun(text, to: judge.path)
    #expect(try judge.text("SELECT count(*), sum(v) FROM t") == "100|14850")
    #expect(try judge.text("SELECT count(*), sum(v) FROM u") == "200|30000")
  }

  @Test(arguments: [1, 49, 50, 51, 100, 149])
  func `rows go in whatever their number`(count: Int) throws {
    _ = try MaterializerRun((0..<count).map { row("id\($0)", $0) }.joined(), to: judge.path)
    #expect(try judge.text("SELECT count(*), sum(v), count(DISTINCT id) FROM t") == "\(count)|\(count * (count - 1) / 2)|\(count)")
    #expect(try judge.text("SELECT group_concat(id) FROM (SELECT id FROM t ORDER BY rowid)") == (0..<count).map { "id\($0)" }.sorted().joined(separator: ","))
  }

  @Test func `a table as wide as SQLite allows goes in, a wider one is refused`() throws {
    func text(_ fields: Int) -> String {
      let fields = (0..<fields).map { #""f\#($0)":\#($0)"# }.joined(separator: ",")
      return (0..<60).map { #"{"table":"t","id":"\#($0)","row":{\#(fields)}}"# + "\n" }.joined()
    }
    _ = try MaterializerRun(text(1999), to: judge.path)
    #expect(try judge.text("SELECT count(*), sum(f1998) FROM t") == "60|\(1998 * 60)")
    _ = try ToolRunner.shell("rm '\(judge.path)'")
    #expect(try refusal(text(2000)) == "1: table 't' has more than 2000 fields, SQLite's limit for columns")
  }

  @Test func `tables have a limit`() throws {
    #expect(try refusal((0...5000).map { row("a", 1, table: "t\($0)") }.joined()) == "5001: the rows name more than 5000 tables")
  }

  // MARK: Equal ids

  @Test func `of rows with equal ids the chosen one stays`() throws {
    let text = row("a", 1) + row("b", 2) + row("a", 3) + row("a", 4, table: "u") + row("c", 5) + row("a", 6)
    let last = try MaterializerRun(text, to: judge.path, keep: .last)
    #expect(try judge.text("SELECT * FROM t ORDER BY id") == "a|6\nb|2\nc|5")
    #expect(last.summary == MaterializerSummary(rows: 4, tables: 2, duplicates: 2))
    #expect(last.warnings == [])
    let first = try MaterializerRun(text, to: judge.path, keep: .first)
    #expect(try judge.text("SELECT * FROM t ORDER BY id") == "a|1\nb|2\nc|5")
    #expect(first.summary == last.summary)
    #expect(try judge.text("SELECT * FROM u") == "a|4")
  }

  @Test func `equal ids among thousands, within one statement and across`() throws {
    let text = (0..<2000).map { row("\($0 % 700)", $0) }.joined()
    _ = try MaterializerRun(text, to: judge.path, keep: .last)
    #expect(try judge.text("SELECT count(*), min(v), max(v) FROM t") == "700|1300|1999")
    _ = try MaterializerRun(text, to: judge.path, keep: .first)
    #expect(try judge.text("SELECT count(*), min(v), max(v) FROM t") == "700|0|699")
  }

  @Test func `equal ids can be refused, with their line`() throws {
    let text = (0..<120).map { row("\($0)", $0) }.joined() + row("77", 0) + row("78", 0)
    #expect(try refusal(text, keep: .error) == "input0:121: table 't' has a row with this id already")
    #expect(try MaterializerRun(row("a", 1) + row("a", 2, table: "u"), to: judge.path, keep: .error).summary.rows == 2)
  }

  // MARK: Incomplete and foreign streams

  @Test func `a stream without its end is refused`() throws {
    #expect(try refusal(Self.begin + row("a", 1)) == "2: the stream is cut: it has a 'begin' line and no 'end' line")
    #expect(try refusal(Self.begin) == "1: the stream is cut: it has a 'begin' line and no 'end' line")
  }

  @Test func `an end can be required`() throws {
    let message = "the stream does not close with an 'end' line, which --require-end asks for"
    #expect(try refusal(row("a", 1), requiresEnd: true) == "1: \(message)")
    #expect(try refusal("", requiresEnd: true) == "0: \(message)")
    #expect(try MaterializerRun(Self.begin + row("a", 1) + Self.end, row("b", 1) + Self.end, to: judge.path, requiresEnd: true).summary.rows == 2)
  }

  @Test func `a deleted row is refused in a snapshot`() throws {
    #expect(try refusal(row("a", 1) + #"{"table":"t","id":"a","deleted":true}"#) == "2: a deleted row stands only in a stream of changes")
  }

  @Test func `an input without anything is refused, a complete one without rows is not`() throws {
    #expect(try refusal("") == "input0: no rows")
    #expect(try refusal("\n\n") == "input0: no rows")
    #expect(try refusal(#"{"kv":"theme","value":"dark"}"#) == "input0: no rows")
    let run = try MaterializerRun(Self.begin + #"{"epi":1,"end":{}}"#, to: judge.path)
    #expect(run.summary == MaterializerSummary(rows: 0, tables: 0, duplicates: 0))
    #expect(judge.isSound)
    #expect(try folder.bytes("out.db").starts(with: "SQLite format 3\0".utf8))
  }

  @Test func `a schema can be repeated, but not changed or late`() throws {
    let schema = #"{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"v","type":"integer"}]}"# + "\n"
    #expect(try MaterializerRun(schema + row("a", 1), schema + row("b", 2), to: judge.path).summary.rows == 2)
    _ = try ToolRunner.shell("rm '\(judge.path)'")
    #expect(try refusal(schema + schema.replacing("integer", with: "real")) == "2: table 't' has two different schemas")
    #expect(try refusal(row("a", 1) + schema) == "2: the schema of table 't' comes after rows of it")
  }

  @Test func `names that SQLite cannot have are refused`() throws {
    #expect(
      try refusal(row("a", 1, table: "SQLite_x"))
        == "-: the name of table 'SQLite_x' begins with 'sqlite_', which SQLite keeps for itself")
    #expect(try refusal(row("a", 1, table: #"a\u0000b"#)).hasSuffix("holds the character U+0000, which no name in SQLite can hold"))
  }
}
