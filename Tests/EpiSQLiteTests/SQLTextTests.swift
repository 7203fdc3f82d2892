import EpiTestSupport
import Testing

@testable import EpiSQLite

struct SQLTextTests {
  @Test(arguments: ["", "plain", "a\"b", "\"", "select", "semi;colon", "日本語", "e\u{301}", "'", "a\nb"])
  func `any name is a name between quotes`(name: String) throws {
    try withTemporaryFolder { folder in
      let judge = Judge(folder.file("test.db"))
      let database = try Database(path: judge.path, .creating)
      try database.execute("CREATE TABLE \(SQLText.name(name)) (\(SQLText.name("c" + name)))", doing: "create")
      #expect(try database.text("SELECT name FROM sqlite_schema", doing: "read") == name)
      #expect(try database.text("SELECT name FROM pragma_table_info(?)", binding: [name], doing: "read") == "c" + name)
      #expect(judge.isSound)
    }
  }

  @Test(arguments: ["", "it's", "'", "''; DROP TABLE t; --", "naïve", "nul\0inside\0", "\0"])
  func `a literal stands for its text`(text: String) throws {
    try withTemporaryFolder { folder in
      let database = try Database(path: folder.file("test.db"), .creating)
      let bytes = Array(text.utf8)
      let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
      #expect(try database.text("SELECT hex(\(SQLText.literal(text: bytes.span)))", doing: "ask") == hex)
      #expect(try database.text("SELECT typeof(\(SQLText.literal(text: bytes.span)))", doing: "ask") == "text")
      #expect(try database.text("SELECT hex(\(SQLText.literal(blob: bytes.span)))", doing: "ask") == hex)
    }
  }
}
