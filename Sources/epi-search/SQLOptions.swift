internal import ArgumentParser
internal import EpiCommand

/// Running SQL in place of answering queries.
struct SQLOptions: ParsableArguments {
  @Option(name: .customLong("sql"), help: ArgumentHelp("Run statements, on --db or in memory; no <index> is given then.", valueName: "sql"))
  var text: String?

  @Option(
    name: .customLong("sql-file"),
    help: ArgumentHelp("Run the statements of a file; - is standard input.", valueName: "file"), completion: .file())
  var file: String?

  @Flag(name: .customLong("write"), help: "Let statements write to --db and to files they attach.")
  var write = false

  @Option(
    name: .customLong("index"),
    help: ArgumentHelp("A snapshot that vector_top_k('<name>', …) searches; repeatable.", valueName: "name=file.epi"))
  var indexes: [Assignment] = []

  @Option(
    name: .customLong("param"),
    help: ArgumentHelp("A parameter's value; @<file> is the vector in a file; repeatable.", valueName: "name=value"))
  var parameters: [Assignment] = []

  @Flag(name: .customLong("arrays"), help: "Print each row as a JSON array.")
  var arrays = false

  @Flag(name: .customLong("statements"), help: "Print a line after each statement; go on after one that fails.")
  var statements = false

  var isGiven: Bool { text != nil || file != nil }

  func validate() throws {
    guard text == nil || file == nil else { throw ValidationError("--sql and --sql-file cannot both be given") }
    guard isGiven || !(write || arrays || statements || !indexes.isEmpty || !parameters.isEmpty) else {
      throw ValidationError("--write, --index, --param, --arrays and --statements go with --sql or --sql-file")
    }
  }
}

/// `NAME=VALUE`.
struct Assignment: ExpressibleByArgument {
  var name: String
  var value: String

  init?(argument: String) {
    guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")), equals != argument.startIndex else { return nil }
    name = String(argument[..<equals])
    value = String(argument[argument.utf8.index(after: equals)...])
  }
}

extension SearchCommand {
  /// What cannot go with SQL.
  func validateSQL() throws {
    guard index.isEmpty, inputs.isEmpty else {
      throw ValidationError("'\(index)' is no operand of --sql; name a snapshot with --index NAME=FILE")
    }
    guard filter.isEmpty, queries.like.isEmpty, queries.text.isEmpty, !queries.follow, output.fields == nil, output.join == nil,
      search.recall == nil, search.maxDistance == nil
    else { throw ValidationError("with --sql the statement says what is found; options that choose rows or queries cannot be given") }
    guard output.format != .ids else { throw ValidationError("--format=ids is for queries, not for --sql") }
    guard !sql.arrays || output.format == nil || output.format == .ndjson else { throw ValidationError("--arrays is a form of --format=ndjson") }
    guard !sql.statements || output.format == nil || output.format == .ndjson else {
      throw ValidationError("--statements is there for --format=ndjson")
    }
  }
}
