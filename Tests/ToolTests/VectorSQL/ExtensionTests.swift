import EpiTestSupport
import Foundation
import Testing

/// The vector functions in programs that load extensions of SQLite: the shell, Python's module, Datasette.
struct ExtensionTests {
  /// Built with the tools.
  private static let path = "\(ToolRunner.folder)/libepi-vector.so"

  private static let setup = """
    CREATE TABLE t(name TEXT, v F32_BLOB(2));
    INSERT INTO t VALUES('east', vector32('[1,0]')), ('north', vector32('[0,1]')), ('west', '[-1,0.5]');
    CREATE TABLE vector_index(name TEXT PRIMARY KEY, tbl TEXT, col TEXT, sql TEXT);
    INSERT INTO vector_index VALUES('ti', 't', 'v', 'CREATE INDEX ti ON t(libsql_vector_idx(v))');
    """
  private static let top = "SELECT name FROM vector_top_k('ti', vector32('[0.1,1]'), 2) AS n JOIN t ON t.rowid = n.id"

  private func sqlite3(_ statements: String...) throws -> ToolRun {
    try ToolRunner.program("sqlite3").run([":memory:", ".load \(Self.path)"] + statements)
  }

  @Test func `the shell has functions, and indexes that a table describes`() throws {
    let run = try sqlite3(
      Self.setup, Self.top, "SELECT vector_extract(vector8('[1,2,3]')), vector_distance_dot(vector64('[1,2]'), vector64('[3,4]'))",
      "DELETE FROM t WHERE name = 'north'; \(Self.top)", "SELECT name FROM t ORDER BY vector_distance_l2(v, '[-1,0]') LIMIT 1")
    #expect(run.lines == ["north", "west", "[1,1.99608,3]|-11.0", "west", "east", "west"], "\(run)")
  }

  @Test func `errors are those of the functions, and no index reaches the schema`() throws {
    #expect(try sqlite3("SELECT vector32(NULL)").errorText.contains("vector: unexpected value type: got NULL, expected TEXT or BLOB"))
    #expect(try sqlite3("SELECT id FROM vector_top_k('ti','[1]',1)").errorText.contains("failed to parse vector index parameters"))
    let made = try sqlite3("CREATE TABLE t(v F32_BLOB(2)); CREATE INDEX ti ON t(libsql_vector_idx(v))")
    #expect(made.errorText.contains("prohibited in index expressions"), "\(made)")
  }

  @Test func `changes by anybody are seen`() throws {
    let run = try sqlite3(
      Self.setup, Self.top, "BEGIN; INSERT INTO t VALUES('near', '[0.1,1]'); \(Self.top); ROLLBACK; \(Self.top)",
      "BEGIN; SAVEPOINT a; DELETE FROM t; \(Self.top); ROLLBACK TO a; \(Self.top); COMMIT; \(Self.top)")
    #expect(run.lines == ["north", "west", "near", "north", "north", "west", "north", "west", "north", "west"], "\(run)")
  }

  @Test func `python loads it, in many connections and threads`() throws {
    let script = """
      import sqlite3, sys, threading
      path, setup, top = sys.argv[1:]
      def work(result):
          for _ in range(20):
              c = sqlite3.connect(":memory:")
              c.enable_load_extension(True)
              c.load_extension(path)
              c.executescript(setup)
              result.append(c.execute(top).fetchall())
              try:
                  c.execute("SELECT vector32('[1,x]')")
              except sqlite3.OperationalError as error:
                  result.append(str(error))
              c.execute("SELECT vector_extract(?)", (bytes([0, 0, 128, 63]),)).fetchone()
              c.close()
      results = [[], []]
      threads = [threading.Thread(target=work, args=(r,)) for r in results]
      [t.start() for t in threads]
      [t.join() for t in threads]
      print(len(results[0]), results[0] == results[1], results[0][:2])
      """
    let run = try ToolRunner.peerPython().run("-c", script, Self.path, Self.setup, Self.top)
    #expect(run.text == "40 True [[('north',), ('west',)], \"vector: invalid float at position 1: 'x'\"]\n", "\(run)")
  }

  @Test func `datasette answers queries with it`() throws {
    let folder = try TemporaryFolder()
    let database = folder.file("points.db")
    let made = try ToolRunner.program("sqlite3").run(database, ".load \(Self.path)", Self.setup)
    try #require(made.status == 0, "\(made)")
    let query = try #require(Self.top.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    let run = try ToolRunner.peerPython().run(
      "-m", "datasette", "--load-extension", Self.path, "--get", "/points.json?_shape=arrays&sql=\(query)", database)
    let answer = try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any]
    #expect(answer?["rows"] as? [[String]] == [["north"], ["west"]], "\(run)")
  }
}
