internal import ArgumentParser
internal import EpiCommand
internal import EpiRows
internal import EpiWorkspace
internal import EpiYjs

/// Where rows lie in the document, which of them are printed how, and what they have to fit.
struct RowOptions: ParsableArguments {
  @Option(
    name: .customLong("layout"),
    help: ArgumentHelp("How tables lie in the document (default: auto), or path=PATH to its rows (repeatable).", valueName: "layout"))
  var layout: [LayoutOption] = []

  @OptionGroup var selected: TableOptions

  @Flag(name: .customLong("bare"), help: "Print the objects of one table only, without frame.")
  var bare = false

  @Flag(name: .customLong("kv"), help: "Print the settings only; with --bare as one object.")
  var kv = false

  @Option(
    name: .customLong("schema"),
    help: ArgumentHelp("Definitions of tables and settings; they count before the document's.", valueName: "file"), completion: .file())
  var schema: String?

  @Flag(name: .customLong("print-schema"), help: "Print the schema of all tables instead of rows; what nobody defined is inferred from them.")
  var printSchema = false

  @Flag(name: .customLong("validate"), help: "Leave out rows that do not fit their schema, and fill in defaults.")
  var validate = false

  @Option(name: .customLong("on-error"), help: ArgumentHelp("With --validate, at a row that does not fit: stop or skip.", valueName: "action"))
  var onError: ErrorAction = .skip

  @Option(
    name: .customLong("rejects"),
    help: ArgumentHelp("With --validate: where rows that are left out go, with the reasons.", valueName: "file"), completion: .file())
  var rejects: String?
}

/// The argument of `--layout`.
enum LayoutOption: ExpressibleByArgument {
  case known(LayoutChoice)
  case path(String)

  private static let pathMark = "path="
  private static let knownLayouts = LayoutChoice.allCases.filter { $0 != .path }

  init?(argument: String) {
    if argument.hasPrefix(Self.pathMark) {
      self = .path(String(argument.dropFirst(Self.pathMark.count)))
    } else if let layout = Self.knownLayouts.first(where: { $0.rawValue == argument }) {
      self = .known(layout)
    } else {
      return nil
    }
  }

  static let allValueStrings = knownLayouts.map(\.rawValue) + ["path=PATH"]
}

extension RowOptions {
  /// The layout, and the paths of the layout `path`: the last one that is named counts, and of paths all behind it.
  var chosenLayout: (layout: LayoutChoice, paths: [RowPath]) {
    get throws(ToolFailure) {
      var layout = LayoutChoice.auto
      var paths: [RowPath] = []
      for option in self.layout {
        switch option {
        case .known(let known):
          layout = known
          paths = []
        case .path(let text):
          layout = .path
          do {
            paths.append(try RowPath(text))
          } catch {
            throw ToolFailure(.usage, "--layout: \(error.message)", hint: error.hint)
          }
        }
      }
      return (layout, paths)
    }
  }

  var form: RowForm { bare ? (kv ? .settingsObject : .bare) : .stream }

  /// - Parameter other: the option that prints something else than rows, if there is one.
  func check(other: String?) throws(ToolFailure) {
    _ = try chosenLayout
    let own = [
      ("--bare", bare), ("--kv", kv), ("--table", !selected.tables.isEmpty), ("--exclude", !selected.exclude.isEmpty),
      ("--schema", schema != nil), ("--print-schema", printSchema), ("--validate", validate),
    ]
    if let other, let (option, _) = own.first(where: \.1) {
      throw ToolFailure(.usage, "\(option) is for rows, and \(other) prints none")
    }
    if kv, !selected.tables.isEmpty || !selected.exclude.isEmpty {
      throw ToolFailure(.usage, "--kv prints no table, and \(selected.tables.isEmpty ? "--exclude" : "--table") chooses among them")
    }
    if printSchema, validate { throw ToolFailure(.usage, "--print-schema prints no rows; it does not go with --validate") }
    if printSchema, bare { throw ToolFailure(.usage, "--bare is for rows, and --print-schema prints none") }
    if validate, bare { throw ToolFailure(.usage, "--validate checks the row stream; it does not go with --bare") }
    if !validate, rejects != nil || onError == .stop { throw ToolFailure(.usage, "--rejects and --on-error need --validate") }
    if onError == .stop, rejects != nil { throw ToolFailure(.usage, "--rejects takes what is left out; with --on-error=stop nothing is") }
    if rejects == "-" { throw ToolFailure(.usage, "--rejects needs a file; standard output has the rows") }
  }

  /// What checks the rows; nil when they are printed as they are.
  func check(diagnostics: Diagnostics) throws(ToolFailure) -> RowCheck? {
    guard validate else { return nil }
    return try RowCheck(stops: onError == .stop, rejects: rejects, diagnostics: diagnostics)
  }

  /// What the file after `--schema` defines.
  private var definitions: WorkspaceSchema? {
    get throws(ToolFailure) {
      guard let path = schema else { return nil }
      return try InputOperands.read(path, limit: WorkspaceSchema.maximumSize, WorkspaceSchema.init(reading:)) { (error: RowError) in
        ToolFailure(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
      }
    }
  }

  /// Finds the rows that are to be printed, and puts definitions from a file in the place of the document's.
  func workspace(
    of document: inout Document, _ bytes: Span<UInt8>, from place: String, _ diagnostics: inout Diagnostics
  ) throws(ToolFailure) -> Workspace {
    let (layout, paths) = try chosenLayout
    let definitions = try definitions
    var workspace: Workspace
    do {
      workspace = try Workspace(&document, layout: layout, paths: paths, bytes, workers: Processors())
    } catch {
      throw ToolFailure(.malformedInput, at: place, error.message, hint: error.hint)
    }
    for warning in workspace.warnings { diagnostics.warn(kind: "document", at: place, warning) }
    if let definitions { workspace.define(definitions, &document) }
    if kv {
      workspace.keepSettings()
      return workspace
    }
    var selection = TableSelection(tables: selected.tables, exclude: selected.exclude)
    workspace.keep(&selection, of: document)
    for warning in selection.warnings { diagnostics.warn(kind: "table", at: place, warning) }
    if bare {
      let names = workspace.tableNames(document)
      guard names.count <= 1 else {
        let list = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        throw ToolFailure(
          .usage, at: place, "--bare prints one table, and here are \(names.count): \(list)", hint: "choose one with --table")
      }
    }
    return workspace
  }
}
