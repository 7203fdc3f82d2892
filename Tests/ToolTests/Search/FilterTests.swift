import EpiTestSupport
import Foundation
import Testing

/// Rows chosen before the search, by ids and by SQL, and fields from the database.
struct FilterTests {
  private let folder: TemporaryFolder
  private let index: String
  private let database: String

  init() throws {
    folder = try TemporaryFolder()
    index = folder.file("notes.epi")
    database = folder.file("notes.db")
    let run = try ToolRunner.shell(
      """
      set -euo pipefail
      epi-ydecode '\(Demo.state)' > '\(folder.file("rows.ndjson"))'
      epi-index --column embeddings.embedding --join recordings:recordingId --store title -o '\(index)' '\(folder.file("rows.ndjson"))'
      epi-materialize -o '\(database)' '\(folder.file("rows.ndjson"))'
      """)
    try #require(run.status == 0, "\(run)")
  }

  private func search(_ arguments: String..., input: String? = nil, db: Bool = true) throws -> ToolRun {
    let query = try input ?? String(String(decoding: Fixtures.contents(of: Demo.queries), as: UTF8.self).prefix { $0 != "\n" })
    return try ToolRunner.search.run(arguments + (db ? ["--db", database] : []) + [index], input: Array(query.utf8))
  }

  private func sql(_ text: String) throws -> [String] {
    let run = try ToolRunner.program("sqlite3").run(database, text)
    try #require(run.status == 0, "\(run)")
    return run.lines
  }

  @Test func `a condition holds for every result, and they are the nearest for which it does`() throws {
    let starred = Set(try sql("SELECT id FROM embeddings WHERE recordingId IN (SELECT id FROM recordings WHERE starred AND rating > 2)"))
    let all = try JSONDecoder().decode([String].self, from: search("-k1000", "--format=ids", db: false).outputData)
    let found = try search("-k10", "--format=ids", "--where", "recordingId IN (SELECT id FROM recordings WHERE starred AND rating > 2)")
    #expect(starred.count > 10 && found.status == 0)
    #expect(try JSONDecoder().decode([String].self, from: found.outputData) == Array(all.filter(starred.contains).prefix(10)))
    // With the other table at hand its columns can be named at once.
    let joined = try search("-k10", "--format=ids", "--join", "recordings:recordingId", "--where", "starred AND rating > 2")
    #expect(joined.text == found.text)
  }

  @Test func `all that are allowed come when they are fewer than asked for`() throws {
    let run = try search("-k50", "--format=ids", "--where", "recordingId < 'rec_000007'")
    #expect(Set(try JSONDecoder().decode([String].self, from: run.outputData)) == Set(try sql("SELECT id FROM embeddings WHERE recordingId < 'rec_000007'")))
    let none = try search("-e", "--format=ids", "--where", "0")
    #expect(none.text == "[]\n" && none.status == 1 && none.errorText == "")
  }

  @Test func `a mistake in the condition is told in SQLite's words`() throws {
    let hint = "epi-search: hint: the columns are 'id', 'recordingId', 'embedding'; texts stand between single quotes"
    for (condition, reason) in [
      ("titel = 'x'", "no such column: titel"), ("id = ", "near \")\": syntax error"), ("1) OR (1", "near \")\": syntax error"),
      ("nosuch(id)", "no such function: nosuch"), ("(SELECT 1", "incomplete input"), ("1; DROP TABLE recordings", "near \";\": syntax error"),
      ("count(*) > 1", "misuse of aggregate function count()"), ("id IN (SELECT id FROM nosuch)", "no such table: nosuch"),
    ] {
      let run = try search("--where", condition)
      expectFailure(run, 64)
      #expect(run.errorLines == ["epi-search: \(database): cannot read the condition: \(reason)", hint], "\(condition)")
    }
    expectFailure(try search("--where", " "), 64, "'--where' is an empty expression")
    #expect(try sql("SELECT count(*) FROM recordings") == ["387"])
  }

