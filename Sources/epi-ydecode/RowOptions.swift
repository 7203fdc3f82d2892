internal import ArgumentParser
internal import EpiCommand
internal import EpiRows
internal import EpiWorkspace
internal import EpiYjs

/// Where rows lie in the document, and which of them are printed how.
struct RowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How tables lie in the document (default: auto), or path=PATH to its rows (repeatable).", valueName: "layout"))
  var layout: [LayoutOption] = []

  @OptionGroup var selected: TableOptions

  @Flag(help: "Print the objects of one table only, without frame.")
  var bare = false

  @Flag(help: "Print the settings only; with --bare as one object.")
  var kv = false
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
    let own = [("--bare", bare), ("--kv", kv), ("--table", !selected.tables.isEmpty), ("--exclude", !selected.exclude.isEmpty)]
    if let other, let (option, _) = own.first(where: \.1) {
      throw ToolFailure(.usage, "\(option) is for rows, and \(other) prints none")
    }
    if kv, !selected.tables.isEmpty || !selected.exclude.isEmpty {
      throw ToolFailure(.usage, "--kv prints no table, and \(selected.tables.isEmpty ? "--exclude" : "--table") chooses among them")
    }
  }

  /// Finds the rows that are to be printed.
  func workspace(
    of document: inout Document, _ bytes: Span<UInt8>, from place: String, _ diagnostics: inout Diagnostics
  ) throws(ToolFailure) -> Workspace {
    let (layout, paths) = try chosenLayout
    var workspace: Workspace
    do {
      workspace = try Workspace(&document, layout: layout, paths: paths, bytes)
    } catch {
      throw ToolFailure(.malformedInput, at: place, error.message, hint: error.hint)
    }
    for warning in workspace.warnings { diagnostics.warn(kind: "document", at: place, warning) }
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
