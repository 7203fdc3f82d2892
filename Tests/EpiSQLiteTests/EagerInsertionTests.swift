import EpiTestSupport
import Testing

@testable import EpiSQLite

/// Rows in order are inserted while others are read; those of another order are not. The file is the same.
struct EagerInsertionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let schema =
    #"{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"n","type":"integer"},{"id":"text","type":"text"}]}"# + "\n"

  /// - Parameter fields: those of a row by its number, as JSON members.
  private static func rows(_ count: Int, table: String = "t", _ fields: (Int) -> String = { _ in "" }) -> [String] {
    (0..<count).map { number in
      #"{"table":"\#(table)","id":"row \#(100_000 + number)","row":{"n":\#(number),"text":"some text that fills the pages, \#(number)"\#(fields(number))}}"#
    }
  }

  /// Compares what is made of the rows with what is made of them when the first two have changed places.
  private func compare(_ rows: [String], head: String = "", _ configure: @escaping (inout MaterializerOptions) -> Void = { _ in }) throws {
    var unordered = rows
    unordered.swapAt(0, 1)
    for (name, lines) in [("eager.db", rows), ("late.db", unordered)] {
      let run = try MaterializerRun(head + lines.joined(separator: "\n") + "\n", to: folder.file(name), replacing: true, configure)
      #expect(run.summary.rows > 0)
    }
    #expect(try folder.bytes("eager.db") == folder.bytes("late.db"))
    #expect(Judge(folder.file("eager.db")).isSound)
    #expect(folder.leftovers == [])
  }

  private static let many = 20_000

  @Test func `columns that stay as they are`() throws { try compare(Self.rows(Self.many)) }

  @Test(arguments: [1, 100, 3000, 6000, many - 1])
  func `a column that comes late, or whose type changes late`(place: Int) throws {
    try compare(Self.rows(Self.many) { $0 == place ? #","late":1"# : "" })
    try compare(Self.rows(Self.many) { $0 < place ? #","late":1"# : #","late":"one""# })
    try compare(Self.rows(Self.many) { $0 < place ? #","late":1"# : #","late":1.5"# })
  }

  @Test(arguments: [2, 3000, many - 1])
  func `a schema that rows contradict`(place: Int) throws {
    try compare(Self.rows(Self.many), head: Self.schema)
    try compare(Self.rows(Self.many) { $0 == place ? #","n":null"# : "" }, head: Self.schema)
    try compare(Self.rows(Self.many) { $0 == place ? #","n":"one""# : "" }, head: Self.schema)
    try compare(Self.rows(Self.many) { $0 == place ? #","n":null"# : "" }, head: Self.schema) { $0.isStrict = true }
  }

  @Test func `columns that change again and again`() throws {
    try compare(Self.rows(Self.many) { $0 % 1000 == 0 ? #","late\#($0)":1"# : "" })
  }

  @Test func `several tables, some of them without rows`() throws {
    let tables = ["a", "b", "B", "c"].flatMap { Self.rows(Self.many / 4, table: $0) }
    let empty = #"{"epi":1,"table":"none","fields":[{"id":"id","type":"id"}]}"# + "\n"
    try compare(tables)
    try compare(tables, head: Self.schema + empty)
    try compare(tables + [empty.replacing("none", with: "last").replacing("\n", with: "")])
  }

  @Test func `settings between rows`() throws {
    let settings = (0..<100).map { #"{"kv":"key \#(100 + $0)","value":\#($0)}"# }
    try compare(Self.rows(Self.many) + settings) { $0.settings = "settings" }
    try compare(settings + Self.rows(Self.many)) { $0.settings = "settings" }
  }

  @Test(arguments: [5, 9000, many - 1])
  func `rows out of order, or twice`(place: Int) throws {
    var rows = Self.rows(Self.many)
    rows.swapAt(place, place - 1)
    try compare(rows)
    rows.insert(rows[place / 2], at: place)
    try compare(rows)
    try compare(rows) { $0.keep = .first }
  }

  @Test func `indexes, full text and vectors`() throws {
    try compare(Self.rows(Self.many) { #","e":[\#($0),1.5]"# }) { options in
      options.indexes = [ColumnList("t:n")!]
      options.fullText = [ColumnList("t:text")!]
      options.vectors = .f32
    }
  }

  @Test func `rows that do not fit into memory`() throws {
    // Lines of 1 KB, 40 MB of them.
    let long = String(repeating: "long text ", count: 100)
    try compare(Self.rows(40_000) { _ in #","long":"\#(long)""# })
    try compare(Self.rows(40_000) { $0 == 39_000 ? #","long":1"# : #","long":"\#(long)""# })
  }

  @Test func `an input that is cut, or whose id has two rows, leaves nothing`() throws {
    let rows = Self.rows(Self.many)
    let path = folder.file("out.db")
    #expect(throws: MaterializerError.self) {
      try MaterializerRun(#"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n" + rows.joined(separator: "\n") + "\n", to: path)
    }
    #expect(throws: MaterializerError.self) { try MaterializerRun((rows + [rows[7]]).joined(separator: "\n") + "\n", to: path, keep: .error) }
    #expect(folder.names == [])
  }

  @Test func `the first batch of a stream of changes`() throws {
    let stream = #"{"epi":1,"begin":{"mode":"changes"}}"# + "\n" + Self.rows(Self.many).joined(separator: "\n") + "\n" + #"{"epi":1,"end":{"hash":"1"}}"# + "\n"
      + #"{"table":"t","id":"row 100001","row":{"n":0}}"# + "\n" + #"{"epi":1,"end":{"hash":"2"}}"# + "\n"
    #expect(try MaterializerRun(stream, to: folder.file("out.db")).summary.rows == Self.many)
    #expect(try Judge(folder.file("out.db")).text("SELECT n, text FROM t WHERE id = 'row 100001'") == "0|")
  }
}