  @Test func `ids come in every form, and those that are not there do not matter`() throws {
    let forms = """
      emb_000126
      embeddings/emb_000001
      "emb_00000\\u0036"
      ["emb_000003","nope"]
      {"query":"x","rank":1,"id":"emb_000004","row":{"id":"emb_000005"}}
      [not json
      """
    let path = try folder.write(forms, to: "ids")
    let run = try search("--ids-from", path, "--format=ids", db: false)
    let wanted: Set = ["emb_000126", "emb_000001", "emb_000006", "emb_000003", "emb_000004"]
    #expect(Set(try JSONDecoder().decode([String].self, from: run.outputData)) == wanted)
    #expect(run.errorText == "" && run.status == 0)
    // What one search found another can choose from; both filters hold.
    let both = try ToolRunner.search.run(
      "--like", "emb_000126", "--ids-from", "-", "--format=ids", "--where", "recordingId <> 'rec_000126'", "--db", database, index, input: run.text)
    #expect(Set(try JSONDecoder().decode([String].self, from: both.outputData)) == wanted.subtracting(["emb_000126"]))
    let none = try ToolRunner.search.run("--like", "emb_000126", "--ids-from", "-", index, input: "x\ny\n")
    #expect(none.text == "" && none.errorText == "epi-search: warning: -: none of the 2 ids is one of a row in '\(index)'\n")
    expectFailure(try search("--ids-from", "/no/such", db: false), 66, "/no/such: cannot open: no such file or directory")
    expectFailure(try search("--ids-from", "-", db: false), 64, "--ids-from and the queries cannot both be read from standard input")
  }

  @Test func `fields come from the database, through the row's own table and the one it leads to`() throws {
    let run = try search("-k1", "--join", "recordings:recordingId", "--fields", "title,rating,tags,recordingId,starred")
    let wanted = try sql(
      "SELECT json_object('title', title, 'rating', rating, 'tags', tags, 'recordingId', recordingId, 'starred', starred) FROM embeddings JOIN recordings ON recordings.id = recordingId WHERE embeddings.id = 'emb_000126'")
    #expect(run.lines == [#"{"query":"q01","rank":1,"table":"embeddings","id":"emb_000126","distance":0.5909027,"row":\#(wanted[0])}"#])
    // What the database has not, the snapshot may have.
    #expect(try search("-k1", "--fields", "recordingId,title").text.hasSuffix(#""row":{"recordingId":"rec_000126","title":"voice part"}}"# + "\n"))
    expectFailure(
      try search("--fields", "title,nope"), 64,
      "\(index): neither the snapshot nor the database has a field 'nope'; the snapshot stores 'title', the database has 'id', 'recordingId', 'embedding'")
    expectFailure(
      try search("--fields", "title", "--join", "nosuch:recordingId"), 64, "\(database): there is no table 'nosuch'; there are '_epi', 'embeddings', 'recordings'")
    expectFailure(
      try search("--fields", "title", "--join", "recordings:nope"), 64,
      "\(database): table 'embeddings' has no column 'nope' that could lead to table 'recordings'; it has 'id', 'recordingId', 'embedding'")
  }

  @Test func `a database that is none, missing or locked is told with its status`() throws {
    func run(_ path: String, _ more: String...) throws -> ToolRun {
      try ToolRunner.search.run(more + ["--like", "emb_000126", "--where", "1", "--db", path, index])
    }
    expectFailure(try run("/no/such.db"), 66, "/no/such.db: cannot open: no such file or directory")
    expectFailure(try run(folder.path), 66)
    expectFailure(try run(try folder.write("hello, this is no database", to: "text.db")), 65)
    let other = folder.file("other.db")
    #expect(try ToolRunner.program("sqlite3").run(other, "CREATE TABLE x (id)").status == 0)
    expectFailure(try run(other), 64, "\(other): there is no table 'embeddings'; there are 'x'")
    // A writer that holds its lock until its input ends.
    let locked = try ToolRunner.shell(
      """
      coproc sqlite3 '\(database)'
      echo 'BEGIN EXCLUSIVE; SELECT 1;' >&${COPROC[1]}
      read -r line <&${COPROC[0]}
      epi-search --busy-timeout 50 --like emb_000126 --where 1 --db '\(database)' '\(index)'
      echo "status $?"
      """)
    #expect(locked.text == "status 75\n")
    #expect(locked.errorLines.first == "epi-search: \(database): cannot read the database: the database is locked")
  }
}

extension ToolRun {
  /// For decoders.
  var outputData: Data { Data(output) }
}
