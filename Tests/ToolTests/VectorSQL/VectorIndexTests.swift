import EpiTestSupport
import Testing

/// Vector indexes of a database in a file, and snapshots in their place.
struct VectorIndexTests {
  private let folder: TemporaryFolder
  private let database: String

  init() throws {
    folder = try TemporaryFolder()
    database = folder.file("t.db")
  }

  private func run(_ sql: String, _ options: String...) throws -> ToolRun {
    try ToolRunner.search.run(["--db", database, "--arrays", "--statements"] + options + ["--sql", sql])
  }

  /// Rows only.
  private func rows(_ sql: String, _ options: String...) throws -> [String] {
    let run = try ToolRunner.search.run(["--db", database, "--arrays"] + options + ["--sql", sql])
    #expect(run.status == 0, "\(run)")
    return run.lines
  }

  private func sqlite(_ sql: String) throws -> [String] {
    let run = try ToolRunner.program("sqlite3").run(database, sql)
    #expect(run.status == 0, "\(run)")
    return run.lines
  }

  @Test func `the file stays one that any program reads and writes`() throws {
    _ = try sqlite("CREATE TABLE t(id INTEGER PRIMARY KEY, v F32_BLOB(2)); INSERT INTO t VALUES(1,'[1,0]'),(2,'[0,1]')")
    #expect(try rows("CREATE INDEX ti ON t(libsql_vector_idx(v, 'metric=l2'))", "--write").isEmpty)
    #expect(try sqlite("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'") == ["table|t", "table|vector_index"])
    #expect(try sqlite("SELECT name, tbl, col FROM vector_index") == ["ti|t|v"])
    _ = try sqlite("INSERT INTO t VALUES(3,'[2,2]'); DELETE FROM t WHERE id = 1; VACUUM; REINDEX; PRAGMA integrity_check")
    #expect(try rows("SELECT id, distance FROM vector_top_k('ti','[2,2]',9)") == ["[3,0.0]", "[2,2.2360680103302]"])
    // The next connection that may write watches the table again.
    let failed = try run("INSERT INTO t VALUES(4,'[1]'); SELECT count(*) FROM t", "--write")
    #expect(failed.lines[0].contains("vector index(insert): dimensions are different: 1 != 2") && failed.lines[1] == "[2]", "\(failed)")
    #expect(try rows("DROP INDEX ti", "--write").isEmpty)
    #expect(try sqlite("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'") == ["t"])
  }

  @Test func `changes undone in part are no changes`() throws {
    _ = try sqlite("SELECT 1")
    let run = try run(
      """
      CREATE TABLE t(id INTEGER PRIMARY KEY, v F32_BLOB(2)); CREATE INDEX ti ON t(libsql_vector_idx(v));
      INSERT INTO t VALUES(1,'[1,0]'),(2,'[0,1]'); SELECT id FROM vector_top_k('ti','[1,0]',9);
      BEGIN; INSERT INTO t VALUES(3,'[1,0]'); SAVEPOINT a; DELETE FROM t WHERE id < 3; SELECT id FROM vector_top_k('ti','[1,0]',9);
      ROLLBACK TO a; SELECT id FROM vector_top_k('ti','[1,0]',9); ROLLBACK; SELECT id FROM vector_top_k('ti','[1,0]',9);
      UPDATE t SET v = '[-1,0]' WHERE id = 1; SELECT id FROM vector_top_k('ti','[1,0]',9);
      BEGIN; DROP INDEX ti; INSERT INTO t VALUES(4,'[1,2,3]'); ROLLBACK; INSERT INTO t VALUES(4,'[1,2,3]');
      SELECT id FROM vector_top_k('ti','[1,0]',9)
      """, "--write")
    #expect(run.lines.filter { $0.hasPrefix("[") }.joined() == "[1][2][3][1][3][2][1][2][2][1][2][1]", "\(run)")
    #expect(run.lines.filter { $0.contains("error") }.count == 1, "\(run)")
  }

