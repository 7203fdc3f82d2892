import EpiTestSupport
import Testing

@testable import EpiSQLite

/// Which columns schemas and rows make.
struct TablePlanTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  private func schema(_ fields: String) -> String { #"{"epi":1,"table":"t","fields":[\#(fields)]}"# + "\n" }

  private func row(_ id: String, _ fields: String) -> String { #"{"table":"t","id":"\#(id)","row":{\#(fields)}}"# + "\n" }

  /// One row for each object, with ids a, b, c, …
  private func rows(_ fields: [String]) -> String {
    zip("abcdefghijklmnopqrstuvwxyz", fields).map { row(String($0), $1) }.joined()
  }

  // MARK: With a schema

  @Test func `every field type has its column type`() throws {
    let fields = """
      {"id":"key","type":"id"},{"id":"a","type":"text"},{"id":"b","type":"richtext"},{"id":"c","type":"ytext"},{"id":"d","type":"date"},
      {"id":"e","type":"select","options":["x","y"]},{"id":"f","type":"integer"},{"id":"g","type":"boolean"},{"id":"h","type":"real"},
      {"id":"i","type":"tags","options":["x"]},{"id":"j","type":"json","schema":{"type":"object"}},
      {"id":"k","type":"vector","dimensions":3,"nullable":true},{"id":"other","type":"id","nullable":true}
      """
    let run = try MaterializerRun(schema(fields.replacing("\n", with: "")), to: judge.path)
    #expect(run.warnings == [])
    #expect(
      try judge.schema(of: "t") == """
        CREATE TABLE "t" (
          "key" TEXT PRIMARY KEY NOT NULL,
          "a" TEXT NOT NULL,
          "b" TEXT NOT NULL,
          "c" TEXT NOT NULL,
          "d" TEXT NOT NULL,
          "e" TEXT NOT NULL,
          "f" INTEGER NOT NULL,
          "g" INTEGER NOT NULL,
          "h" REAL NOT NULL,
          "i" TEXT NOT NULL,
          "j" TEXT NOT NULL,
          "k" TEXT,
          "other" TEXT
        )
        """)
  }

