import EpiTestSupport
import Testing

/// epi-search as a coprocess.
struct FollowTests {
  private let folder: TemporaryFolder
  private let index: String

  /// Begins a script: the coprocess, and a function that asks it one question.
  private func script(_ options: String, _ body: String) -> String {
    """
    coproc epi-search --follow --format=ids \(options) '\(index)'
    ask() { echo "$1" >&${COPROC[1]}; read -r -t 20 line <&${COPROC[0]} && echo "$line"; }
    \(body)
    exec {COPROC[1]}>&-; wait $COPROC_PID; echo "status $?"
    """
  }

  init() throws {
    folder = try TemporaryFolder()
    index = folder.file("notes.epi")
    try #require(try ToolRunner.index.run("-o", index, input: Rows.whole).status == 0)
  }

  @Test func `each line is answered before the next is there`() throws {
    let run = try ToolRunner.shell(script("-k1", "ask '[1,0,0]'; ask '[0,1,0]'; printf '[\\n0,' >&${COPROC[1]}; printf '0.6,\\n' >&${COPROC[1]}; ask $'0.8\\n]'"))
    #expect(run.text == "[\"a\"]\n[\"b\"]\n[\"c\"]\nstatus 0\n", "\(run)")
  }

  @Test func `a bad line is answered too when it is skipped`() throws {
    let run = try ToolRunner.shell(script("-k1 --on-error=skip", "ask 'x'; ask '[0,1,0]'; ask '[0,1]'"))
    #expect(run.text == "null\n[\"b\"]\nnull\nstatus 1\n", "\(run)")
    #expect(run.errorLines.count == 2)
  }

  @Test func `a snapshot that replaces the index is used for the next line, a damaged one is not`() throws {
    let new = #"{"table":"n","id":"new","row":{"v":[1,0,0]}}"# + "\n"
    try #require(try ToolRunner.index.run("-o", folder.file("new.epi"), input: new).status == 0)
    var bytes = try folder.bytes("new.epi")
    bytes[bytes.count - 5] ^= 1
    try folder.write(bytes, to: "damaged.epi")
    let run = try ToolRunner.shell(
      script(
        "-k1",
        """
        ask '[1,0,0]'
        mv '\(folder.file("damaged.epi"))' '\(index)'; ask '[1,0,0]'; ask '[0,1,0]'
        mv '\(folder.file("new.epi"))' '\(index)'; ask '[0,1,0]'
        rm '\(index)'; ask '[1,0,0]'
        """))
    #expect(run.text == "[\"a\"]\n[\"a\"]\n[\"b\"]\n[\"new\"]\n[\"new\"]\nstatus 0\n", "\(run)")
    #expect(run.errorLines.count == 2)
    #expect(run.errorLines.first?.hasPrefix("epi-search: warning: \(index): is damaged: ") == true)
    #expect(run.errorLines.first?.hasSuffix("; the old snapshot stays in use") == true)
  }

  @Test func `a snapshot of other dimensions asks for other queries`() throws {
    let new = #"{"table":"n","id":"new","row":{"v":[1,0]}}"# + "\n"
    try #require(try ToolRunner.index.run("-o", folder.file("new.epi"), input: new).status == 0)
    let run = try ToolRunner.shell(
      script("-k1 --on-error=skip", "ask '[1,0,0]'; mv '\(folder.file("new.epi"))' '\(index)'; ask '[1,0,0]'; ask '[1,0]'"))
    #expect(run.text == "[\"a\"]\nnull\n[\"new\"]\nstatus 1\n", "\(run)")
  }

  @Test func `a condition is asked again when the database has changed, or another has its name`() throws {
    let database = folder.file("notes.db")
    try #require(try ToolRunner.materialize.run("-o", database, input: Rows.whole).status == 0)
    try #require(try ToolRunner.program("sqlite3").run(folder.file("other.db"), ".read /dev/stdin", input: "CREATE TABLE notes(id TEXT PRIMARY KEY, title); INSERT INTO notes VALUES ('b','first');").status == 0)
    let run = try ToolRunner.shell(
      script(
        "-k9 --db '\(database)' --where \"title = 'first'\"",
        """
        ask '[1,0,0]'
        sqlite3 '\(database)' "UPDATE notes SET title = 'first' WHERE id = 'c'"; ask '[1,0,0]'; ask '[0,1,0]'
        mv '\(folder.file("other.db"))' '\(database)'; ask '[1,0,0]'
        """))
    #expect(run.text == "[\"a\"]\n[\"a\",\"c\"]\n[\"c\",\"a\"]\n[\"b\"]\nstatus 0\n", "\(run)")
  }
}
