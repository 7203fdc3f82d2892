import EpiBytes
import EpiTestSupport
import Testing

@testable import EpiSQLite

struct StatementTests {
  private func withDatabase(_ body: (borrowing Database, Judge) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let judge = Judge(folder.file("test.db"))
      let database = try Database(path: judge.path, .creating)
      try body(database, judge)
    }
  }

  private func range(_ start: Int, _ count: Int) -> ByteRange { ByteRange(start: start, count: count) }

  @Test func `every kind of value arrives as it was bound`() throws {
    try withDatabase { database, judge in
      try database.execute("CREATE TABLE t (a, b, c, d, e, f, g, h)", doing: "create")
      let insert = try database.prepare("INSERT INTO t VALUES (?,?,?,?,?,?,?,?)")
      let row = Array("né\0x".utf8) + [0xff, 0x00]
      let constant = Array("default".utf8)
      let values: [BoundValue] = [
        .null, .integer(.min), .real(0.1), .boolean(true), .text(range(0, 5)), .blob(range(4, 3)), .constantText(range(0, 7)),
        .constantBlob(range(0, 2)),
      ]
      try insert.run(binding: values.span, in: row.span, constants: constant.span)
      #expect(
        try judge.text("SELECT quote(a), b, c, d, hex(e), typeof(e), hex(f), typeof(f), g, quote(h) FROM t")
          == "NULL|-9223372036854775808|0.1|true|6EC3A90078|text|78FF00|blob|default|X'6465'")
    }
  }

  @Test func `empty text and empty blob are not NULL`() throws {
    try withDatabase { database, judge in
      try database.execute("CREATE TABLE t (a, b, c, d)", doing: "create")
      let insert = try database.prepare("INSERT INTO t VALUES (?,?,?,?)")
      let values: [BoundValue] = [.text(.empty), .blob(.empty), .constantText(.empty), .constantBlob(.empty)]
      let none: [UInt8] = []
      try insert.run(binding: values.span, in: none.span, constants: none.span)
      #expect(try judge.text("SELECT quote(a), quote(b), quote(c), quote(d) FROM t") == "''|X''|''|X''")
    }
  }

  @Test func `a statement can be run again, after a failure too`() throws {
    try withDatabase { database, judge in
      try database.execute("CREATE TABLE t (id TEXT PRIMARY KEY)", doing: "create")
      let insert = try database.prepare("INSERT INTO t VALUES (?)", doing: "insert rows into 't'")
      let bytes = Array("abc".utf8)
      func add(_ start: Int) throws {
        let values: [BoundValue] = [.text(range(start, 1))]
        try insert.run(binding: values.span, in: bytes.span, constants: bytes.span)
      }
      try add(0)
      let error = try #require(throws: SQLiteError.self) { try add(0) }
      #expect(error.kind == .constraint)
      #expect(error.message == "cannot insert rows into 't': UNIQUE constraint failed: t.id")
      try add(1)
      try add(2)
      #expect(try judge.text("SELECT group_concat(id) FROM t") == "a,b,c")
    }
  }

  @Test func `columns are read as text`() throws {
    try withDatabase { database, _ in
      let statement = try database.prepare("SELECT ?1 || 'x', NULL, 12 UNION ALL SELECT 'second', '', 0.5")
      try statement.bind("quo\"te", at: 0)
      #expect(try statement.step())
      #expect(statement.text(column: 0) == "quo\"tex")
      #expect(statement.text(column: 1) == nil)
      #expect(statement.text(column: 2) == "12")
      #expect(try statement.step())
      #expect(statement.text(column: 1) == "")
      #expect(statement.text(column: 2) == "0.5")
      #expect(try !statement.step())
      #expect(try database.text("SELECT ? || ?", binding: ["", "b"], doing: "ask") == "b")
      #expect(try database.text("SELECT 1 WHERE 0", doing: "ask") == nil)
    }
  }
}
