import EpiTestSupport
import Foundation
import Testing

/// What the man pages show is run: every block of every EXAMPLES, and the first hour.
struct ManualExampleTests {
  private static let pages = Fixtures.files(below: "man").filter { $0.hasSuffix(".1") || $0.hasSuffix(".7") } + ["man/epi-updates.5"]

  /// A block of a page that stands for itself: a command in `.Dl` lines, or what lies between `.Bd -literal` and `.Ed`.
  private struct Example: CustomTestStringConvertible {
    let page: String
    var text: String
    /// Written in Python.
    var isPython: Bool { text.hasPrefix("import ") }

    var testDescription: String { "\(page): \(text.prefix(60))" }
  }

  /// The blocks of a section. In `.Dl` lines a `$` may stand in front, and a backslash at the end means that the next one goes on.
  private static func examples(of page: String, in section: String = "EXAMPLES") throws -> [Example] {
    let text = String(decoding: try Fixtures.contents(of: "\(Fixtures.packageRoot)/\(page)"), as: UTF8.self)
    var examples: [Example] = []
    var (isInSection, isInBlock, goesOn) = (false, false, false)
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix(".Sh ") { isInSection = line == ".Sh \(section)" }
      guard isInSection else { continue }
      if line.hasPrefix(".Bd -literal") {
        isInBlock = true
        examples.append(Example(page: page, text: ""))
      } else if line == ".Ed" {
        isInBlock = false
      } else if isInBlock {
        examples[examples.count - 1].text += plain(line) + "\n"
      } else if line.hasPrefix(".Dl ") {
        var command = plain(String(line.dropFirst(4)))
        // A quoted argument of the macro keeps its spaces.
        if goesOn { command = command.filter { $0 != "\"" } }
        if command.hasPrefix("$ ") { command.removeFirst(2) }
        if goesOn { examples[examples.count - 1].text += "\n" + command } else { examples.append(Example(page: page, text: command)) }
        goesOn = command.hasSuffix("\\")
      }
    }
    return examples
  }

  /// A line without the escapes of roff.
  private static func plain(_ line: String) -> String { line.replacing(#"\(dq"#, with: "\"").replacing(#"\(aq"#, with: "'").replacing(#"\e"#, with: #"\"#) }

  /// A folder with all that the pages speak of, and with programs in `bin` that end where others would stay or need a server.
  private static func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
    try FileManager.default.createDirectory(atPath: folder.file("bin"), withIntermediateDirectories: false)
    let programs = [
      "psql": "cat >script.sql\nexec bash \"$P/postgres.sh\" \"$PWD/script.sql\"", "datasette": "exec \"$(dirname \"$PYTHON\")/datasette\" \"$@\" --get /-/versions.json",
      "embed": "exec python3 \"$PACKAGE/Tests/Fixtures/embedders/fake_embedder.py\"",
      // A watch is over after its first batch.
      "epi-ydecode": "case $* in *--watch*) \"$EPI/epi-ydecode\" \"$@\" | sed '/\"end\":/q' ;; *) exec \"$EPI/epi-ydecode\" \"$@\" ;; esac",
    ]
    for (name, body) in programs { try folder.writeProgram("#!/usr/bin/env bash\n\(body)\n", to: "bin/\(name)") }
    let made = try Recipe.run(
      """
      ln -s bin/embed embed
      epi-ydecode notes.yjs >rows.ndjson && epi-materialize -o notes.db rows.ndjson && epi-index --join recordings:recordingId --store title -o notes.epi rows.ndjson
      "$PYTHON" $P/update_log.py epicenter notes.log.v2.bin app.db
      head -n 1 queries.ndjson >query.json
      printf '%s\\n' '{"id":"a","v":[1,2]}' '{"id":"b","v":[0,0]}' '{"id":"c","v":[2,1]}' >docs.ndjson
      """, in: folder)
    try #require(made.status == 0 && made.errorText == "", "\(made)")
    return folder
  }

  private static func run(_ example: Example, in folder: TemporaryFolder) throws -> ToolRun {
    // Where the page has a place of the system, a folder of the test's stands; a program that cron runs is run at once.
    let text = example.text.replacing("/usr/local/lib", with: ToolRunner.folder).replacing("/srv/notes", with: folder.path).replacing("*/5 * * * * ", with: "")
    if text.hasPrefix("#!") { try folder.writeProgram(text, to: "rebuild") }
    try folder.write(text, to: "example")
    return try Recipe.run("export PATH=\"$PWD/bin:$PATH\"; \(example.isPython ? "\"$PYTHON\" example" : "bash -o pipefail example")", in: folder) {
      $0.environment["EPI"] = ToolRunner.folder
    }
  }

  /// Commands that end with 1, and the words that say why.
  private static let reservations = ["epi-index --table docs": "zeros only"]

  @Test(arguments: pages)
  func `every example runs, one after the other`(page: String) throws {
    var examples = try Self.examples(of: page)
    if page == "man/epi.7" { examples = try Self.examples(of: page, in: "A FIRST HOUR") + examples }
    // In this page a dump of bytes stands in front.
    if page == "man/epi-updates.5" { examples.removeFirst() }
    try #require(examples.count >= 2)
    // The examples that need the model's own dimensions find a snapshot that its program made.
    let folder = try Self.makeFolder()
    for example in examples {
      if example.text.contains("./embed") {
        let run = try Recipe.run("epi-index -q --embed-with ./embed --text recordings.transcript --on-error=skip -o notes.epi rows.ndjson", in: folder)
        try #require(run.status <= 1, "\(run)")
      }
      let run = try Self.run(example, in: folder)
      let reservation = Self.reservations.first { example.text.hasPrefix($0.key) }?.value
      // A watch that lost its reader ends as by SIGPIPE.
      let statuses: [Int32] = example.text.contains("--watch") ? [0, 141] : reservation == nil ? [0] : [1]
      #expect(statuses.contains(run.status), "\(example.testDescription): \(run)")
      #expect(reservation.map(run.errorText.contains) ?? (run.errorText == ""), "\(example.testDescription): \(run)")
      if example.text.contains("./embed") { _ = try Recipe.run("epi-index --join recordings:recordingId --store title -o notes.epi rows.ndjson", in: folder) }
    }
  }

  @Test func `the examples say what the pages say of them`() throws {
    let folder = try Self.makeFolder()
    func output(_ page: String, _ start: String) throws -> [String] {
      let example = try #require(try Self.examples(of: page).first { $0.text.contains(start) }, "no example with '\(start)'")
      return try Self.run(example, in: folder).lines
    }
    #expect(try output("man/epi-updates.5", "--dump") == [#"{"m":{"a":1}}"#])
    #expect(try output("man/epi-materialize.1", "numbers.db") == ["a|1.0", "b|2.5"])
    #expect(try output("man/epi-materialize.1", "t.db") == ["t.db: t: 1 row: ok", "one fish"])
    #expect(try output("man/epi-sql.7", "vector8") == ["[1,1.99608,3]"])
    #expect(try output("man/epi-sql.7", "import sqlite3") == ["5.0"])
    #expect(try output("man/epi-sql.7", "near=notes.epi").first == #"{"title":"voice part","distance":0.591}"#)
    #expect(try output("man/epi-ydecode.1", "jq -r .title").count == 387)
  }

  @Test func `the update that is shown byte by byte is the one that is decoded`() throws {
    let examples = try Self.examples(of: "man/epi-updates.5")
    let digits = examples[0].text.split(separator: "\n").flatMap { line in
      // Bytes stand in front of a gap of three spaces or more.
      (line.components(separatedBy: "   ").first ?? "").split(separator: " ")
    }
    #expect(digits.joined() == "010101002801016d0161017d0100")
    #expect(examples.dropFirst().allSatisfy { $0.text.contains(digits.joined()) })
  }

  @Test func `the stream that is shown is one`() throws {
    try withTemporaryFolder { folder in
      let example = try #require(try Self.examples(of: "man/epi-rows.5").first)
      let run = try ToolRunner.materialize.run("--require-end", "-o", folder.file("out.db"), input: example.text)
      #expect(run.status == 0, "\(run)")
      let rows = try ToolRunner.program("sqlite3").run(folder.file("out.db"), "SELECT id, quote(title) FROM recordings")
      #expect(rows.text == "rec1|'Hello'\nrec2|NULL\n")
    }
  }
}
