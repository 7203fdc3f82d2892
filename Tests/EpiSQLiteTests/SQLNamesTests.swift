import Testing

@testable import EpiSQLite

struct SQLNamesTests {
  @Test func `names that SQLite takes for equal get a number`() {
    #expect(SQLNames.distinct(["id", "Title", "title", "TITLE"]) == ["id", "Title", "title_2", "TITLE_3"])
  }

  @Test func `a number that a later name has is left to it`() {
    #expect(SQLNames.distinct(["a", "A", "a_2", "A_3"]) == ["a", "A_4", "a_2", "A_3"])
  }

  @Test func `only the letters A to Z have a case`() {
    #expect(SQLNames.distinct(["ä", "Ä", "é", "e\u{301}"]).map { Array($0.utf8) } == ["ä", "Ä", "é", "e\u{301}"].map { Array($0.utf8) })
  }

  @Test func `thousands of equal names do not take their square`() {
    let names = (0..<15).reduce([""]) { names, _ in names.flatMap { [$0 + "a", $0 + "A"] } }
    #expect(Set(SQLNames.distinct(names).map { $0.lowercased() }).count == names.count)
  }

  @Test func `names that SQLite cannot have`() {
    #expect(SQLNames.objection(to: "sqlite_x", isTable: true) != nil)
    #expect(SQLNames.objection(to: "SQLite_x", isTable: true) != nil)
    #expect(SQLNames.objection(to: "sqlite_x", isTable: false) == nil)
    #expect(SQLNames.objection(to: "sqlitex", isTable: true) == nil)
    #expect(SQLNames.objection(to: "a\0b", isTable: false) != nil)
    #expect(SQLNames.objection(to: "", isTable: true) == nil)
  }
}
