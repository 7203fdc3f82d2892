import EpiSystem
import EpiTestSupport
import Testing

@testable import EpiSQLite

/// Databases that exist already.
struct RebuildTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  private func rows(_ value: Int, count: Int = 3, table: String = "t") -> String {
    (0..<count).map { #"{"table":"\#(table)","id":"\#($0)","row":{"v":\#(value)}}"# + "\n" }.joined()
  }

  private func makeDatabase(journal: String = "delete") throws {
    _ = try judge.text("PRAGMA journal_mode = \(journal)")
    _ = try MaterializerRun(rows(1), to: judge.path)
  }

  @Test func `tables of the rows are made anew, all else stays`() throws {
    try makeDatabase()
    _ = try judge.text(
      """
      CREATE TABLE mine (a); INSERT INTO mine VALUES ('kept'); CREATE INDEX i ON mine (a); CREATE VIEW double AS SELECT id, v * 2 AS w FROM t;
      CREATE TRIGGER tr AFTER INSERT ON mine BEGIN SELECT 1; END; ALTER TABLE t ADD COLUMN old; PRAGMA user_version = 7
      """)
    let identity = FileStatus(path: judge.path).identity
    let run = try MaterializerRun(rows(5, count: 2), to: judge.path)
    #expect(run.summary == MaterializerSummary(rows: 2, tables: 1, duplicates: 0))
    #expect(try judge.text("SELECT * FROM t") == "0|5\n1|5")
    #expect(try judge.text("SELECT * FROM double") == "0|10\n1|10")
    #expect(try judge.text("SELECT * FROM mine") == "kept")
    #expect(try judge.text("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)") == "_epi,double,i,mine,t,tr")
    #expect(try judge.text("PRAGMA user_version") == "7")
    #expect(judge.isSound)
    #expect(FileStatus(path: judge.path).identity == identity)
    #expect(folder.names == ["out.db"])
  }

  @Test func `a table of another case is the same table`() throws {
    try makeDatabase()
    _ = try MaterializerRun(rows(5, table: "T"), to: judge.path)
    #expect(try judge.text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_epi'") == "T")
  }

  @Test func `an empty file is an empty database`() throws {
    _ = try folder.write("", to: "out.db")
    _ = try MaterializerRun(rows(1), to: judge.path)
    #expect(try judge.text("SELECT count(*) FROM t") == "3")
    #expect(folder.names == ["out.db"])
  }

