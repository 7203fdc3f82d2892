import EpiRows
import EpiTestSupport
import Testing

@testable import EpiSQLite

/// What a database says of itself, and what is made of it.
struct RecordTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  private static let snapshot =
    """
    {"epi":1,"begin":{"mode":"snapshot"}}
    {"table":"t","id":"b","row":{"v":2,"w":"x"}}
    {"table":"t","id":"a","row":{"v":1.5}}
    {"table":"u","id":"a","row":{"v":null}}
    {"epi":1,"end":{"rows":3,"tables":2,"pending":0,"state":"AQID","hash":"0123456789abcdef"}}

    """

  @Test func `the record says of what the database was made`() throws {
    _ = try MaterializerRun(Self.snapshot, to: judge.path)
    #expect(
      try judge.text("SELECT key, name, value FROM _epi WHERE key <> 'table'")
        == "format||1\ntool||tests\nsource||0123456789abcdef\nstate||AQID\noptions||")
    #expect(try judge.text("SELECT name, rows, length(hash) FROM _epi WHERE key = 'table'") == "t|2|16\nu|1|16")
  }

  @Test func `the same rows make the same bytes, in whatever order and with whatever spool`() throws {
    _ = try MaterializerRun(Self.snapshot, to: judge.path)
    let first = try folder.bytes("out.db")
    _ = try MaterializerRun(Self.snapshot, to: judge.path, replacing: true)
    #expect(try folder.bytes("out.db").firstDifference(from: first) == nil)
    let lines = Self.snapshot.split(separator: "\n")
    let other = ([lines[0], lines[2], lines[1], lines[3], lines[4]].joined(separator: "\n") + "\n").replacing(#"{"v":1.5}"#, with: #"{"v":1.5,"w":null}"#)
    // The order of the first appearance decides on the columns: here it is the same.
    _ = try MaterializerRun(other.replacing(#","w":null"#, with: ""), to: folder.file("other.db"))
    #expect(try Judge(folder.file("other.db")).text("SELECT rowid, * FROM t") == "1|a|1.5|\n2|b|2.0|x")
    #expect(try folder.bytes("other.db").firstDifference(from: first) == nil)
  }

  @Test func `the same state is written once when asked`() throws {
    func run(_ stream: String, _ configure: @escaping (inout MaterializerOptions) -> Void = { _ in }) throws -> Bool {
      try MaterializerRun(stream, to: judge.path) { options in
        options.onlyIfChanged = true
        configure(&options)
      }.summary.isUnchanged
    }
    #expect(try !run(Self.snapshot))
    let before = try folder.bytes("out.db")
    #expect(try run(Self.snapshot))
    #expect(try folder.bytes("out.db").firstDifference(from: before) == nil)
    #expect(try !run(Self.snapshot) { $0.isStrict = true })
    #expect(try run(Self.snapshot) { $0.isStrict = true })
    #expect(try !run(Self.snapshot.replacing("0123456789abcdef", with: "ffff")) { $0.isStrict = true })
    // Without a hash nothing is known to be the same.
    let bare = #"{"table":"t","id":"b","row":{"v":2}}"# + "\n"
    #expect(try !run(bare))
    #expect(try !run(bare))
  }

  @Test func `tables that the rows do not name keep their record`() throws {
    _ = try MaterializerRun(Self.snapshot, to: judge.path)
    _ = try MaterializerRun(#"{"table":"u","id":"z","row":{"v":1}}"#, to: judge.path)
    #expect(try judge.text("SELECT name, rows FROM _epi WHERE key = 'table' ORDER BY name") == "t|2\nu|1")
    #expect(try judge.text("SELECT count(*) FROM _epi WHERE key = 'source' AND value IS NULL") == "1")
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).isGood)
  }

  // MARK: Checks

  @Test(arguments: [
    ("UPDATE t SET v = 3 WHERE id = 'a'", "its rows are not those that were written"),
    ("UPDATE t SET w = '' WHERE id = 'a'", "its rows are not those that were written"),
    ("UPDATE t SET id = 'c' WHERE id = 'a'", "its rows are not those that were written"),
    ("UPDATE t SET w = CAST(w AS BLOB)", "its rows are not those that were written"),
    ("DELETE FROM t WHERE id = 'a'", "it has 1 rows, 2 were written"),
    ("INSERT INTO t VALUES ('z', 1, 2)", "it has 3 rows, 2 were written"),
    ("DROP TABLE t", "the table is gone"),
  ])
  func `what was changed is found`(sql: String, fault: String) throws {
    _ = try MaterializerRun(Self.snapshot, to: judge.path)
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).isGood)
    _ = try judge.text(sql)
    let check = try DatabaseCheck(of: judge.path, busyTimeout: 0)
    #expect(!check.isGood)
    #expect(check.tables[0].fault?.hasPrefix(fault) == true, "\(check.tables)")
    #expect(check.tables[1].fault == nil)
  }

  @Test func `what cannot be checked is not good`() throws {
    _ = try judge.text("CREATE TABLE t (a)")
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).faults == ["it has no record of what it should hold (the table '_epi')"])
    _ = try MaterializerRun(#"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + #"{"epi":1,"end":{}}"#, to: folder.file("empty.db"))
    #expect(try DatabaseCheck(of: folder.file("empty.db"), busyTimeout: 0).faults == ["there are no rows to check"])
    _ = try folder.write("no database, but some text", to: "text.db")
    #expect(throws: SQLiteError.self) { try DatabaseCheck(of: folder.file("text.db"), busyTimeout: 0) }
  }

  @Test func `a full-text index that lost rows is found`() throws {
    _ = try MaterializerRun(Self.snapshot, to: judge.path) { $0.fullText = [ColumnList("t:w")!] }
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).isGood)
    _ = try judge.text("INSERT INTO t_fts (t_fts) VALUES ('delete-all')")
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).faults == ["the full-text index 't_fts' has 0 rows, its table has 2"])
  }

  @Test func `a full-text index that is not of its table's texts is found`() throws {
    _ = try MaterializerRun(Self.snapshot, to: judge.path) { $0.fullText = [ColumnList("t:w")!] }
    // The table is as it was written, and the index has as many rows: only a word differs.
    _ = try judge.text("INSERT INTO t_fts (t_fts, rowid, w) VALUES ('delete', 2, 'x')")
    _ = try judge.text("INSERT INTO t_fts (rowid, w) VALUES (2, 'bird')")
    let before = try folder.bytes("out.db")
    let check = try DatabaseCheck(of: judge.path, busyTimeout: 0)
    #expect(check.tables.allSatisfy { $0.fault == nil }, "\(check.tables)")
    #expect(check.faults == ["the full-text index 't_fts' is not that of the texts of its table"])
    #expect(check.remarks == [])
    #expect(try folder.bytes("out.db").firstDifference(from: before) == nil)
  }

  @Test func `every kind of value is checked as it is stored`() throws {
    let fields = [
      #""a":1,"b":1.0,"c":1e3,"d":-0.0,"e":9007199254740993,"f":12345678901234567890,"g":0.1,"h":1e300"#,
      #""a":true,"b":false,"c":"text","d":"","e":"nul\u0000","f":{"$base64":true,"encoded":"AAEC"},"g":{"$base64":true,"encoded":""},"h":[1]"#,
      #""a":{"x":1},"b":null,"c":{"$f32":"AACAPw=="}"#,
    ]
    let rows = fields.enumerated().map { #"{"table":"t\#($0 % 2)","id":"\#($0)","row":{\#($1)}}"# + "\n" }.joined()
    for vectors in VectorPolicy.allCases {
      for isStrict in [false, true] {
        _ = try MaterializerRun(rows + rows.replacing("t0", with: "t2").replacing("t1", with: "t2"), to: judge.path, replacing: true) {
          $0.vectors = vectors
          $0.isStrict = isStrict
        }
        let check = try DatabaseCheck(of: judge.path, busyTimeout: 0)
        #expect(check.isGood, "\(vectors), \(isStrict): \(check.tables)")
      }
    }
  }
}
