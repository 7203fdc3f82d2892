import EpiTestSupport
import Foundation
import Testing

/// Scripts, run by the engines they are for.
struct EngineScriptTests {
  private let folder: TemporaryFolder

  /// Names, values and types of all forms.
  private static let stream = #"""
    {"epi":1,"begin":{"mode":"snapshot"}}
    {"epi":1,"table":"select","fields":[{"id":"id","type":"id"},{"id":"order by","type":"integer"},{"id":"q\"uo'te","type":"text","default":"it's"},{"id":"日本","type":"real","nullable":true},{"id":"b","type":"boolean"},{"id":"tags","type":"tags","options":["a\\b"]},{"id":"emb","type":"vector","dimensions":3,"nullable":true}]}
    {"table":"select","id":"a","row":{"id":"a","order by":-9223372036854775808,"q\"uo'te":"tab\tnl\nback\\slash\rcr'q","日本":0.1,"b":true,"tags":["a\\b"],"emb":[0.1,0.25,-3]}}
    {"table":"select","id":"b","row":{"id":"b","order by":9223372036854775807,"日本":1e300,"b":false,"tags":[],"emb":{"$f32":"AACAPwAAAEAAAEBA"}}}
    {"table":"plain","id":"1","row":{"m":1,"x":true,"z":{"$base64":true,"encoded":"AAH/"},"w":12345678901234567890123,"j":[{"k":"\u0000"}]}}
    {"table":"plain","id":"2","row":{"m":2.5,"x":false,"y":"\\N","mix":1,"j":{}}}
    {"table":"plain","id":"3","row":{"y":"\\.","mix":"s","wide":9007199254740993,"x":null}}
    {"kv":"theme","value":"dark"}
    {"epi":1,"end":{"rows":5,"tables":2,"pending":0,"state":"AA==","hash":"abc"}}

