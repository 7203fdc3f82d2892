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
    usage: """
      epi-materialize [<options>] -o <file> [<rows> ...]
      epi-materialize [<options>] --sql <engine> [-o <file>] [<rows> ...]
      epi-materialize --check <file>
      """,
    discussion: """
      Reads row streams (epi-rows(5)) from files or standard input. A new database
      appears whole or not at all; in an existing one the tables of the rows are
      made anew, in one transaction, and all other tables stay. Each batch of a
      stream of changes is a transaction of its own.

      EXAMPLES:
        epi-ydecode notes.yjs | epi-materialize -o notes.db
        jq -c '.posts[]' posts.json | epi-materialize --table posts -o posts.db

      EXIT STATUS:
        0   written
        1   written, without rows that do not fit their schema; warnings say which;
            or --check found a fault
        64  wrong use
        65  the rows are malformed, cut or missing; nothing was written
        66  an input cannot be opened
        73  the database cannot be created, or the file is no database
        74  reading or writing failed
        75  the database is locked; try again later
        77  not permitted

      Manual: man epi-materialize
      """)

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The database to write; with --sql the script.", valueName: "file"), completion: .file())
  var output: String?

  @OptionGroup(title: "Tables") var tables: DatabaseOptions

  @OptionGroup(title: "Writing") var writing: WritingOptions

  @Option(name: .customLong("check"), help: ArgumentHelp("Compare a database with what it says of itself.", valueName: "file"), completion: .file())
  var check: String?

  @OptionGroup var rows: RowInputOptions

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("Row streams; - or none is standard input.", valueName: "rows"), completion: .file())
  var inputs: [String] = []

  func validate() throws {
    guard check == nil || output == nil && inputs.isEmpty else { throw ValidationError("--check takes no -o and no rows") }
    guard check != nil || writing.sql != nil || output != nil else { throw ValidationError("no output; name a file with -o FILE") }
    guard !writing.pgvector || writing.sql == .postgres else { throw ValidationError("--pgvector is for --sql=postgres") }
    guard writing.sql == nil || !writing.replace && !writing.ifChanged else { throw ValidationError("--sql writes no database to replace or leave alone") }
    guard output != "-" || writing.sql != nil else {
      throw ValidationError("a database cannot be written to standard output; name a file with -o FILE")
    }
  }
}

/// What the tables of the database are to be like.
struct DatabaseOptions: ParsableArguments {
  @Option(name: .customLong("type"), help: ArgumentHelp("The type of a field, whatever its schema says; repeatable.", valueName: "table.column=type"))
  var type: [TypeChoice] = []

  @Flag(name: .customLong("strict"), help: "Make STRICT tables.")
  var strict = false

  @Option(name: .customLong("index"), help: ArgumentHelp("Make an index; repeatable.", valueName: "table:column,..."))
  var index: [ColumnList] = []

  @Option(name: .customLong("fts"), help: ArgumentHelp("Make a full-text index (FTS5); repeatable.", valueName: "table:column,..."))
  var fts: [ColumnList] = []

  @Option(name: .customLong("vectors"), help: ArgumentHelp("Vectors as JSON text, as F32_BLOB(n), or left out.", valueName: "form"))
  var vectors: VectorPolicy?

  @Option(name: .customLong("kv"), help: ArgumentHelp("Write the settings to a table of this name.", valueName: "name"))
  var kv: String?

  @Option(name: .customLong("keep"), help: ArgumentHelp("Which of rows with equal table and id stays.", valueName: "which"))
  var keep = KeepPolicy.last
}

/// How the database is written.
struct WritingOptions: ParsableArguments {
  @Flag(name: .customLong("replace"), help: "Make a new file, with nothing of an existing one.")
  var replace = false

  @Flag(name: .customLong("if-changed"), help: "Leave a database alone that is of the same state.")
  var ifChanged = false

  @Option(name: .customLong("sql"), help: ArgumentHelp("Write a script for that engine in place of a database.", valueName: "engine"))
  var sql: SQLEngine?

  @Flag(name: .customLong("pgvector"), help: "Vectors for PostgreSQL's extension pgvector, not real[].")
  var pgvector = false

  @Option(
    name: .customLong("busy-timeout"), help: ArgumentHelp("How long to wait for a locked database, in milliseconds.", valueName: "ms"))
  var busyTimeout = 5000

  func validate() throws {
    guard busyTimeout >= 0, busyTimeout <= Int(Int32.max) else {
      throw ValidationError("'--busy-timeout' is \(busyTimeout), not from 0 to \(Int32.max)")
    }
  }
}

extension KeepPolicy: NamedChoice {}
extension VectorPolicy: NamedChoice {}
extension SQLEngine: NamedChoice {}

extension ColumnList: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension TypeChoice: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
