import EpiTestSupport
import Foundation
import Testing

/// rebuild.sh and all that calls it: cron, systemd, a continuous integration; and the Makefile.
struct RebuildRecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Recipe.copyDemo(to: folder)
  }

  private func run(_ script: String) throws -> ToolRun {
    try Recipe.run(script, in: folder) { $0.environment["INDEX"] = Recipe.index }
  }

  private func time(_ name: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: folder.file(name))[.modificationDate] as? Date
  }

  @Test func `a rebuild makes everything, and a second one leaves it alone`() throws {
    let first = try run("$E/rebuild.sh out notes.yjs")
    #expect(first.status == 0 && first.errorText == "" && first.text == "", "\(first)")
    let names = ["out/rows.ndjson", "out/notes.db", "out/notes.epi"]
    let times = try names.map(time)
    #expect(!times.contains(nil))
    // The same document, otherwise encoded.
    let second = try run("$E/rebuild.sh out notes.log.v2.bin && epi-materialize --check out/notes.db && epi-index --check out/notes.epi && jq .rows out/report.json")
    #expect(second.status == 0 && second.lines.last == "774", "\(second)")
    #expect(try names.map(time) == times)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted() == [".lock", "notes.db", "notes.epi", "report.json", "rows.ndjson"])
  }

  @Test func `a document that cannot be read leaves the results alone, one that lacks updates is told by the status`() throws {
    #expect(try run("$E/rebuild.sh out notes.yjs").status == 0)
    let before = try folder.bytes("out/notes.db")
    let broken = try run("head -c 1000 notes.yjs >broken.yjs; $E/rebuild.sh out broken.yjs")
    #expect(broken.status == 65 && broken.errorText.contains("broken.yjs@"), "\(broken)")
    #expect(try folder.bytes("out/notes.db") == before)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/rows.new")))
    // The log without its first update.
    let incomplete = try run(
      "\"$PYTHON\" $P/update_log.py epicenter notes.log.v2.bin log.db && YDECODE='--from-sqlite updates.data --where id>1' $E/rebuild.sh out log.db")
    #expect(incomplete.status == 1, "\(incomplete)")
    #expect(try folder.bytes("out/notes.db") != before)
  }

  @Test func `two rebuilds at a time are one`() throws {
    let run = try run("mkdir out; exec 8>out/.lock; flock 8; $E/rebuild.sh out notes.yjs 8>&-; echo $?; ls out")
    #expect(run.lines == ["0"], "\(run)")
  }

  @Test func `the line for cron is one, and runs`() throws {
    let line = try #require(try Fixtures.text("../../examples/rebuild.cron").split(separator: "\n").last.map(String.init))
    let words = line.split(separator: " ", maxSplits: 6).map(String.init)
    #expect(words.prefix(6) == ["*/5", "*", "*", "*", "*", "notes"])
    let command = words[6].replacing("/usr/local/share/doc/epi/examples", with: "$E").replacing("/srv/notes/notes.yjs", with: "notes.yjs").replacing("/srv/notes", with: "srv")
    let run = try run("unset INDEX; sh -c '\(command.replacing("'", with: "'\\''"))'; ls srv")
    #expect(run.lines == ["notes.db", "notes.epi", "report.json", "rows.ndjson"], "\(run)")
  }

  @Test func `systemd understands the units`() throws {
    let run = try run(
      """
      for unit in $E/systemd/*; do sed "s#/usr/local/share/doc/epi/examples#$E#" "$unit" >"$(basename "$unit")"; done
      ls epi-rebuild.*
      systemd-analyze verify --man=no ./epi-rebuild.path ./epi-rebuild.timer ./epi-rebuild.service
      """)
    #expect(run.status == 0 && run.errorText == "", "\(run)")
    #expect(run.lines == ["epi-rebuild.path", "epi-rebuild.service", "epi-rebuild.timer"])
    // What the service runs, run.
    let start = try #require(try folder.text("epi-rebuild.service").split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
    let command = start.dropFirst("ExecStart=".count).replacing("/var/lib/notes", with: "out").replacing("/srv/notes/", with: "")
    #expect(try self.run("\(command); ls out").lines == ["notes.db", "notes.epi", "report.json", "rows.ndjson"])
  }

  @Test func `make makes what is out of date`() throws {
    let make = "make -s -f $E/Makefile"
    let first = try run("unset INDEX; \(make) check && ls; \(make) -q && echo up to date")
    #expect(first.status == 0 && first.errorText == "", "\(first)")
    for line in ["notes.db: recordings: 387 rows: ok", "notes.epi", "notes.ndjson", "up to date"] { #expect(first.lines.contains(line), "\(first)") }
    let broken = try run("unset INDEX; \(make) clean; head -c 1000 notes.log.v2.bin >notes.yjs; \(make); echo $?; ls notes.*")
    #expect(broken.lines == ["2", "notes.log.v2.bin", "notes.yjs"], "\(broken)")
  }

  @Test func `the check for a CI notices rows that are gone`() throws {
    let first = try run("$E/ci/check.sh out notes.yjs && $E/ci/check.sh out notes.yjs")
    #expect(first.status == 0 && first.lines.contains("rows: 774") && first.lines.last == "rows: 774, last time 774", "\(first)")
    let fewer = try run("export INDEX=; YDECODE='--table embeddings' $E/ci/check.sh out notes.yjs; echo $?; LOSS=60 YDECODE='--table embeddings' $E/ci/check.sh out notes.yjs")
    #expect(fewer.lines.contains("1") && fewer.errorText.contains("check.sh: 387 of 774 rows are gone"), "\(fewer)")
    #expect(fewer.status == 0)
  }
}
