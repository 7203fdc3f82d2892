import EpiTestSupport
import Testing

struct SQLCommandLineTests {
  private let tool = ToolRunner.search
  private let folder: TemporaryFolder
  private let database: String
  private let index: String

  init() throws {
    folder = try TemporaryFolder()
    database = folder.file("notes.db")
    index = folder.file("notes.epi")
    try #require(ToolRunner.materialize.run("-o", database, input: Rows.whole).status == 0)
    try #require(ToolRunner.index.run("-o", index, input: Rows.whole).status == 0)
  }

  private func lines(_ arguments: String...) throws -> [String] {
    let run = try tool.run(arguments)
    #expect(run.status == 0, "\(run)")
    return run.lines
  }

  @Test func `values keep their kinds`() throws {
    let sql = "SELECT 1 AS i, 1.0 AS r, 1e300 * 1e300 AS huge, -0.25 AS q, 1e-7 AS s, 'a\"b' AS t, x'00ff' AS b, NULL AS n"
    let row = #"{"i":1,"r":1.0,"huge":null,"q":-0.25,"s":1e-07,"t":"a\"b","b":{"$base64":true,"encoded":"AP8="},"n":null}"#
    #expect(try lines("--sql", sql) == [row])
    #expect(try lines("--arrays", "--sql", "SELECT 1, 2.0, 'x'") == [#"[1,2.0,"x"]"#])
    #expect(try lines("--sql", "SELECT 1 AS a, 2 AS a, 3 AS a_2") == [#"{"a":1,"a_2":2,"a_2_2":3}"#])
  }

  @Test func `other formats`() throws {
    let sql = "SELECT id, title FROM notes ORDER BY id LIMIT 2"
    #expect(try lines("--db", database, "--format=tsv", "--sql", sql) == ["id\ttitle", "a\tfirst", "b\tsecond"])
    #expect(try lines("--db", database, "--format=table", "--sql", sql) == ["id  title", "a   first", "b   second"])
    expectFailure(try tool.run("--format=ids", "--sql", "SELECT 1"), 64)
  }

  @Test func `an error names the statement and what SQLite says of it`() throws {
    let run = try tool.run("--sql", "SELECT 1;\nSELECT nope\nFROM nowhere; SELECT 2")
    #expect(run.status == 65)
    #expect(run.lines == [#"{"1":1}"#])
    #expect(run.errorLines == ["epi-search: statement 2, 'SELECT nope FROM nowhere': no such table: nowhere"])
    let script = try folder.write("SELECT ';' -- ; no end\n;/* ; */ SELECT bad", to: "script.sql")
    #expect(try tool.run("--sql-file", script).errorLines == ["epi-search: \(script): statement 2, 'SELECT bad': no such column: bad"])
  }

  @Test func `with --statements each one is answered, and the rest is run`() throws {
    let run = try tool.run(
      "--statements", "--sql",
      """
      CREATE TABLE t(x); CREATE TABLE log(x);
      CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES(NEW.x); SELECT CASE WHEN NEW.x > 1 THEN 1 END; END;
      INSERT INTO t VALUES(1),(2); SELECT x FROM log; SELECT x FROM; SELECT 7 AS x
      """)
    #expect(run.status == 1)
    #expect(
      run.lines == [
        #"{"epi":1,"statement":1,"rows":0}"#, #"{"epi":1,"statement":2,"rows":0}"#, #"{"epi":1,"statement":3,"rows":0}"#,
        #"{"epi":1,"statement":4,"rows":0}"#, #"{"x":1}"#, #"{"x":2}"#, #"{"epi":1,"statement":5,"rows":2}"#,
        #"{"epi":1,"statement":6,"error":"incomplete input"}"#, #"{"x":7}"#, #"{"epi":1,"statement":7,"rows":1}"#,
      ])
  }

  @Test func `parameters are bound by name`() throws {
    let query = try folder.write("{\"id\":\"q\",\"embedding\":[1,0,0]}\n", to: "query.json")
    let sql = "SELECT typeof($a) AS a, typeof(:b) AS b, typeof(@c) AS c, vector_extract(:v) AS v, :at AS at"
    let row = #"{"a":"integer","b":"real","c":"text","v":"[1,0,0]","at":"@x"}"#
    let given = ["a=1", "b=1.5", "c=one", "v=@\(query)", "at=@@x"].flatMap { ["--param", $0] }
    let run = try tool.run(given + ["--sql", sql])
    #expect(run.lines == [row], "\(run)")
    #expect(try lines("--param", "1=9", "--param", "2=x", "--sql", "SELECT ?1 AS a, ? AS b") == [#"{"a":9,"b":"x"}"#])
    let missing = try tool.run("--sql", "SELECT :k")
    #expect(missing.status == 65)
    #expect(missing.errorText.contains("the parameter ':k' has no value"))
    expectFailure(try tool.run("--param", "v=@\(folder.file("none"))", "--sql", "SELECT :v"), 66)
    expectFailure(try tool.run("--param", "v=@\(database)", "--sql", "SELECT :v"), 65)
  }

  @Test func `a file is written to only when that is allowed`() throws {
    for sql in [
      "INSERT INTO notes(id) VALUES('x')", "CREATE INDEX vi ON notes(libsql_vector_idx(v))", "VACUUM INTO '\(folder.file("copy.db"))'",
    ] {
      let run = try tool.run("--db", database, "--sql", sql)
      #expect(run.status == 65, "\(run)")
    }
    let attached = try tool.run("--sql", "ATTACH '\(database)' AS n; DELETE FROM n.notes")
    #expect(attached.status == 65)
    #expect(attached.errorText.contains("--write"))
    #expect(try lines("--db", database, "--sql", "ATTACH '\(database)' AS n; SELECT count(*) AS c FROM n.notes") == [#"{"c":3}"#])
    #expect(!folder.names.contains("copy.db"))
    #expect(try lines("--db", database, "--write", "--sql", "DELETE FROM notes WHERE id = 'b'").isEmpty)
    #expect(try ToolRunner.program("sqlite3").run(database, "SELECT group_concat(id) FROM notes").lines == ["a,c"])
  }

  @Test func `what cannot go together is refused`() throws {
    for arguments in [
      ["--sql", "SELECT 1", "--sql-file", "x"], ["--sql", "SELECT 1", index], ["--sql", "SELECT 1", "--like", "a"], ["--write", index],
      ["--arrays", index], ["--sql", "SELECT 1", "--arrays", "--format=tsv"], ["--sql", "SELECT 1", "--index", "name"],
    ] { expectFailure(try tool.run(arguments), 64) }
    expectFailure(try tool.run("--db", folder.file("none.db"), "--sql", "SELECT 1"), 66)
    expectFailure(try tool.run("--db", index, "--sql", "SELECT 1 FROM sqlite_schema"), 65)
    expectFailure(try tool.run("--index", "n=\(database)", "--sql", "SELECT 1"), 65)
  }
}