    """#

  init() throws { folder = try TemporaryFolder() }

  private func script(_ engine: String, _ arguments: String...) throws -> String {
    let path = folder.file("\(engine).sql")
    let run = try ToolRunner.materialize.run(
      ["--sql=\(engine)", "--kv", "my settings", "--index", "select:order by,b", "--fts", #"select:q"uo'te"#, "-o", path] + arguments, input: Array(Self.stream.utf8))
    #expect(run.status == 0, "\(run)")
    return path
  }

  @Test func `sqlite3 makes the database that the tool makes`() throws {
    let path = try script("sqlite")
    let database = folder.file("script.db")
    for _ in 0..<2 { #expect(try ToolRunner.shell("sqlite3 -batch -bail '\(database)' <'\(path)'").errorText == "") }
    let check = try ToolRunner.materialize.run("--check", database)
    #expect(check.status == 0, "\(check)")
    #expect(check.lines == ["select: 2 rows", "plain: 3 rows", "my settings: 1 row"].map { "\(database): \($0): ok" })
    let direct = folder.file("direct.db")
    _ = try ToolRunner.materialize.run(
      ["--kv", "my settings", "--index", "select:order by,b", "--fts", #"select:q"uo'te"#, "-o", direct], input: Array(Self.stream.utf8))
    func dump(_ path: String) throws -> String { try ToolRunner.program("sqlite3").run("-batch", path, ".dump").text }
    #expect(try Array(dump(database).utf8).firstDifference(from: dump(direct).utf8) == nil)
  }

  @Test func `a script goes to standard output`() throws {
    let run = try ToolRunner.shell("epi-materialize --sql=sqlite | sqlite3 -batch -bail out.db && sqlite3 out.db 'SELECT count(*) FROM plain'", input: Array(Self.stream.utf8)) {
      $0.directory = folder.path
    }
    #expect(run.text == "3\n", "\(run)")
    let full = try ToolRunner.materialize.run(["--sql=sqlite"], input: Array(Self.stream.utf8)) { $0.outputPath = "/dev/full" }
    #expect(full.status == 74, "\(full)")
  }

  @Test func `libSQL takes vectors and finds them by their index`() throws {
    let path = try script("libsql")
    _ = try folder.write(
      """
      import libsql, sys
      db = libsql.connect(sys.argv[1])
      for time in range(2):
          db.executescript(open(sys.argv[2]).read())
      print(db.execute('SELECT s.id, vector_extract(s.emb) FROM vector_top_k(\\'idx_select_emb_vector\\', vector32(\\'[1,2,3]\\'), 1) v JOIN "select" s ON s.rowid = v.id').fetchall())
      print(db.execute('SELECT "order by", "q""uo\\'te", "日本", b, tags FROM "select" ORDER BY id').fetchall())
      print(db.execute('SELECT m, x, hex(z), w, j, y, mix, wide FROM plain ORDER BY id').fetchall())
      """, to: "load.py")
    let run = try ToolRunner.peerPython().run(folder.file("load.py"), folder.file("out.db"), path)
    #expect(
      run.lines == [
        "[('b', '[1,2,3]')]",
        #"[(-9223372036854775808, "tab\tnl\nback\\slash\rcr'q", 0.1, 1, '["a\\\\b"]'), (9223372036854775807, "it's", 1e+300, 0, '[]')]"#,
        #"[(1.0, 1, '0001FF', '12345678901234567890123', '[{"k":"\\u0000"}]', None, None, None), (2.5, 0, '', None, '{}', '\\N', '1', None), "#
          + #"(None, None, '', None, None, '\\.', 's', 9007199254740993)]"#,
      ], "\(run)")
  }

  @Test func `psql loads the script`() throws {
    let path = try script("postgres")
    _ = try folder.write(
      #"""
      SELECT id, "order by", md5("q""uo'te"), "日本", b, tags->>0, emb FROM "select" ORDER BY id;
      SELECT id, m, x, z, w, j, y, mix, wide FROM plain ORDER BY id;
      SELECT key, value #>> '{}' FROM "my settings";
      SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name IN ('select', 'plain') ORDER BY 1, ordinal_position;
      SELECT count(*) FROM pg_indexes WHERE tablename = 'select';
      SELECT id FROM "select" WHERE to_tsvector('simple', coalesce("q""uo'te"::text, '')) @@ to_tsquery('simple', 'nl');
      """#, to: "query.sql")
    // Twice: the second time the tables are there.
    let run = try ToolRunner.program("bash").run("\(Fixtures.packageRoot)/Tests/Peers/postgres.sh", path, path, folder.file("query.sql"))
    #expect(run.status == 0, "\(run)")
    let text = "tab\tnl\nback\\slash\rcr'q"
    let digest = try ToolRunner.program("md5sum").run([], input: Array(text.utf8)).text.prefix(32)
    let other = try ToolRunner.program("md5sum").run([], input: Array("it's".utf8)).text.prefix(32)
    #expect(
      run.lines == [
        #"a|-9223372036854775808|\#(digest)|0.1|t|a\b|{0.1,0.25,-3}"#, "b|9223372036854775807|\(other)|1e+300|f||{1,2,3}",
        #"1|1|t|\x0001ff|12345678901234567890123|[{"k":"\u0000"}]|||"#, #"2|2.5|f|||{}|\N|1|"#, #"3||||||\.|s|9007199254740993"#, "theme|dark",
        "plain|id|text", "plain|m|double precision", "plain|x|boolean", "plain|z|bytea", "plain|w|text", "plain|j|text", "plain|y|text", "plain|mix|text",
        "plain|wide|bigint", "select|id|text", "select|order by|bigint", "select|q\"uo'te|text", "select|日本|double precision", "select|b|boolean",
        "select|tags|json", "select|emb|ARRAY", "3", "a",
      ], "\(run)")
  }

  /// Nobody has it to try; its form is that of its documentation.
  @Test func `vectors for pgvector have its type`() throws {
    let text = try folder.text(String(try script("postgres", "--pgvector").split(separator: "/").last!))
    #expect(text.contains("CREATE EXTENSION IF NOT EXISTS vector;\n"))
    #expect(text.contains("  \"emb\" vector(3)\n"))
    #expect(text.contains("\t[0.1,0.25,-3.0]\n"))
    #expect(text.contains("CREATE INDEX ON \"select\" USING hnsw (\"emb\" vector_cosine_ops);\n"))
  }

  @Test func `names and characters that PostgreSQL cannot have are told`() throws {
    let long = String(repeating: "é", count: 40)
    let rows = #"{"table":"\#(long)","id":"1","row":{"ctid":1,"":2,"z":"a\u0000b"}}"# + "\n" + #"{"table":"\#(long)x","id":"1","row":{"v":1}}"# + "\n"
    _ = try folder.write("SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'é%' ORDER BY 1, ordinal_position;", to: "query.sql")
    let run = try ToolRunner.materialize.run("--sql=postgres", "-o", folder.file("out.sql"), input: rows)
    #expect(run.status == 1)
    #expect(run.errorLines.count == 5, "\(run)")
    let loaded = try ToolRunner.program("bash").run("\(Fixtures.packageRoot)/Tests/Peers/postgres.sh", folder.file("out.sql"), folder.file("query.sql"))
    let (first, second) = (String(repeating: "é", count: 31), String(repeating: "é", count: 27) + "_2")
    #expect(
      loaded.lines.sorted() == [(first, "_"), (first, "ctid_2"), (first, "id"), (first, "z"), (second, "id"), (second, "v")].map { "\($0)|\($1)" }.sorted(),
      "\(loaded)")
  }

  @Test func `a script is of a snapshot, and for one engine`() throws {
    expectFailure(
      try ToolRunner.materialize.run("--sql=sqlite", input: #"{"epi":1,"begin":{"mode":"changes"}}"#), 65,
      "-:1: this is a stream of changes; a script is made of a snapshot")
    expectFailure(try ToolRunner.materialize.run("--pgvector", "-o", "x.db", input: ""), 64)
    expectFailure(try ToolRunner.materialize.run("--sql=mysql", input: ""), 64)
    expectFailure(try ToolRunner.materialize.run("--sql=sqlite", "--if-changed", input: ""), 64)
  }
}
