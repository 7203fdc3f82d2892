package import ArgumentParser

/// How a tool that reads rows reads them.
package struct RowInputOptions: ParsableArguments {
  @OptionGroup package var selected: TableOptions

  @Option(
    name: .customLong("schema"),
    help: ArgumentHelp("Definitions of tables; they count before those in the rows.", valueName: "file"), completion: .file())
  package var schema: String?

  @Flag(name: .customLong("no-validate"), help: "Do not check rows against their schema.")
  package var noValidate = false

  @Option(
    name: .customLong("on-error"),
    help: ArgumentHelp("At a line that cannot be read, or a row that does not fit: stop or skip; default: stop at the first, skip the second.", valueName: "action"))
  package var onError: ErrorAction?

  @Option(
    name: .customLong("rejects"),
    help: ArgumentHelp("Where rows that are left out go, with the reasons.", valueName: "file"), completion: .file())
  package var rejects: String?

  @Flag(name: .customLong("require-end"), help: "Refuse inputs that do not close with an end line.")
  package var requireEnd = false

  package init() {}

  /// What to do about rows that were left out.
  package var rejectsHint: String {
    (rejects == nil ? "--rejects FILE keeps them with the reasons; " : "'\(rejects ?? "")' has them with the reasons; ") + "--no-validate takes them as they are"
  }

  /// Refuses an output, a file of rejects and a report that are read too, or are the same.
  package func refuse(output: String, report: String?, _ operands: InputOperands) throws(ToolFailure) {
    var files = [("output", output)]
    for (name, path) in [("rejects", rejects), ("report", report)] {
      guard let path else { continue }
      if let other = files.first(where: { $0.1 == path }) {
        throw ToolFailure(.usage, at: path, "the \(other.0) and the \(name) are the same file")
      }
      files.append((name, path))
    }
    for (_, path) in files { try operands.refuse(output: path, asOneOf: schema) }
  }

  package func validate() throws {
    guard rejects == nil || onError != .stop else { throw ValidationError("--rejects takes what is left out; with --on-error=stop nothing is") }
  }
}

/// What to do at what is wrong in an input.
package enum ErrorAction: String, NamedChoice {
  case stop
  case skip
}
