import EpiRows
import EpiTestSupport
import Testing

@testable import EpiSQLite

/// Streams of changes: each batch a transaction.
struct ChangesTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  private func begin(since: String? = nil) -> String {
    #"{"epi":1,"begin":{"mode":"changes"\#(since.map { #","since":"\#($0)""# } ?? "")}}"# + "\n"
  }

  private func end(_ hash: String) -> String {
    #"{"epi":1,"end":{"rows":1,"deleted":0,"tables":1,"pending":0,"state":"AA==","hash":"\#(hash)"}}"# + "\n"
  }

  private func row(_ id: String, _ fields: String, table: String = "t") -> String {
    #"{"table":"\#(table)","id":"\#(id)","row":{\#(fields)}}"# + "\n"
  }

  private func gone(_ id: String, table: String = "t") -> String { #"{"table":"\#(table)","id":"\#(id)","deleted":true}"# + "\n" }

  private func schema(_ fields: String, table: String = "t") -> String { #"{"epi":1,"table":"\#(table)","fields":[\#(fields)]}"# + "\n" }

  private func source() throws -> String { try judge.text("SELECT value FROM _epi WHERE key = 'source'") }

  private func expectSound() throws {
    let check = try DatabaseCheck(of: judge.path, busyTimeout: 0)
    #expect(check.isGood, "\(check.faults) \(check.tables)")
  }

  /// All that a database holds, but for rowids and what it says of itself.
  private func contents(_ path: String) throws -> [String] {
    let judge = Judge(path)
    return try judge.text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_epi' ORDER BY name").split(separator: "\n").flatMap {
      try judge.text("SELECT '\($0)', * FROM \"\($0)\" ORDER BY 2").split(separator: "\n").map(String.init)
    }
  }

  // MARK: Batches

  @Test func `rows are added, changed and taken out`() throws {
    let first = begin() + row("a", #""v":1"#) + row("b", #""v":2"#) + end("h1")
    let run = try MaterializerRun(first + row("b", #""v":3"#) + row("c", #""v":4"#) + gone("a") + gone("x") + end("h2"), to: judge.path)
    #expect(run.summary == MaterializerSummary(rows: 2, tables: 1, duplicates: 0))
    #expect(try judge.text("SELECT rowid, * FROM t") == "2|b|3\n3|c|4")
    #expect(try source() == "h2")
    try expectSound()
  }

  @Test func `within a batch the last line of a row counts`() throws {
    let first = begin() + row("a", #""v":1"#) + end("h1")
    _ = try MaterializerRun(
      first + gone("a") + row("a", #""v":5"#) + row("b", #""v":1"#) + gone("b") + row("c", #""v":1"#) + row("c", #""v":2"#) + end("h2"), to: judge.path)
    #expect(try judge.text("SELECT * FROM t") == "a|5\nc|2")
    try expectSound()
  }

  @Test func `a batch without rows is a batch`() throws {
    _ = try MaterializerRun(begin() + row("a", #""v":1"#) + end("h1") + end("h2"), to: judge.path)
    #expect(try source() == "h2")
    _ = try MaterializerRun(begin(since: "h2") + end("h3"), to: judge.path)
    #expect(try source() == "h3")
    try expectSound()
  }

  @Test func `what has no end is not written, what went before stays`() throws {
    let stream = begin() + row("a", #""v":1"#) + end("h1") + row("b", #""v":2"#)
    let error = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(stream, to: judge.path) }
    guard case .row(let reason) = error else { throw error }
    #expect(reason.message == "the stream is cut: it has a 'begin' line and no 'end' line")
    #expect(try judge.text("SELECT * FROM t") == "a|1")
    #expect(try source() == "h1")
  }

  // MARK: Continuing

  @Test func `a stream goes on from the state of the database, in another run`() throws {
    _ = try MaterializerRun(#"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + row("a", #""v":1"#) + end("h1"), to: judge.path)
    _ = try MaterializerRun(begin(since: "h1") + row("b", #""v":2"#) + end("h2"), to: judge.path)
    _ = try MaterializerRun(begin(since: "h2") + gone("a") + end("h3"), to: judge.path)
    #expect(try judge.text("SELECT * FROM t") == "b|2")
    try expectSound()
  }

  @Test func `a stream that goes on from another state is refused`() throws {
    let change = begin(since: "h0") + row("b", #""v":2"#) + end("h2")
    func refusal(_ configure: (inout MaterializerOptions) -> Void = { _ in }) throws -> String {
      let error = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(change, to: judge.path, configure) }
      guard case .input(_, let message, let hint?) = error else { throw error }
      #expect(hint.contains("rebuild"))
      return message
    }
    #expect(try refusal() == "the changes do not continue what is in the database: there is none, or it is to be replaced")
    #expect(folder.names == [])
    _ = try judge.text("CREATE TABLE t (a)")
    #expect(try refusal() == "the changes do not continue what is in the database: it has no record of a state ('_epi')")
    _ = try MaterializerRun(begin() + row("a", #""v":1"#) + end("h1"), to: judge.path)
    #expect(try refusal() == "the changes do not continue what is in the database: it is of state 'h1'")
    _ = try MaterializerRun(begin() + row("a", #""v":1"#) + end("h0"), to: judge.path)
    #expect(try refusal { $0.isStrict = true } == "the database was made with other options ('', now 'strict')")
    #expect(try judge.text("SELECT * FROM t") == "a|1")
  }

  @Test func `a whole state may come again`() throws {
    let one = begin() + row("a", #""v":1"#) + end("h1")
    _ = try MaterializerRun(one + row("b", #""v":2"#) + end("h2") + begin() + row("z", #""v":9"#) + end("h3") + gone("z") + end("h4"), to: judge.path)
    #expect(try judge.text("SELECT count(*) FROM t") == "0")
    #expect(try source() == "h4")
  }

  @Test func `changes stand alone`() throws {
    let error = try #require(throws: MaterializerError.self) {
      _ = try MaterializerRun(row("a", #""v":1"#), begin() + row("a", #""v":1"#) + end("h1"), to: judge.path)
    }
    guard case .row(let reason) = error else { throw error }
    #expect(reason.message == "a stream of changes is not the only input")
    #expect(folder.names == [])
  }

  @Test func `a database that another has rebuilt meanwhile is not changed`() throws {
    _ = try MaterializerRun(begin() + row("a", #""v":1"#) + end("h1"), to: judge.path)
    var options = MaterializerOptions()
    options.tool = "tests"
    var writer = try ChangesWriter.opening(judge.path, continuing: "h1", options) { _ in }
    _ = try MaterializerRun(begin() + row("q", #""v":7"#) + end("h9"), to: judge.path)
    var refusal = ""
    do {
      _ = try writer.apply(RowCollector(options, beside: judge.path) { _ in }, StreamEnd(hash: "h2"))
    } catch {
      if case .input(_, let message, _) = error { refusal = message }
    }
    #expect(refusal == "the changes do not continue what is in the database: another process has rebuilt it")
    #expect(try judge.text("SELECT * FROM t") == "q|7")
    #expect(try source() == "h9")
  }

  // MARK: Columns

  @Test func `a new field is a new column of the table that stands`() throws {
    _ = try MaterializerRun(begin() + row("a", #""v":1"#) + end("h1"), to: judge.path)
    _ = try judge.text("CREATE INDEX mine ON t (v); CREATE VIEW w AS SELECT v FROM t")
    _ = try MaterializerRun(begin(since: "h1") + row("b", #""v":2,"w":"x""#) + end("h2"), to: judge.path)
    #expect(try judge.text("SELECT * FROM t") == "a|1|\nb|2|x")
    #expect(try judge.text("SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('mine', 'w')") == "mine,w")
    try expectSound()
  }

  @Test func `a column gets the type that all its values have`() throws {
    let first = begin() + row("a", #""i":1,"b":true,"n":null,"j":[1,2],"s":"5""#) + row("u", #""v":1"#, table: "u") + end("h1")
    let change = row("b", #""i":2.5,"b":"yes","n":3,"j":"text","s":6"#) + end("h2")
    _ = try MaterializerRun(first, to: judge.path)
    _ = try judge.text("CREATE INDEX mine ON t (i); CREATE TABLE log (a); CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.id); END")
    _ = try MaterializerRun(begin(since: "h1") + change, to: judge.path)
    #expect(try judge.columns(of: "t") == ["id TEXT", "i REAL", "b TEXT", "n INTEGER", "j TEXT", "s TEXT"])
    #expect(try judge.text("SELECT * FROM t") == "a|1.0|true||[1,2]|5\nb|2.5|yes|3|text|6")
    #expect(try judge.text("SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('mine', 'tr')") == "mine,tr")
    #expect(try judge.text("SELECT count(*) FROM log") == "0")
    try expectSound()
  }

  @Test func `another schema makes its table anew, and no other`() throws {
    let id = #"{"id":"id","type":"id"}"#
    let first =
      begin() + schema(#"\#(id),{"id":"n","type":"integer"},{"id":"t","type":"text","nullable":true}"#) + row("a", #""n":7,"t":"x""#)
      + row("b", #""n":8"#) + row("u", #""v":1"#, table: "u") + end("h1")
    _ = try MaterializerRun(first, to: judge.path)
    let page = try judge.text("SELECT rootpage FROM sqlite_schema WHERE name = 'u'")
    let second = schema(#"\#(id),{"id":"n","type":"real"},{"id":"t","type":"text","nullable":true},{"id":"d","type":"text","default":"new"}"#)
    _ = try MaterializerRun(begin(since: "h1") + second + row("b", #""n":1.5,"d":"own""#) + end("h2"), to: judge.path)
    #expect(try judge.columns(of: "t") == ["id TEXT", "n REAL", "t TEXT", "d TEXT"])
    #expect(try judge.text("SELECT * FROM t") == "a|7.0|x|new\nb|1.5||own")
    #expect(try judge.text("SELECT rootpage FROM sqlite_schema WHERE name = 'u'") == page)
    try expectSound()
    // What the record says of the new table is what the table is.
    _ = try MaterializerRun(begin(since: "h2") + row("c", #""n":2,"d":null"#) + row("a", #""n":1"#) + end("h3"), to: judge.path)
    #expect(try judge.text("SELECT * FROM t") == "a|1.0||new\nb|1.5||own\nc|2.0||")
    try expectSound()
  }

  // MARK: Indexes and settings

  @Test func `a full-text index is kept in step`() throws {
    func run(_ stream: String) throws { _ = try MaterializerRun(stream, to: judge.path) { $0.fullText = [ColumnList("t:a,b")!] } }
    try run(begin() + row("a", #""a":"one fish","b":"two""#) + row("b", #""a":"red fish","b":null"#) + end("h1"))
    try run(begin(since: "h1") + row("a", #""a":"one bird","b":"two""#) + row("c", #""a":"blue","b":"fish""#) + end("h2"))
    #expect(try judge.text("SELECT t.id FROM t_fts JOIN t ON t.rowid = t_fts.rowid WHERE t_fts MATCH 'fish' ORDER BY 1") == "b\nc")
    try run(begin(since: "h2") + gone("b") + row("a", #""a":5,"b":"fish""#) + end("h3"))
    #expect(try judge.text("SELECT t.id FROM t_fts JOIN t ON t.rowid = t_fts.rowid WHERE t_fts MATCH 'fish' ORDER BY 1") == "a\nc")
    #expect(try judge.text("INSERT INTO t_fts (t_fts, rank) VALUES ('integrity-check', 1)") == "")
    try expectSound()
  }

  @Test func `settings change too`() throws {
    func run(_ stream: String) throws { _ = try MaterializerRun(stream, to: judge.path) { $0.settings = "kv" } }
    try run(begin() + row("a", #""v":1"#) + #"{"kv":"theme","value":"dark"}"# + "\n" + #"{"kv":"n","value":[1]}"# + "\n" + end("h1"))
    #expect(try judge.text("SELECT * FROM kv") == "n|[1]\ntheme|\"dark\"")
    try run(begin(since: "h1") + #"{"kv":"theme","value":null}"# + "\n" + #"{"kv":"n","deleted":true}"# + "\n" + end("h2"))
    #expect(try judge.text("SELECT key, quote(value) FROM kv") == "theme|NULL")
    try expectSound()
  }

  // MARK: Against whole states

  /// Random edits, given as batches: the tables are those of a snapshot of the last state.
  @Test(arguments: Seeds.list(8))
  func `batches lead where a snapshot leads`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var state: [String: [String: String]] = ["t": [:], "u": [:]]
    let values = ["1", "2.5", "true", #""text""#, "null", "[1,2]", "9007199254740993", #""007""#]
    var stream = begin()
    for batch in 0..<12 {
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        let table = Bool.random(using: &random) ? "t" : "u"
        let id = "r\(Int.random(in: 0..<15, using: &random))"
        if Int.random(in: 0..<4, using: &random) == 0 {
          state[table]?[id] = nil
          stream += gone(id, table: table)
        } else {
          // The kinds widen from batch to batch.
          let fields = (0..<3).map { #""f\#($0)":\#(values[Int.random(in: 0..<min(values.count, 1 + (batch + $0) / 2), using: &random)])"# }
          state[table]?[id] = fields.joined(separator: ",")
          stream += row(id, fields.joined(separator: ","), table: table)
        }
      }
      stream += end("h\(batch)")
    }
    _ = try MaterializerRun(stream, to: judge.path)
    try expectSound()
    let whole = state.sorted { $0.key < $1.key }.flatMap { table, rows in rows.sorted { $0.key < $1.key }.map { row($0, $1, table: table) } }.joined()
    let other = folder.file("whole.db")
    _ = try MaterializerRun(whole + end("h"), to: other)
    // Types only widen: where a value that made a column TEXT is gone, numbers are still texts.
    func plain(_ lines: [String]) -> [String] { lines.map { $0.replacing("true", with: "1").replacing("|1.0", with: "|1") } }
    #expect(try plain(contents(judge.path)) == plain(contents(other)))
  }
}
