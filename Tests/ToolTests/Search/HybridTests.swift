import EpiTestSupport
import Foundation
import Testing

/// Words and vectors together.
struct HybridTests {
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
      epi-index --column embeddings.embedding -o '\(index)' '\(folder.file("rows.ndjson"))'
      epi-materialize -o '\(database)' '\(folder.file("rows.ndjson"))'
      sqlite3 '\(database)' "CREATE VIRTUAL TABLE recordings_fts USING fts5(title, transcript, content='recordings');
        INSERT INTO recordings_fts(recordings_fts) VALUES ('rebuild')"
      """)
    try #require(run.status == 0, "\(run)")
  }

  private func search(_ arguments: String...) throws -> ToolRun {
    let query = String(decoding: try Fixtures.contents(of: Demo.queries), as: UTF8.self).prefix { $0 != "\n" }
    return try ToolRunner.search.run(
      ["--db", database, "--join", "recordings:recordingId", "--fields", "title"] + arguments + [index], input: Array(query.utf8))
  }

  private struct Result: Decodable {
    let rank: Int
    let id: String
    let distance: Double
    let score: Double
  }

  private func results(_ run: ToolRun) throws -> [Result] { try run.lines.map { try JSONDecoder().decode(Result.self, from: Data($0.utf8)) } }

  @Test func `both lists are fused by the ranks that SQLite and a plain search give`() throws {
    let plain = try JSONDecoder().decode([String].self, from: search("-k", "100", "--format=ids").outputData)
    let words = try ToolRunner.program("sqlite3").run(
      database,
      "SELECT e.id FROM recordings_fts f JOIN recordings r ON r.rowid = f.rowid JOIN embeddings e ON e.recordingId = r.id WHERE recordings_fts MATCH 'music OR voice OR note' ORDER BY f.rank, e.id LIMIT 100"
    ).lines
    #expect(words.count > 3)
    var scores: [String: Double] = [:]
    for list in [plain, words] { for (place, id) in list.enumerated() { scores[id, default: 0] += 1 / Double(61 + place) } }
    let wanted = scores.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(15)
    let run = try search("-k", "15", "--hybrid", "music  voice note")
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    let found = try results(run)
    #expect(found.map(\.id) == wanted.map(\.key))
    for (one, other) in zip(found, wanted) { #expect(abs(one.score - other.value) < 1e-6) }
    // A row that only the words found has its distance all the same.
    let exact = try JSONDecoder().decode([String].self, from: search("-k", "387", "--format=ids", "--exact").outputData)
    let order = found.sorted { $0.distance < $1.distance }.compactMap { exact.firstIndex(of: $0.id) }
    #expect(order == order.sorted())
  }

  @Test func `words are words, whatever stands in them, and filters hold`() throws {
    let plain = try search("-k5", "--hybrid", #"mu"sic AND (voice* NOT"#)
    #expect(plain.status == 0 && plain.lines.count == 5, "\(plain)")
    let filtered = try search("-k5", "--hybrid", "music voice", "--where", "NOT starred")
    let starred = try ToolRunner.program("sqlite3").run(database, "SELECT e.id FROM embeddings e JOIN recordings r ON r.id = recordingId WHERE starred").lines
    #expect(try results(filtered).allSatisfy { !starred.contains($0.id) } && filtered.lines.count == 5)
    #expect(try search("-k5", "--hybrid", "nosuchwordanywhere").lines.count == 5)
  }

  @Test func `a database without such a table is told`() throws {
    #expect(try ToolRunner.program("sqlite3").run(database, "ALTER TABLE recordings_fts RENAME TO other_fts; DROP TABLE other_fts; CREATE VIRTUAL TABLE x USING fts5(y)").status == 0)
    expectFailure(try search("--hybrid", "music"), 64, "\(database): there is no FTS5 table over 'recordings'; there are 'x'")
    #expect(try ToolRunner.program("sqlite3").run(database, "CREATE VIRTUAL TABLE recordings_words USING fts5(id UNINDEXED, title); INSERT INTO recordings_words SELECT id, title FROM recordings").status == 0)
    let run = try search("--hybrid", "voice", "-k", "1")
    #expect(try results(run)[0].id == "emb_000126", "one that keeps the ids itself serves too: \(run)")
  }
}
