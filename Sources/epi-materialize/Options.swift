internal import ArgumentParser
internal import EpiCommand
internal import EpiRows
internal import EpiSQLite

struct MaterializeCommand: Tool {
  static let toolName = "epi-materialize"

  static var versionDetails: [String] {
    ["reads epi-rows \(RowReader.version)", "writes SQLite databases with SQLite \(Database.sqliteVersion)"]
  }

  static let configuration = CommandConfiguration(
    commandName: toolName,
    abstract: "Write rows to the tables of a SQLite database.",
    usage: "epi-materialize [<options>] -o <file> [<rows> ...]",
    discussion: """
      Reads row streams (epi-rows(5)) from files or standard input. A new database
      appears whole or not at all; in an existing one the tables of the rows are
      made anew, in one transaction, and all other tables stay.

      EXAMPLES:
        epi-ydecode notes.yjs | epi-materialize -o notes.db
        jq -c '.posts[]' posts.json | epi-materialize --table posts -o posts.db

      EXIT STATUS:
        0   written
        1   written, without rows that do not fit their schema; warnings say which
        64  wrong use
        65  the rows are malformed, cut or missing; nothing was written
        66  an input cannot be opened
        73  the database cannot be created, or the file is no database
        74  reading or writing failed
        75  the database is locked; try again later
        77  not permitted

      Manual: man epi-materialize
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The database to write.", valueName: "file"))
  var output: String

  @Option(name: .long, help: ArgumentHelp("Which of rows with equal table and id stays.", valueName: "which"))
  var keep = KeepPolicy.last

  @Option(
    name: .long, help: ArgumentHelp("How long to wait for a locked database, in milliseconds.", valueName: "ms"))
  var busyTimeout = 5000

  @OptionGroup var rows: RowInputOptions

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("Row streams; - or none is standard input.", valueName: "rows"))
  var inputs: [String] = []

  func validate() throws {
    guard busyTimeout >= 0, busyTimeout <= Int(Int32.max) else {
      throw ValidationError("'--busy-timeout' is \(busyTimeout), not from 0 to \(Int32.max)")
    }
    guard output != "-" else {
      throw ValidationError("a database cannot be written to standard output; name a file with -o FILE")
    }
  }
}

extension KeepPolicy: ExpressibleByArgument {}