  @Test func `changes by another program between two statements are seen`() throws {
    _ = try sqlite("CREATE TABLE t(id INTEGER PRIMARY KEY, v F32_BLOB(2)); INSERT INTO t VALUES(1,'[1,0]')")
    _ = try rows("CREATE INDEX ti ON t(libsql_vector_idx(v))", "--write")
    // The second statement takes its time, in which another process writes.
    let wait = "SELECT count(*) FROM (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 8000000) SELECT i FROM c)"
    let top = "SELECT id FROM vector_top_k('ti','[0,1]',9)"
    let script = """
      epi-search --db '\(database)' --arrays --sql "\(top); \(wait); \(top)" & search=$!
      sqlite3 -cmd '.timeout 20000' '\(database)' "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 800000) SELECT count(*) FROM c" > /dev/null
      sqlite3 -cmd '.timeout 20000' '\(database)' "INSERT INTO t VALUES(2,'[0,1]')"
      wait $search
      """
    let run = try ToolRunner.shell(script)
    #expect(run.lines == ["[1]", "[8000000]", "[2]", "[1]"], "\(run)")
  }

  @Test func `orders by distance are the same from memory`() throws {
    let setup = """
      CREATE TABLE t(name TEXT, v F32_BLOB(3));
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 300)
      INSERT INTO t SELECT 'n' || i, vector32('[' || (i % 7 - 3) || ',' || (i % 5 - 2) || ',' || (i % 3) || ']') FROM c;
      """
    var asked: [String] = [setup]
    for metric in ["cos", "l2", "dot"] {
      for vector in ["[1,2,1]", "[-1,0.5,3]"] {
        for (item, order) in [
          ("name", "vector_distance_\(metric)(v, vector32('\(vector)'))"),
          ("name, vector_distance_\(metric)(v, vector32('\(vector)')) AS d", "d ASC"), ("t.name", "vector_distance_\(metric)(t.v, vector32('\(vector)'))"),
        ] {
          for limit in ["10", "3 OFFSET 40"] {
            // A sign before the function makes it another statement.
            asked.append("SELECT \(item) FROM t ORDER BY \(order) LIMIT \(limit);")
            asked.append("SELECT \(item) FROM t ORDER BY \(order.hasPrefix("d") ? "+\(order)" : "+\(order)") LIMIT \(limit);")
          }
        }
      }
    }
    _ = try sqlite("SELECT 1")
    _ = try rows(setup, "--write")
    let run = try ToolRunner.search.run(["--db", database, "--arrays", "--statements", "--sql", asked.dropFirst().joined()])
    let answers = run.lines.split { $0.contains("\"epi\"") }
    #expect(answers.count == asked.count - 1, "\(run)")
    for pair in stride(from: 0, to: answers.count - 1, by: 2) { #expect(answers[pair] == answers[pair + 1], "\(asked[pair + 1])") }
    // A row that has no vector fails the statement, from memory too.
    let order = "SELECT name FROM t ORDER BY vector_distance_cos(v, '[1,2,1]') LIMIT 1;"
    let failing = try self.run(order + order + "INSERT INTO t VALUES('bad', NULL);" + order + order, "--write")
    #expect(failing.lines.filter { $0.contains("got NULL, expected TEXT or BLOB") }.count == 2, "\(failing)")
  }

  @Test func `a snapshot serves as the index of its table`() throws {
    try #require(ToolRunner.materialize.run("-o", database, input: Rows.whole).status == 0)
    let index = folder.file("notes.epi")
    try #require(ToolRunner.index.run("-o", index, input: Rows.whole).status == 0)
    let top = "SELECT n.id, title, distance FROM vector_top_k('near', vector32('[0,1,0]'), 2) AS top JOIN notes n ON n.rowid = top.id"
    #expect(try rows(top, "--index", "near=\(index)") == [#"["b","second",0.0]"#, #"["c","third",0.4000000059604645]"#])
    // The verbatim form, in which the bare name is the table's.
    let bare = "SELECT id, title FROM vector_top_k('near', '[0,1,0]', 1) AS top JOIN notes ON notes.rowid = top.id"
    #expect(try rows(bare, "--index", "near=\(index)") == [#"["b","second"]"#])
    // Rows that are gone from the table do not count, and others take their place.
    _ = try sqlite("DELETE FROM notes WHERE id = 'b'")
    #expect(try rows(top, "--index", "near=\(index)").map { $0.prefix(4) } == ["[\"c\"", "[\"a\""])
    // Without the table the ids are those of the rows.
    let alone = try ToolRunner.search.run("--index", "near=\(index)", "--sql", "SELECT id FROM vector_top_k('near','[1,0,0]',1)")
    #expect(alone.lines == [#"{"id":"a"}"#], "\(alone)")
    let wrong = try ToolRunner.search.run("--index", "near=\(index)", "--sql", "SELECT id FROM vector_top_k('near','[1,0]',1)")
    #expect(wrong.errorText.contains("vector index(search): dimensions are different: 2 != 3"))
  }

  @Test func `a bare name that may have meant the other column stays an error`() throws {
    let run = try ToolRunner.search.run(
      "--sql",
      """
      CREATE TABLE t(id TEXT, v F32_BLOB(2)); CREATE INDEX ti ON t(libsql_vector_idx(v)); INSERT INTO t VALUES('a','[1,0]');
      SELECT t.id, near.id FROM vector_top_k('ti','[1,0]',1) near JOIN t ON t.rowid = near.id;
      SELECT id, vector_top_k.id AS n FROM vector_top_k('ti','[1,0]',1) JOIN t ON t.rowid = vector_top_k.id;
      SELECT t.v FROM vector_top_k('ti','[1,0]',1) JOIN t ON t.rowid = id
      """)
    #expect(run.lines == [#"{"id":"a","id_2":1}"#, #"{"id":"a","n":1}"#], "\(run)")
    #expect(run.errorText.contains("ambiguous column name: id"))
  }

  /// What stands in `vector_index` may be anything: a file is not trusted.
  @Test func `a table of indexes that makes no sense is an error, not a fault`() throws {
    _ = try sqlite("CREATE TABLE t(id INTEGER PRIMARY KEY, v F32_BLOB(2)); INSERT INTO t VALUES(1,'[1,0]'); CREATE TABLE u(x); INSERT INTO u VALUES(1)")
    _ = try sqlite("CREATE TABLE vector_index(name, tbl, col, sql)")
    let marker = "libsql_vector_idx"
    for row in [
      "'ti', 't', 'v', NULL", "'ti', NULL, 'v', 'x'", "'ti', 'none', 'v', 'CREATE INDEX ti ON t(\(marker)(v))'",
      "'ti', CAST(x'740041' AS TEXT), 'v', 'CREATE INDEX ti ON t(\(marker)(v))'", "'ti', 't', 'v', 'CREATE INDEX ti ON t(\(marker)('",
      "'ti', 't', 'v', 'CREATE INDEX ti ON t(\(marker)(v)) WHERE 1); DELETE FROM u; SELECT (1'", "'ti', 't', 'v', 'CREATE INDEX ti ON'",
      "'ti', 't', 'v', 'CREATE INDEX ti ON t(\(marker)(v)) WHERE (\" '", "x'00', x'ff', 1.5, x'00'",
    ] {
      _ = try sqlite("DELETE FROM vector_index; INSERT INTO vector_index VALUES(\(row))")
      let run = try self.run("SELECT id FROM vector_top_k('ti','[1,0]',1); INSERT INTO t(v) VALUES('[0,1]'); SELECT count(*) FROM u", "--write")
      #expect(run.status == 1, "\(row): \(run)")
      #expect(run.lines.count == 4 && run.lines[0].contains("vector index") && run.lines[2] == "[1]", "\(row): \(run)")
    }
    let named = try self.run("SELECT id FROM \"vector candidates\"(char(0), char(0), char(0), 1, '[1]', 1)")
    #expect(named.lines.first?.contains("U+0000") == true, "\(named)")
  }
}
