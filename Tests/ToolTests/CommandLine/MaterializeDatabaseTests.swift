import EpiTestSupport
import Testing

/// epi-materialize from rows to what sqlite3(1) reads.
struct MaterializeDatabaseTests {
  private let tool = ToolRunner.materialize
  private let folder: TemporaryFolder
  private let target: String

  init() throws {
    folder = try TemporaryFolder()
    target = folder.file("out.db")
  }

  private func query(_ sql: String, of path: String? = nil) throws -> String {
    let run = try ToolRunner.program("sqlite3").run("-batch", path ?? target, sql)
    #expect(run.status == 0, "\(run)")
    return run.text
  }

  @Test func `what was written is told at a terminal only`() throws {
    _ = try folder.write(Rows.whole, to: "rows.ndjson")
    let run = try ToolRunner.shell("script -qec 'epi-materialize -o out.db rows.ndjson' /dev/null </dev/null") { settings in
      settings.directory = folder.path
    }
    #expect(run.text == "epi-materialize: wrote 3 rows in 1 table to 'out.db'\r\n")
    #expect(try query("SELECT count(*) FROM notes") == "3\n")
  }

  @Test func `a column of several types is noted, which is no reservation`() throws {
    let rows = [1, 2].map { #"{"table":"t","id":"\#($0)","row":{"v":\#($0 == 1 ? "1" : "\"x\"")}}"# + "\n" }.joined()
    let run = try tool.run("-o", target, input: rows)
    #expect(run.status == 0)
    #expect(
      run.errorLines == [
        "epi-materialize: note: 'v' of 't' has values of several types (integer text); its column is TEXT, where all but strings and bytes are JSON"
      ])
    #expect(try tool.run("--quiet", "-o", target, input: rows).errorLines == [])
  }

  @Test func `warnings make the status 1, and quiet takes the words but not the status`() throws {
    let rows = #"{"table":"t","id":"a","row":{"id":"b"}}"# + "\n"
    let run = try tool.run("-o", target, input: rows)
    #expect(run.status == 1)
    #expect(run.errorLines == ["epi-materialize: warning: -:1: row 't/a' says of itself that its 'id' is 'b'; the row's id counts"])
    let quiet = try tool.run("-q", "-o", target, input: rows)
    #expect(quiet.status == 1)
    #expect(quiet.errors == [])
    #expect(try query("SELECT id FROM t") == "a\n")
  }

