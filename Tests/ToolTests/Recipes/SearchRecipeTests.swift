import EpiTestSupport
import Foundation
import Testing

/// SQL and vectors together.
struct SearchRecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
    let made = try Recipe.run(
      """
      epi-ydecode notes.yjs >rows.ndjson
      epi-materialize --fts recordings:title,transcript -o notes.db rows.ndjson
      epi-index \(Recipe.index) -o notes.epi rows.ndjson
      head -n 1 queries.ndjson >query.json
      """, in: folder)
    try #require(made.status == 0 && made.errorText == "", "\(made)")
  }

  private func run(_ script: String) throws -> ToolRun { try Recipe.run(script, in: folder) }

  @Test func `SQL chooses, the vectors rank`() throws {
    let choice = "SELECT e.id FROM embeddings e JOIN recordings r ON r.id = e.recordingId WHERE r.rating > 3"
    let run = try run("$E/filter.sh notes.db notes.epi \"\(choice)\" -k 3 <query.json | jq -r .id")
    #expect(run.lines.count == 3, "\(run)")
    // The same from a list of all, by hand.
    let other = try self.run(
      """
      sqlite3 notes.db "\(choice)" | sort >allowed
      epi-search -k 1000 --format=tsv notes.epi query.json | cut -f 4 | grep -x -F -f allowed | head -n 3
      """)
    #expect(run.lines == other.lines, "\(other)")
    let none = try self.run("$E/filter.sh notes.db notes.epi 'SELECT id FROM embeddings WHERE 0' -e <query.json")
    #expect(none.status == 1 && none.text == "", "\(none)")
    let wrong = try self.run("$E/filter.sh notes.db notes.epi 'SELECT id FROM nowhere' <query.json")
    #expect(wrong.status == 65 && wrong.text == "" && wrong.errorText.contains("no such table: nowhere"), "\(wrong)")
  }

  @Test func `words and meaning are fused in one statement`() throws {
    let run = try run("$E/hybrid.sh notes.db notes.epi 'insect \"voice' query.json")
    #expect(run.status == 0 && run.errorText == "" && run.lines.count == 11, "\(run)")
    let rows = run.lines.map { $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init) }
    #expect(rows[0] == ["score", "word_rank", "meaning_rank", "title"])
    // 'voice part' is first by meaning and is found by a word too.
    #expect(rows[1].last == "part" && rows[1][2] == "1" && Double(rows[1][0]) ?? 0 > 0.03, "\(run)")
    #expect(rows.contains { $0.last == "insectivore" }, "\(run)")
  }
}
