import EpiTestSupport
import Testing

/// What memory a new database takes does not depend on how many rows there are.
struct NewDatabaseMemoryTests {
  /// 400,000 rows, 123 MB: five times as much as is held in memory.
  private static let rows = """
    BEGIN {
      text = sprintf("%0240d", 7)
      for (i = 0; i < 400000; i++) {
        printf "{\\"table\\":\\"t\\",\\"id\\":\\"row_%08d\\",\\"row\\":{\\"number\\":%d,\\"text\\":\\"%s\\"}}\\n", down ? 400000 - i : i, i, text
      }
    }
    """

  @Test(arguments: ["0", "1"]) func `many rows take no more than 96 MB, in order or not`(down: String) throws {
    let folder = try TemporaryFolder()
    let (rows, database) = (folder.file("rows"), folder.file("out.db"))
    let made = try ToolRunner.program("awk").run("-v", "down=\(down)", Self.rows, configure: { $0.outputPath = rows })
    #expect(made.status == 0, "\(made)")
    // Into a new file, then in place.
    for _ in 0..<2 {
      let run = try ToolRunner.shell("epi-bench race 1 '\(folder.file("out"))' epi-materialize -q -o '\(database)' '\(rows)'")
      #expect(run.status == 0, "\(run)")
      let peak = try #require(run.lines.first?.split(separator: " ").last.flatMap { Double($0) })
      #expect(peak > 10 && peak < 96, "\(peak) MB")
    }
    #expect(try ToolRunner.shell("sqlite3 '\(database)' 'SELECT count(*), sum(number) FROM t'").text == "400000|79999800000\n")
  }
}