  @Test func `warnings of one kind are counted after the twentieth`() throws {
    let rows = (0..<30).map { #"{"table":"t","id":"\#($0)","row":{"id":"x"}}"# + "\n" }.joined()
    let run = try tool.run("-o", target, input: rows)
    #expect(run.errorLines.count == 21)
    #expect(run.errorLines.last == "epi-materialize: warning: 10 more of the kind 'different id'")
  }

  @Test func `a table is named for bare objects`() throws {
    let objects = #"{"id":"a","n":1}"# + "\n" + #"{"id":"b","n":2.5}"# + "\n"
    expectFailure(try tool.run("-o", target, input: objects), 65)
    #expect(try tool.run("--table", "numbers", "-o", target, input: objects).status == 0)
    #expect(try query("SELECT * FROM numbers") == "a|1.0\nb|2.5\n")
  }

  @Test func `files are read in order, and - among them`() throws {
    _ = try folder.write(#"{"table":"t","id":"a","row":{"v":1}}"#, to: "one")
    _ = try folder.write(#"{"table":"t","id":"a","row":{"v":3}}"#, to: "three")
    let two = #"{"table":"t","id":"a","row":{"v":2}}"#
    for (keep, value) in [("last", "3"), ("first", "1")] {
      let run = try tool.run("--keep=\(keep)", "-o", target, folder.file("one"), "-", folder.file("three"), input: two)
      #expect(run.status == 0, "\(run)")
      #expect(try query("SELECT v FROM t") == "\(value)\n")
    }
    let run = try tool.run("--keep", "error", "-o", target, folder.file("one"), folder.file("three"))
    expectFailure(run, 65, "\(folder.file("three")):1: table 't' has a row with this id already")
    #expect(try query("SELECT v FROM t") == "1\n")
  }

  @Test func `an end line can be demanded`() throws {
    expectFailure(try tool.run("--require-end", "-o", target, input: Rows.notes), 65)
    #expect(folder.names == [])
    #expect(try tool.run("--require-end", "-o", target, input: Rows.whole).status == 0)
  }

  @Test(arguments: [["--keep", "middle"], ["--busy-timeout", "-1"], ["--busy-timeout", "soon"], ["--busy-timeout=99999999999"]])
  func `a value that means nothing is wrong use`(arguments: [String]) throws {
    expectFailure(try tool.run(arguments + ["-o", target], input: Array(Rows.whole.utf8)), 64)
    #expect(folder.names == [])
  }

  @Test func `standard output is no database`() throws {
    expectFailure(try tool.run("-o", "-", input: Rows.whole), 64)
  }

  @Test func `a locked database is for later`() throws {
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    // sqlite3 holds the lock while its child, the tool, runs.
    let script = #"printf 'BEGIN IMMEDIATE;\n.shell epi-materialize --busy-timeout 10 -o out.db rows.ndjson; echo $?\n' | sqlite3 out.db"#
    _ = try folder.write(Rows.whole, to: "rows.ndjson")
    let run = try ToolRunner.shell(script) { $0.directory = folder.path }
    #expect(run.text == "75\n")
    #expect(
      run.errorLines == [
        "epi-materialize: out.db: cannot begin the transaction: the database is locked",
        "epi-materialize: hint: another process is using it; try again, or wait longer with --busy-timeout MS",
      ])
    #expect(try query("SELECT count(*) FROM notes") == "3\n")
  }

  @Test func `a full-text index of a database that one may only read has its rows counted`() throws {
    #expect(try tool.run("--table", "n", "--fts", "n:t", "-o", target, input: #"{"id":"a","t":"hello"}"#).status == 0)
    #expect(try tool.run("--check", target).lines == ["\(target): n: 1 row: ok"])
    let run = try tool.run(["--check", target], input: []) { $0.isUnprivileged = true }
    #expect(run.status == 0 && run.errorText.isEmpty, "\(run)")
    #expect(
      run.lines == [
        "\(target): n: 1 row: ok",
        "\(target): the full-text index 'n_fts' was not compared with its table, only its rows counted: that needs the right to write",
      ])
  }

  @Test func `what is no database is not written over`() throws {
    _ = try folder.write("just text\n", to: "notes.txt")
    expectFailure(try tool.run("-o", folder.file("notes.txt"), input: Rows.whole), 73, "\(folder.file("notes.txt")): the file is not a SQLite database")
    #expect(try folder.text("notes.txt") == "just text\n")
  }

  /// A limit on the size of files stands for a full disk.
  @Test func `a full disk leaves what was there`() throws {
    let many = (0..<20_000).map { #"{"table":"t","id":"\#($0)","row":{"v":"some text to fill the page"}}"# + "\n" }.joined()
    _ = try folder.write(many, to: "rows.ndjson")
    func expectFull(_ reason: String) throws {
      let run = try ToolRunner.shell("trap '' XFSZ; ulimit -f 256; exec epi-materialize -o out.db rows.ndjson") { $0.directory = folder.path }
      #expect(run.status == 74)
      #expect(run.errorLines.count == 1)
      #expect(run.errorText.hasPrefix("epi-materialize: \(reason)"), "\(run)")
    }
    try expectFull("out.db: cannot write: file too large")
    #expect(folder.names == ["rows.ndjson"])
    #expect(try tool.run("-o", target, input: Rows.whole).status == 0)
    try expectFull("out.db: cannot commit: reading or writing failed")
    #expect(try query("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'; SELECT count(*) FROM notes") == "notes,_epi\n3\n")
    #expect(try query("PRAGMA integrity_check") == "ok\n")
    #expect(folder.names == ["out.db", "rows.ndjson"])
  }
}
