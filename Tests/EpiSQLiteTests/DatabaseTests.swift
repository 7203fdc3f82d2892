import EpiTestSupport
import Testing

@testable import EpiSQLite

struct DatabaseTests {
  @Test func `a name that SQLite would take for something else is a file`() throws {
    try withTemporaryFolder { folder in
      for name in [":memory:", "file:x?mode=memory", "a b.db"] {
        let database = try Database(path: folder.file(name), .creating)
        try database.execute("CREATE TABLE t (a)", doing: "create")
        #expect(folder.names.contains(name))
      }
    }
  }

  @Test func `a file that must exist is not made`() throws {
    try withTemporaryFolder { folder in
      for opening in [Database.Opening.existing, .readOnly] {
        let error = try #require(throws: SQLiteError.self) {
          let database = try Database(path: folder.file("none.db"), opening)
          try database.execute("SELECT 1", doing: "read")
        }
        #expect(error.kind == .cannotOpen)
        #expect(error.path == folder.file("none.db"))
        #expect(error.message == "cannot open: the file cannot be opened")
      }
      #expect(folder.names == [])
    }
  }

  @Test(arguments: [2, 100, 5000])
  func `what is no database is told as that and not touched`(size: Int) throws {
    try withTemporaryFolder { folder in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 + 65) }
      let path = try folder.write(bytes, to: "text.txt")
      let database = try Database(path: path, .existing)
      let error = try #require(throws: SQLiteError.self) { try database.execute("BEGIN IMMEDIATE", doing: "begin") }
      #expect(error.kind == .notADatabase)
      #expect(error.message == "cannot begin: the file is not a SQLite database")
      #expect(try folder.bytes("text.txt") == bytes)
    }
  }

  @Test func `a lock of another connection is waited for, then told`() throws {
    try withTemporaryFolder { folder in
      let path = folder.file("test.db")
      let one = try Database(path: path, .creating)
      try one.execute("BEGIN IMMEDIATE", doing: "begin")
      let other = try Database(path: path, .existing)
      other.waitForLocks(milliseconds: 20)
      let error = try #require(throws: SQLiteError.self) { try other.execute("BEGIN IMMEDIATE", doing: "begin the transaction") }
      #expect(error.kind == .busy)
      #expect(error.message == "cannot begin the transaction: the database is locked")
      #expect(error.hint?.contains("--busy-timeout") == true)
      try one.execute("COMMIT", doing: "commit")
      try other.execute("BEGIN IMMEDIATE", doing: "begin")
    }
  }

  @Test func `a read-only connection does not write`() throws {
    try withTemporaryFolder { folder in
      let path = folder.file("test.db")
      let writer = try Database(path: path, .creating)
      try writer.execute("CREATE TABLE t (a)", doing: "create")
      let database = try Database(path: path, .readOnly)
      let error = try #require(throws: SQLiteError.self) { try database.execute("INSERT INTO t VALUES (1)", doing: "insert") }
      #expect(error.kind == .notPermitted)
    }
  }

  @Test func `SQL that SQLite does not accept is a refusal with its reason`() throws {
    try withTemporaryFolder { folder in
      let database = try Database(path: folder.file("test.db"), named: "shown.db", .creating)
      let error = try #require(throws: SQLiteError.self) { try database.execute("SELEC 1", doing: "ask") }
      #expect(error.kind == .refused)
      #expect(error.path == "shown.db")
      #expect(error.message == "cannot ask: near \"SELEC\": syntax error")
    }
  }
}
