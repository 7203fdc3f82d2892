import EpiTestSupport
import Testing

@testable import EpiSQLite

/// A new database is written page by page; one that stands has its rows inserted by SQLite. Both must hold the same, and SQLite must
/// take the pages for its own.
struct PageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// - Parameter fields: of the row, as JSON members.
  private static func row(_ id: String, table: String = "t", _ fields: String = "") -> String {
    #"{"table":"\#(table)","id":"\#(id)","row":{\#(fields)}}"# + "\n"
  }

  /// Makes a new database of the rows, and compares it with what SQLite makes of them.
  private func compare(_ rows: String, _ configure: @escaping (inout MaterializerOptions) -> Void = { _ in }) throws -> Judge {
    let number = folder.names.count
    let (new, standing) = (Judge(folder.file("new\(number).db")), Judge(folder.file("standing\(number).db")))
    _ = try standing.text("CREATE TABLE other(a)")
    for judge in [new, standing] { _ = try MaterializerRun(rows, to: judge.path, configure) }
    _ = try standing.text("DROP TABLE other")
    #expect(new.isSound)
    #expect(try new.text(".dump") == standing.text(".dump"))
    for table in try new.text("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_epi'").split(separator: "\n") {
      let key = try new.text("SELECT name FROM pragma_table_info('\(table)') WHERE pk = 1")
      let found = "SELECT count(*) FROM \(table) AS a WHERE a.rowid = (SELECT rowid FROM \(table) AS b WHERE b.\(key) = a.\(key))"
      #expect(try new.text(found) == new.text("SELECT count(*) FROM \(table)"), "\(table): every row is found by its key")
    }
    return new
  }

  /// Lengths about those at which a payload overflows, fills a page, and fills a page of the overflow.
  private static let lengths = [0, 1, 50, 57, 58, 120, 127, 128, 16_383, 16_384].map { $0...$0 } + [4060...4085, 16_320...16_360, 20_410...20_450, 32_700...32_780]

  @Test func `values about every length at which something changes`() throws {
    let rows = Self.lengths.joined().map { Self.row(String(100_000 + $0), #""text":"\#(String(repeating: "x", count: $0))""#) }
    _ = try compare(rows.joined())
  }

  @Test func `ids about every length at which something changes`() throws {
    let rows = Self.lengths.joined().map { Self.row(String(100_000 + $0) + String(repeating: "y", count: $0)) }
    _ = try compare(rows.joined())
  }

  @Test func `numbers of every size, in columns of every type`() throws {
    var numbers: [String] = []
    for bits in 0..<53 { for number in [(1 << bits) - 1, 1 << bits] { numbers += ["\(number)", "-\(number)"] } }
    let reals = numbers + ["-0", "0.5", "-0.0", "1e300", "5e-324", "140737488355328", "18446744073709552000", "1.5e15", "3.0"]
    let head = #"{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"i","type":"integer"},{"id":"r","type":"real"},{"id":"u","type":"integer"}]}"# + "\n"
    let rows = reals.enumerated().map { number, value in
      Self.row("row \(1000 + number)", #""i":\#(numbers[number % numbers.count]),"r":\#(value),"u":\#(number == 7 ? "\"7\"" : value),"j":\#(value),"b":\#(number % 2 == 0)"#)
    }
    let new = try compare(head + rows.joined())
    let columns = try new.columns(of: "t")
    #expect(columns == ["id TEXT", "i INTEGER", "r REAL", "u", "j REAL", "b INTEGER"])
    #expect(try new.text("SELECT DISTINCT typeof(i), typeof(r) FROM t") == "integer|real")
    _ = try compare(rows.joined())
    _ = try compare(head + rows.joined()) { $0.isStrict = true }
  }

  /// Four keys a page, so that few rows make many levels.
  @Test(arguments: [3, 4, 5, 16, 17, 64, 65, 1500])
  func `trees of several levels`(count: Int) throws {
    let long = String(repeating: "k", count: 4000)
    _ = try compare((0..<count).map { Self.row("\(10_000 + $0)\(long)", #""n":\#($0)"#) }.joined())
  }

  @Test func `many rows of many tables, some without columns`() throws {
    let tables = (0..<60).map { table in (0..<(table % 7 * 40)).map { Self.row("\(1000 + $0)", table: "t\(100 + table)", table % 5 == 0 ? "" : #""n":\#($0)"#) }.joined() }
    _ = try compare(tables.joined())
    let many = (0..<40_000).map { Self.row("\(100_000 + $0)", #""n":\#($0),"text":"some text that fills the pages""#) }
    _ = try compare((many + (0..<100).map { #"{"kv":"key \#(100 + $0)","value":\#($0)}"# + "\n" }).joined()) { $0.settings = "settings" }
  }

  /// SQLite moves cells from page to page, and pages into gaps.
  @Test func `a database that is changed goes on being sound`() throws {
    var numbers = SeededGenerator(seed: 7)
    let rows = (0..<4000).map { number in
      let length = number % 50 == 0 ? Int.random(in: 4000..<40_000, using: &numbers) : Int.random(in: 0..<200, using: &numbers)
      return Self.row("\(10_000 + number)\(String(repeating: "i", count: length / (number % 3 + 1)))", #""text":"\#(String(repeating: "x", count: length))""#)
    }
    let new = try compare(rows.joined())
    for change in ["DELETE FROM t WHERE rowid % 3 = 0", "UPDATE t SET id = 'new ' || id, text = text || text WHERE rowid % 7 = 0", "DELETE FROM t WHERE rowid BETWEEN 500 AND 2500"] {
      _ = try new.text(change)
      #expect(new.isSound)
    }
    _ = try new.text("INSERT INTO t SELECT id || 'b', text FROM t")
    _ = try new.text("VACUUM")
    #expect(new.isSound)
  }
}
