import EpiTestSupport
import Foundation
import Testing

/// Rows that do not fit their schema, seen from the shell.
struct InvalidRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let schema =
    #"{"epi":1,"table":"r","fields":[{"id":"id","type":"id"},{"id":"n","type":"integer"},{"id":"when","type":"date","nullable":true},"#
    + #"{"id":"lang","type":"select","options":["en","de"],"default":"en"},{"id":"tags","type":"tags","options":["x","y"],"nullable":true},"#
    + #"{"id":"extra","type":"json","nullable":true,"schema":{"properties":{"gain":{"minimum":0}}}},{"id":"v","type":"vector","dimensions":2,"nullable":true}]}"#
    + "\n"

  /// Rows by what is wrong with them.
  private static let faults: [(kind: String, fields: String, field: String, expected: String, got: String)] = [
    ("missing", #""lang":"en""#, "n", "an integer", "none"),
    ("null", #""n":null"#, "n", "an integer", "null"),
    ("type", #""n":"one""#, "n", "an integer", "the string 'one'"),
    ("date", #""n":1,"when":"2024-01-01""#, "when", "a date like '2024-01-01T20:00:00.000Z|Europe/Berlin'", "the string '2024-01-01'"),
    ("option", #""n":1,"lang":"fr""#, "lang", "one of 'en', 'de'", "the string 'fr'"),
    ("option", #""n":1,"tags":["x","z"]"#, "tags[1]", "one of 'x', 'y'", "the string 'z'"),
    ("schema", #""n":1,"extra":{"gain":-1}"#, "extra.gain", "at least 0", "the number -1"),
    ("dimensions", #""n":1,"v":[1,0,0]"#, "v", "2 numbers", "3"),
  ]

  private static func line(_ id: String, _ fields: String) -> String { #"{"table":"r","id":"\#(id)","row":{\#(fields)}}"# }

  /// Two good rows, and between them every bad one twice.
  private static let rows =
    schema + line("a", #""n":1,"v":[1,0]"#) + "\n"
    + faults.enumerated().map { index, fault in (0..<2).map { line("bad\(index)_\($0)", fault.fields) + "\n" }.joined() }.joined()
    + line("z", #""n":2.0,"lang":"de","when":"2024-01-01T10:00:00.000Z|UTC","tags":[],"extra":{},"v":[0,1]"#) + "\n"

  private struct Reject: Decodable, Equatable {
    var file: String
    var line: Int?
    var reason: String
    var table: String
    var id: String
    var field: String
    var kind: String
    var expected: String
    var got: String
    var text: String
  }

  private func rejects(_ name: String) throws -> [Reject] {
    try folder.text(name).split(separator: "\n").map { try JSONDecoder().decode(Reject.self, from: Data($0.utf8)) }
  }

  private func query(_ sql: String) throws -> String { try ToolRunner.program("sqlite3").run(folder.file("out.db"), sql).text }

  /// Both tools that read rows, and what they make of them.
  private static let readers: [(tool: ToolRunner, output: String)] = [(.materialize, "out.db"), (.index, "out.epi")]

  @Test(arguments: [0, 1])
  func `rows that do not fit are left out, told of once a kind, counted, and kept whole`(reader: Int) throws {
    let (tool, output) = Self.readers[reader]
    let run = try tool.run("-o", folder.file(output), "--rejects", folder.file("bad.ndjson"), input: Self.rows)
    #expect(run.status == 1, "\(run)")
    #expect(run.output == [])
    let told = Self.faults.enumerated().map { index, fault in
      "\(tool): warning: -:\(3 + 2 * index): row 'r/bad\(index)_0': '\(fault.field)': expected \(fault.expected), got \(fault.got)"
    }
    #expect(run.errorLines.dropLast(2) == told[...])
    #expect(
      run.errorLines.suffix(2) == [
        "\(tool): warning: 16 rows of table 'r' do not fit its schema and were left out",
        "\(tool): hint: '\(folder.file("bad.ndjson"))' has them with the reasons; --no-validate takes them as they are",
      ])
    let kept = try rejects("bad.ndjson")
    #expect(kept.count == 16)
    for (index, reject) in kept.enumerated() {
      let fault = Self.faults[index / 2]
      let id = "bad\(index / 2)_\(index % 2)"
      #expect(
        reject
          == Reject(
            file: "-", line: 3 + index, reason: "row 'r/\(id)': '\(fault.field)': expected \(fault.expected), got \(fault.got)", table: "r", id: id,
            field: fault.field, kind: fault.kind, expected: fault.expected, got: fault.got, text: Self.line(id, fault.fields)))
    }
  }

  @Test func `the database has the others, and their defaults`() throws {
    let run = try ToolRunner.materialize.run("-q", "-o", folder.file("out.db"), input: Self.rows)
    #expect(run.status == 1)
    #expect(run.errors == [])
    #expect(try query("SELECT id, n, typeof(n), lang, v FROM r") == "a|1|integer|en|[1,0]\nz|2|integer|de|[0,1]\n")
    #expect(try query("SELECT \"notnull\" FROM pragma_table_info('r') WHERE name IN ('n', 'lang')") == "1\n1\n")
  }

  @Test func `the index has the others, and their defaults`() throws {
    #expect(try ToolRunner.index.run("-q", "--store", "lang,when", "-o", folder.file("out.epi"), input: Self.rows).status == 1)
    let found = try ToolRunner.search.run(folder.file("out.epi"), input: "[1,0]\n").text.split(separator: "\n")
    #expect(found.count == 2)
    #expect(found.first?.hasSuffix(#""id":"a","distance":0,"row":{"lang":"en"}}"#) == true)
    #expect(found.last?.hasSuffix(#""row":{"lang":"de","when":"2024-01-01T10:00:00.000Z|UTC"}}"#) == true)
  }

  @Test(arguments: [0, 1])
  func `with stop the first one ends it, and nothing is written`(reader: Int) throws {
    let (tool, output) = Self.readers[reader]
    let run = try tool.run("--on-error=stop", "-o", folder.file(output), input: Self.rows)
    expectFailure(run, 65, "-:3: row 'r/bad0_0': 'n': expected an integer, got none")
    #expect(folder.names == [])
  }

  @Test(arguments: [0, 1])
  func `a line that cannot be read ends it, unless it is to be skipped`(reader: Int) throws {
    let (tool, output) = Self.readers[reader]
    let rows = Self.schema + Self.line("a", #""n":1,"v":[1,0]"#) + "\n{\"table\":\n" + Self.line("b", #""n":"x""#) + "\n"
    expectFailure(try tool.run("-o", folder.file(output), input: rows), 65, "-:3:10: the text ends inside a value")
    #expect(folder.names == [])
    let run = try tool.run("--on-error=skip", "-o", folder.file(output), input: rows)
    #expect(run.status == 1)
    #expect(run.errorLines.count == 4)
    #expect(run.errorLines.first == "\(tool): warning: -:3:10: the text ends inside a value")
  }

  @Test func `without the check every row is taken, and the columns give way`() throws {
    let run = try ToolRunner.materialize.run("--no-validate", "-o", folder.file("out.db"), input: Self.rows)
    #expect(run.status == 1)
    #expect(!run.errorText.contains("left out"))
    #expect(try query("SELECT count(*) FROM r") == "18\n")
    #expect(try query("SELECT n FROM r WHERE id = 'bad2_0'") == "one\n")
  }

  @Test func `rejects that are an input or go nowhere are wrong use`() throws {
    let path = try folder.write(Self.rows, to: "rows.ndjson")
    for (tool, output) in Self.readers {
      expectFailure(try tool.run("-o", folder.file(output), "--rejects", path, path), 64, "\(path): the output is also an input")
      expectFailure(try tool.run("-o", folder.file(output), "--on-error=stop", "--rejects", folder.file("x"), path), 64)
    }
    for (tool, output) in Self.readers {
      expectFailure(try tool.run("-o", folder.file(output), "--rejects", folder.file(output), path), 64)
      expectFailure(try tool.run("-o", path, "--schema", path, input: Rows.notes), 64, "\(path): the output is also an input")
    }
    #expect(try folder.text("rows.ndjson") == Self.rows)
    #expect(folder.names == ["rows.ndjson"])
  }
}
