import EpiTestSupport
import Foundation
import Testing

/// Rows and vectors on to other engines, by their own programs.
struct EngineRecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
  }

  private func run(_ script: String) throws -> ToolRun { try Recipe.run("epi-ydecode notes.yjs >rows.ndjson\n\(script)", in: folder) }

  private static let asVector = "--type embeddings.embedding=vector"

  @Test func `libSQL has the tables and finds by their vectors`() throws {
    let ask = #"""
      import libsql
      print(libsql.connect('notes-libsql.db').execute("""
        SELECT title FROM vector_top_k('idx_embeddings_embedding_vector', (SELECT embedding FROM embeddings WHERE id = 'emb_000126'), 2) AS top
        JOIN embeddings ON embeddings.rowid = top.id JOIN recordings ON recordings.id = recordingId""").fetchall()[0])
      """#
    try folder.write(ask, to: "ask.py")
    let run = try run("$E/libsql.sh notes-libsql.db \(Self.asVector) rows.ndjson && \"$PYTHON\" ask.py")
    #expect(run.lines == ["('voice part',)"] && run.errorText == "", "\(run)")
    // A pipe that breaks must not leave half of it.
    let cut = try self.run("head -c 1000000 rows.ndjson | $E/libsql.sh cut.db; echo $?; ls")
    #expect(cut.lines.first == "65" && cut.errorText.contains("libsql.sh: the script is cut"), "\(cut)")
    #expect(!folder.exists("cut.db"))
  }

  @Test func `PostgreSQL has the tables, and all or nothing`() throws {
    try folder.write(
      """
      set -e
      $E/postgres.sh \(Self.asVector) rows.ndjson
      $E/postgres.sh \(Self.asVector) rows.ndjson
      head -c 1000000 rows.ndjson | $E/postgres.sh || echo failed
      psql -X -A -t -c 'SELECT count(*), sum(array_length(embedding, 1)) FROM embeddings' -c 'SELECT title FROM recordings WHERE id = $$rec_000001$$'
      """, to: "load.sh")
    let run = try run("bash $P/postgres.sh --shell 'bash load.sh'")
    #expect(run.lines == ["failed", "387|148608", "steakhouse, chophouse"], "\(run)")
    #expect(run.errorText.contains("epi-materialize: -:"))
    // No server.
    let alone = try self.run("PGHOST=$PWD PATH=$PATH:$(echo /usr/lib/postgresql/*/bin) $E/postgres.sh rows.ndjson")
    #expect(alone.status == 2 && alone.errorText.contains("psql: error: connection"), "\(alone)")
  }

  @Test func `Datasette shows tables, words and vectors`() throws {
    let sql = """
      SELECT title FROM vector_top_k('near', (SELECT embedding FROM embeddings WHERE id = 'emb_000126'), 1) AS top
      JOIN embeddings ON embeddings.rowid = top.id JOIN recordings ON recordings.id = recordingId
      """.replacing("\n", with: " ").replacing(" ", with: "+")
    let run = try run(
      """
      export DATASETTE="$(dirname "$PYTHON")/datasette" EXTENSION="$(dirname "$(command -v epi-search)")/libepi-vector.so"
      $E/datasette.sh notes.yjs --get '/notes/recordings.json?_search=insect&_shape=array&_col=title' | jq -r '.[].title'
      $E/datasette.sh notes.yjs --get "/notes.json?sql=\(sql)&_shape=array" | jq -c .
      """)
    #expect(run.lines == ["insectivore", #"[{"title":"voice part"}]"#], "\(run)")
    let missing = try self.run("DATASETTE=nodatasette $E/datasette.sh notes.yjs")
    #expect(missing.status == 69 && missing.errorText.contains("pip install datasette"))
  }
}
