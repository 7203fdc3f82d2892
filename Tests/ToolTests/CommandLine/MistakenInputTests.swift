import EpiTestSupport
import Foundation
import Testing

/// What one gives a tool by mistake: the message says what it is, or where it belongs.
struct MistakenInputTests {
  private static let mistakes: [(command: String, status: Int32, words: String)] = [
    ("epi-index -o x.epi notes.yjs", 65, "epi-ydecode makes them of Yjs updates"),
    ("epi-materialize -o x.db notes.yjs", 65, "epi-ydecode makes them of Yjs updates"),
    ("epi-ydecode rows.ndjson", 65, "this looks like JSON; rows are read by epi-materialize and epi-index"),
    ("epi-ydecode notes.yjs.gz", 65, "this is compressed: zcat FILE | epi-ydecode"),
    ("epi-ydecode notes.db", 65, "this is a SQLite database; --from-sqlite TABLE.COLUMN reads the updates in it"),
    ("epi-ydecode -o rows notes.yjs", 64, "the result goes to standard output: > FILE; try 'epi-ydecode --help'"),
    ("epi-search --output=x notes.epi", 64, "the result goes to standard output: > FILE"),
    ("epi-search notes.epi 'insects that fly'", 66, "a text goes behind --text, with --embed-with CMD"),
    ("epi-search notes.db query.json", 65, "notes.db: is not a snapshot of epi-index"),
    ("epi-index --info notes.db", 65, "notes.db: is not a snapshot of epi-index"),
    ("epi-search -n 3 notes.epi query.json", 64, "hint: try 'epi-search --help'"),
    ("epi-search --sql 'SELECT 1' notes.epi", 64, "name a snapshot with --index NAME=FILE"),
    ("epi-ydecode notes.yjs | epi-materialize", 64, "no output; name a file with -o FILE"),
  ]

  @Test func `each is told what to do instead`() throws {
    let folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
    let made = try Recipe.run(
      """
      epi-ydecode notes.yjs >rows.ndjson; gzip -k notes.yjs; head -n 1 queries.ndjson >query.json
      epi-materialize -o notes.db rows.ndjson; epi-index -o notes.epi rows.ndjson
      """, in: folder)
    try #require(made.status == 0 && made.errorText == "", "\(made)")
    let before = folder.names
    for mistake in Self.mistakes {
      let run = try Recipe.run(mistake.command, in: folder)
      #expect(run.status == mistake.status && run.errorText.contains(mistake.words) && run.text == "", "\(run)")
    }
    #expect(folder.names == before)
  }
}
