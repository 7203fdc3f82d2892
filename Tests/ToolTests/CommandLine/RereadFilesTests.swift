import EpiTestSupport
import Testing

/// What comes from a file can be read again when a late row makes another table of the first ones, and is not kept; what comes through a
/// pipe is. Nobody can tell the difference, by the database, the rejected lines or the words.
struct RereadFilesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let count = 12_000

  /// - Parameter fields: members of a row by its number, as JSON.
  private static func rows(_ fields: (Int) -> String = { _ in "" }) -> [String] {
    (0..<count).map { number in
      #"{"table":"t","id":"row \#(100_000 + number)","row":{"n":\#(number),"text":"some text that fills the pages, \#(number)"\#(fields(number))}}"#
    }
  }

  /// - Parameter wanted: the status of both runs.
  private func compare(_ lines: [String], status wanted: Int32, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "rows.ndjson")
    func make(_ name: String, _ command: String) throws -> (run: ToolRun, rejects: String) {
      let run = try ToolRunner.shell("\(command) -o \(name).db --replace --rejects rejects --report \(name).json \(arguments.joined(separator: " "))") {
        $0.directory = folder.path
      }
      #expect(run.status == wanted, "\(run)", sourceLocation: sourceLocation)
      return (run, try folder.text("rejects"))
    }
    let file = try make("file", "epi-materialize rows.ndjson")
    let pipe = try make("pipe", "cat rows.ndjson | epi-materialize")
    #expect(try folder.bytes("file.db") == folder.bytes("pipe.db"), sourceLocation: sourceLocation)
    #expect(file.rejects.replacing(#""file":"rows.ndjson""#, with: #""file":"-""#) == pipe.rejects, sourceLocation: sourceLocation)
    #expect(file.run.errorText.replacing("rows.ndjson:", with: "-:") == pipe.run.errorText, sourceLocation: sourceLocation)
    func told(_ name: String) throws -> String { try folder.text("\(name).json").replacing(/"seconds":[^,}]*/, with: "") }
    #expect(try told("file") == told("pipe"), sourceLocation: sourceLocation)
  }

  @Test func `rows that stay as they seemed`() throws { try compare(Self.rows(), status: 0) }

  @Test(arguments: [3_000, 6_000, count - 1])
  func `a column that comes late, or whose type changes late`(place: Int) throws {
    try compare(Self.rows { $0 == place ? #","late":1"# : "" }, status: 0)
    try compare(Self.rows { $0 < place ? #","late":1"# : #","late":1.5"# }, status: 0)
    try compare(Self.rows { $0 < place ? #","late":1"# : #","late":"one""# }, status: 0)
  }

  @Test func `columns that change again and again`() throws {
    try compare(Self.rows { $0 % 1_000 == 0 ? #","late\#($0)":1"# : "" }, status: 0)
  }

  @Test(arguments: [2_500, count - 1])
  func `rows out of order, or twice`(place: Int) throws {
    var rows = Self.rows()
    rows.swapAt(place, place - 1)
    try compare(rows, status: 0)
    rows.insert(rows[place / 2], at: place)
    try compare(rows, status: 0, "--keep=first")
    try compare(rows, status: 65, "--keep=error")
  }

  @Test func `what is told and rejected is so once`() throws {
    var rows = Self.rows { $0 == 8_000 ? #","late":1"# : "" }
    for place in stride(from: 10, to: Self.count, by: 300) { rows[place] = #"{"table":"t","id":"row","row":"# }
    for place in stride(from: 20, to: Self.count, by: 300) {
      rows[place] = rows[place].replacing(#""row":{"#, with: #""row":{"id":"another","#)
    }
    try compare(rows, status: 1, "--on-error=skip")
  }

  @Test func `rejected lines that go to a pipe go there once`() throws {
    var rows = Self.rows { $0 == 11_000 ? #","late":1"# : "" }
    for place in stride(from: 0, to: 10_000, by: 2) { rows[place] = #"{"table":"t","id":"row \#(100_000 + place)","row":"# }
    _ = try folder.write(rows.joined(separator: "\n") + "\n", to: "rows.ndjson")
    let run = try ToolRunner.shell("epi-materialize --on-error=skip -q -o file.db --rejects /dev/stdout rows.ndjson | wc -l") { $0.directory = folder.path }
    #expect(run.text == "5000\n", "\(run)")
  }

  @Test func `several files, and one of them a pipe`() throws {
    let rows = Self.rows { $0 == 9_000 ? #","late":1"# : "" }
    _ = try folder.write(rows.prefix(5_000).joined(separator: "\n") + "\n", to: "a.ndjson")
    _ = try folder.write(rows.dropFirst(5_000).joined(separator: "\n") + "\n", to: "b.ndjson")
    let run = try ToolRunner.shell(
      "epi-materialize -o files.db a.ndjson b.ndjson && cat b.ndjson | epi-materialize -o both.db a.ndjson - && cat a.ndjson b.ndjson | epi-materialize -o pipe.db"
    ) { $0.directory = folder.path }
    #expect(run.status == 0 && run.errors.isEmpty, "\(run)")
    #expect(try folder.bytes("files.db") == folder.bytes("pipe.db"))
    #expect(try folder.bytes("both.db") == folder.bytes("pipe.db"))
  }
}
