import EpiTestSupport
import Foundation
import Testing

/// Where documents come from: applications' own logs; and rows on their way through jq.
struct SourceRecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
  }

  private func run(_ script: String) throws -> ToolRun { try Recipe.run(script, in: folder) }

  @Test func `the log of an Epicenter workspace has the rows of its document`() throws {
    let run = try run("\"$PYTHON\" $P/update_log.py epicenter notes.log.v2.bin log.db && $E/epicenter.sh log.db >rows.ndjson && epi-ydecode notes.yjs | cmp - rows.ndjson")
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    let changes = try self.run("$E/epicenter.sh log.db --since since >1.ndjson; $E/epicenter.sh log.db --since since | jq -c 'select(.end).end.rows'")
    #expect(changes.lines == ["0"], "\(changes)")
  }

  @Test func `a store of Jupyter has the cells of its notebooks`() throws {
    let made = try run("\"$PYTHON\" $P/update_log.py ystore ystore.db && $E/ystore.sh ystore.db")
    #expect(made.status == 0, "\(made)")
    #expect(made.lines.map { $0.split(separator: "|")[0] } == ["json:notebook:bees' life.ipynb", "json:notebook:other.ipynb"], "\(made)")
    let cells = try run(
      """
      $E/ystore.sh ystore.db "json:notebook:bees' life.ipynb" | epi-materialize --fts cells:source -o notebook.db &&
        sqlite3 notebook.db "SELECT source FROM cells_fts WHERE cells_fts MATCH 'bees OR count' ORDER BY source"
      """)
    #expect(cells.lines == ["# Bees", "count = 7 # and more"], "\(cells)")
    let missing = try run("$E/ystore.sh ystore.db nothing")
    #expect(missing.status == 66 && missing.text == "" && missing.errorText.contains("no document 'nothing'"), "\(missing)")
    #expect(try run("$E/ystore.sh nothing.db").status == 66)
  }

  @Test func `jq asks rows what one wants to know`() throws {
    let run = try run("$E/jq.sh notes.yjs")
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    for line in [
      "    387 recordings", #"{"rows":774,"tables":2,"pending":0}"#, "recordings.durationMs\tinteger", #""rec_000001","steakhouse, chophouse",2.9"#,
      #"{"count":387,"mean":177612,"least":2887,"greatest":357691}"#, #"{"id":"rec_000001","text":"a restaurant that specializes in steaks"}"#,
    ] {
      #expect(run.lines.contains(line), "no line '\(line)'")
    }
  }
}