  @Test func `a default stands in the table and in the rows that lack the field`() throws {
    let fields = #"""
      {"id":"id","type":"id"},{"id":"a","type":"text","default":"it's \"q\" \u0000."},{"id":"b","type":"integer","default":-7},
      {"id":"c","type":"boolean","default":true},{"id":"d","type":"real","default":0.5},{"id":"e","type":"tags","default":["x","y"]},
      {"id":"f","type":"json","default":"text"},{"id":"g","type":"text","default":"5"},{"id":"h","type":"text","nullable":true,"default":null}
      """#
    let given = #""a":"A","b":1,"c":false,"d":2.5,"e":[],"f":{},"g":"G","h":"H""#
    let run = try MaterializerRun(schema(fields.replacing("\n", with: "")) + rows(["", given]), to: judge.path)
    #expect(run.warnings == [])
    // What SQLite makes of the DEFAULT clauses is what the first row was given.
    _ = try judge.text("INSERT INTO t (id) VALUES ('z')")
    let columns = "hex(a), b, c, d, e, f, g, quote(h), typeof(a), typeof(b), typeof(c), typeof(d), typeof(g)"
    let expected = #"697427732022712220002E|-7|1|0.5|["x","y"]|"text"|5|NULL|text|integer|integer|real|text"#
    #expect(try judge.text("SELECT \(columns) FROM t WHERE id = 'a'") == expected)
    #expect(try judge.text("SELECT \(columns) FROM t WHERE id = 'z'") == expected)
    #expect(try judge.text("SELECT a, b, c, d, e, f, g, h FROM t WHERE id = 'b'") == "A|1|0|2.5|[]|{}|G|H")
  }

  @Test func `the key is the field of type id, else the field named id, else a column in front`() throws {
    let cases = [
      (#"{"id":"id","type":"text"},{"id":"k","type":"id"}"#, ["id TEXT", "k TEXT"], "k"),
      (#"{"id":"a","type":"text"},{"id":"id","type":"integer"}"#, ["a TEXT", "id TEXT"], "id"),
      (#"{"id":"a","type":"text"}"#, ["id TEXT", "a TEXT"], "id"),
      ("", ["id TEXT"], "id"),
    ]
    for (fields, columns, key) in cases {
      _ = try MaterializerRun(schema(fields) + row("the key", #""a":"x","id":"i""#), to: judge.path)
      #expect(try judge.columns(of: "t").prefix(columns.count) == columns[...])
      #expect(try judge.text("SELECT name FROM pragma_table_info('t') WHERE pk") == key)
      #expect(try judge.text("SELECT \(key) FROM t") == "the key")
    }
  }

  @Test func `a field that is not nullable but lacks in rows makes its column nullable`() throws {
    let fields = #"{"id":"id","type":"id"},{"id":"a","type":"text"},{"id":"b","type":"text"},{"id":"c","type":"text","default":"d"}"#
    let run = try MaterializerRun(
      schema(fields) + rows([#""a":"1","b":"1","c":"1""#, #""a":"2","b":null,"c":null"#, #""a":"3""#]), to: judge.path)
    #expect(
      run.messages == [
        "'b' of 't' is not nullable, but 2 of 3 rows have no value; the column is declared nullable",
        "'c' of 't' is not nullable, but 1 of 3 rows has no value; the column is declared nullable",
      ])
    #expect(try judge.text(#"SELECT name, "notnull" FROM pragma_table_info('t')"#) == "id|1\na|1\nb|0\nc|0")
    // Null stays null; only what is missing has the default.
    #expect(try judge.text("SELECT quote(a), quote(b), quote(c) FROM t") == "'1'|'1'|'1'\n'2'|NULL|NULL\n'3'|NULL|'d'")
  }

  @Test func `a field that the schema does not name is a column behind the others`() throws {
    let run = try MaterializerRun(
      schema(#"{"id":"b","type":"text"},{"id":"id","type":"id"}"#) + rows([#""z":1,"b":"1""#, #""b":"2","y":true,"z":2.5"#]), to: judge.path)
    #expect(
      run.messages == [
        "the schema of 't' does not name 'z', which 2 of 2 rows have; added as a column of type REAL",
        "the schema of 't' does not name 'y', which 1 of 2 rows has; added as a column of type INTEGER",
      ])
    #expect(try judge.columns(of: "t") == ["b TEXT", "id TEXT", "z REAL", "y INTEGER"])
    #expect(try judge.text("SELECT * FROM t") == "1|a|1.0|\n2|b|2.5|1")
  }

  @Test func `a value of another type stays what it is`() throws {
    let fields = """
      {"id":"id","type":"id"},{"id":"i","type":"integer"},{"id":"n","type":"integer"},{"id":"t","type":"text"},{"id":"r","type":"real"},
      {"id":"g","type":"tags"}
      """.replacing("\n", with: "")
    let run = try MaterializerRun(
      schema(fields)
        + rows([
          #""i":1,"n":1,"t":"x","r":1,"g":["a"]"#, #""i":2.5,"n":"007","t":9,"r":9007199254740993,"g":"a \"b\"""#,
          #""i":3,"n":3,"t":true,"r":2.5,"g":["a"]"#,
        ]), to: judge.path)
    #expect(run.warnings.map(\.kind) == [.otherType, .otherType, .otherType, .otherType, .otherType])
    #expect(run.warnings.map(\.place) == Array(repeating: "input0:3", count: 5))
    #expect(
      run.messages.first
        == "'i' of 't' is of type integer, but 1 of 3 rows has a value of another kind, this one first; it is stored as it is")
    #expect(try judge.columns(of: "t") == ["id TEXT", "i INTEGER", "n", "t TEXT", "r", "g TEXT"])
    #expect(
      try judge.text("SELECT quote(i), quote(n), quote(t), quote(r), g FROM t")
        == #"""
        1|1|'x'|1|["a"]
        2.5|'007'|'9'|9007199254740993|"a \"b\""
        3|3|'true'|2.5|["a"]
        """#)
  }

  @Test func `a row's own id that differs is told and does not count`() throws {
    let run = try MaterializerRun(
      schema(#"{"id":"id","type":"id"}"#) + row("a", #""id":"a""#) + row("b", #""id":"x\ty""#) + row("c", "") + row("\\u0064", #""id":"d""#),
      to: judge.path)
    #expect(run.warnings.map(\.kind) == [.differentKey])
    #expect(run.warnings.first?.place == "input0:3")
    #expect(run.messages == ["row 't/b' says of itself that its 'id' is 'x\ty'; the row's id counts"])
    #expect(try judge.text("SELECT id FROM t") == "a\nb\nc\nd")
  }

  // MARK: Without a schema

  @Test(arguments: [
    (["null", "1", "2"], "INTEGER"), (["true", "null", "false"], "INTEGER"), (["1", "2.5"], "REAL"), (["1", "2", "1e3"], "REAL"),
    (["0.5", "100000000000000000000"], "REAL"), (["9223372036854775807"], "INTEGER"), (["9007199254740993", "0.5"], "TEXT"),
    (["123456789012345678901"], "TEXT"), (["null", "null"], "TEXT"), ([#""x""#], "TEXT"), (["[1]", #"{"a":1}"#], "TEXT"),
    (["[1]"], "TEXT"), ([#"{"a":1}"#], "TEXT"), ([#"{"$base64":true,"encoded":"AQID"}"#], "BLOB"),
    ([#"{"$f32":"AACAPw=="}"#], "TEXT"),
  ])
  func `a column's type is that of all its values`(values: [String], type: String) throws {
    let run = try MaterializerRun(rows(values.map { "\"v\":\($0)" }), to: judge.path)
    #expect(run.warnings == [])
    #expect(try judge.columns(of: "t") == ["id TEXT", "v \(type)"])
  }

  @Test(arguments: [
    (["1", #""x""#], "integer text"), (["true", "1"], "true integer"), ([#""x""#, "[1]", "null"], "text array"),
    ([#"{"$base64":true,"encoded":"AQID"}"#, "1"], "integer bytes"),
  ])
  func `a column of several types is text, with a note`(values: [String], kinds: String) throws {
    let run = try MaterializerRun(rows(values.map { "\"v\":\($0)" }), to: judge.path)
    #expect(run.warnings.map(\.kind) == [.mixedTypes])
    #expect(
      run.messages == [
        "'v' of 't' has values of several types (\(kinds)); its column is TEXT, where all but strings and bytes are JSON"
      ])
    #expect(try judge.columns(of: "t") == ["id TEXT", "v TEXT"])
  }

  @Test func `the last of many rows decides as the first does`() throws {
    let many = (0..<1000).map { row("\($0)", #""n":\#($0)"#) }.joined()
    let run = try MaterializerRun(many + row("last", #""n":"text","late":0.5"#), to: judge.path)
    #expect(run.summary.rows == 1001)
    #expect(try judge.columns(of: "t") == ["id TEXT", "n TEXT", "late REAL"])
    #expect(try judge.text("SELECT count(*), sum(typeof(n) = 'text'), sum(late IS NULL) FROM t") == "1001|1001|1000")
  }

  @Test func `columns come in the order in which rows bring them, the key first`() throws {
    _ = try MaterializerRun(rows([#""b":1,"id":"a""#, #""c":1,"a":1,"b":2"#, #""d":1,"c":2"#]), to: judge.path)
    #expect(try judge.columns(of: "t") == ["id TEXT", "b INTEGER", "c INTEGER", "a INTEGER", "d INTEGER"])
    #expect(try judge.rows("SELECT * FROM t").count == 3)
    #expect(try judge.text("SELECT * FROM t") == "a|1|||\nb|2|1|1|\nc||2||1")
  }

  @Test func `names that differ in case only stay apart`() throws {
    let run = try MaterializerRun(
      row("x", #""Name":1,"name":2,"ID":3"#) + #"{"table":"T","id":"x","row":{}}"# + "\n", to: judge.path)
    #expect(run.warnings.map(\.kind) == [.renamed, .renamed, .renamed])
    #expect(try judge.rows("SELECT * FROM t").first?["name_2"] as? Int == 2)
    #expect(try judge.text("SELECT * FROM t") == "x|1|2|3")
    #expect(try judge.text("SELECT id FROM T_2") == "x")
  }

  @Test func `the same rows make the same file`() throws {
    let text = rows([#""b":1,"a":"x""#, #""a":"y","c":[1]"#])
    _ = try MaterializerRun(text, to: folder.file("one.db"))
    _ = try MaterializerRun(text, to: folder.file("two.db"))
    #expect(try folder.bytes("one.db") == folder.bytes("two.db"))
  }
}