  @Test(arguments: ["view", "index"])
  func `a view or index in the place of a table is not dropped`(kind: String) throws {
    _ = try judge.text(kind == "view" ? "CREATE VIEW t AS SELECT 1 AS a" : "CREATE TABLE x (a); CREATE INDEX t ON x (a)")
    let error = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(rows(1), to: judge.path) }
    guard case .target(let message, _) = error else { throw error }
    #expect(message == "'t' is \(kind == "view" ? "a view" : "an index") in the database, and a table of the rows")
    #expect(try judge.text("SELECT type FROM sqlite_schema WHERE name = 't'") == kind)
  }

  @Test(arguments: ["delete", "wal"])
  func `an open connection goes on with the new tables`(journal: String) throws {
    try makeDatabase(journal: journal)
    let reader = try Database(path: judge.path, .readOnly)
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "3")
    _ = try MaterializerRun(rows(5, count: 20_000), to: judge.path)
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "100000")
    #expect(try reader.text("PRAGMA journal_mode", doing: "read") == journal)
    #expect(judge.isSound)
  }

  @Test func `a reader in a transaction keeps the old tables, in WAL mode`() throws {
    try makeDatabase(journal: "wal")
    let reader = try Database(path: judge.path, .existing)
    try reader.execute("BEGIN", doing: "begin")
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "3")
    _ = try MaterializerRun(rows(5), to: judge.path)
    #expect(try judge.text("SELECT sum(v) FROM t") == "15")
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "3")
    try reader.execute("COMMIT", doing: "commit")
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "15")
  }

  @Test func `a reader in a transaction is not overrun, with a rollback journal`() throws {
    try makeDatabase()
    let reader = try Database(path: judge.path, .readOnly)
    try reader.execute("BEGIN", doing: "begin")
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "3")
    let error = try #require(throws: MaterializerError.self) {
      _ = try MaterializerRun(rows(5, count: 20_000), to: judge.path, busyTimeout: 20)
    }
    guard case .database(let reason) = error else { throw error }
    // Only the commit waits for the reader: everything before it was done beside the old tables.
    #expect(reason.kind == .busy)
    #expect(reason.message == "cannot commit: the database is locked")
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "3")
    try reader.execute("COMMIT", doing: "commit")
    _ = try MaterializerRun(rows(5), to: judge.path)
    #expect(try reader.text("SELECT sum(v) FROM t", doing: "read") == "15")
    #expect(judge.isSound)
  }

  @Test(arguments: ["delete", "wal"])
  func `a writer's lock is told, and nothing changes`(journal: String) throws {
    try makeDatabase(journal: journal)
    let writer = try Database(path: judge.path, .existing)
    try writer.execute("BEGIN IMMEDIATE", doing: "begin")
    let error = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(rows(5), to: judge.path, busyTimeout: 20) }
    guard case .database(let reason) = error else { throw error }
    #expect(reason.kind == .busy)
    try writer.execute("COMMIT", doing: "commit")
    #expect(try judge.text("SELECT sum(v) FROM t") == "3")
  }

  @Test func `a refusal in the middle leaves the old tables`() throws {
    try makeDatabase()
    let before = try folder.bytes("out.db")
    let twice = rows(5) + rows(6, count: 1)
    #expect(throws: MaterializerError.self) { _ = try MaterializerRun(twice, to: judge.path, keep: .error) }
    #expect(try folder.bytes("out.db") == before)
    #expect(folder.names == ["out.db"])
  }

  @Test(arguments: [1, 2, 15, 100, 5000])
  func `a file that is no database is not touched`(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 + 65) }
    _ = try folder.write(bytes, to: "out.db")
    let refusal = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(rows(1), to: judge.path) }
    guard case .system(let error) = refusal else { throw refusal }
    #expect(error.kind == .cannotCreateOutput)
    #expect(error.message == "the file is not a SQLite database")
    #expect(try folder.bytes("out.db") == bytes)
    #expect(folder.names == ["out.db"])
  }

  @Test(arguments: ["journal", "wal"])
  func `what a lost database has left behind does not get into the new one`(suffix: String) throws {
    _ = try folder.write("leftover", to: "out.db-\(suffix)")
    let refusal = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(rows(1), to: judge.path) }
    guard case .system(let error) = refusal else { throw refusal }
    #expect(error.kind == .cannotCreateOutput)
    #expect(error.path == "\(judge.path)-\(suffix)")
    #expect(folder.names == ["out.db-\(suffix)"])
  }

  @Test func `a damaged database is told as that`() throws {
    try makeDatabase()
    let bytes = try folder.bytes("out.db")
    _ = try folder.write(bytes[0..<100] + [UInt8](repeating: 0xff, count: bytes.count - 100), to: "out.db")
    let error = try #require(throws: MaterializerError.self) { _ = try MaterializerRun(rows(1), to: judge.path) }
    guard case .database(let reason) = error else { throw error }
    #expect(reason.kind == .notADatabase)
    #expect(reason.message.hasSuffix("the database is damaged"), "\(reason.message)")
  }

  @Test func `a link to a database stays a link`() throws {
    try makeDatabase()
    _ = try ToolRunner.shell("mv '\(judge.path)' '\(folder.file("real.db"))' && ln -s real.db '\(judge.path)'")
    _ = try MaterializerRun(rows(5), to: judge.path)
    #expect(try Judge(folder.file("real.db")).text("SELECT sum(v) FROM t") == "15")
    #expect(try ToolRunner.shell("readlink '\(judge.path)'").text == "real.db\n")
  }
}
