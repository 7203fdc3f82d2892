internal import ArgumentParser
internal import EpiCommand

/// Printing what has changed instead of everything.
struct ChangeOptions: ParsableArguments {
  @Flag(name: .customLong("watch"), help: "Stay: print all rows, then what changes whenever the files do.")
  var watch = false

  @Option(name: .customLong("debounce"), help: ArgumentHelp("With --watch: wait until the files have been quiet for so long.", valueName: "ms"))
  var debounce = 100

  @Option(name: .customLong("settle"), help: ArgumentHelp("With --watch: tell of a file that cannot be read only after so long.", valueName: "ms"))
  var settle = 2000

  @Option(
    name: .customLong("since"),
    help: ArgumentHelp("Print what has changed since the run that wrote the file, then write it anew.", valueName: "file"), completion: .file())
  var since: String?
}

extension ChangeOptions {
  /// Changes are quiet at last after so many times `debounce`.
  static let longestDebounce = 10

  /// - Parameter rows: what else is asked for.
  func check(files: [String], rows: RowOptions, other: String?) throws(ToolFailure) {
    let own = watch ? "--watch" : since != nil ? "--since" : nil
    guard let own else {
      if debounce != 100 || settle != 2000 { throw ToolFailure(.usage, "--debounce and --settle need --watch") }
      return
    }
    if watch, since != nil { throw ToolFailure(.usage, "--watch knows itself what it has printed; it does not go with --since") }
    if let other { throw ToolFailure(.usage, "\(own) is for rows, and \(other) prints none") }
    if rows.printSchema { throw ToolFailure(.usage, "\(own) is for rows, and --print-schema prints none") }
    if rows.bare { throw ToolFailure(.usage, "\(own) prints a stream, and --bare rows without one") }
    if debounce < 0 || settle < 0 { throw ToolFailure(.usage, "--debounce and --settle are milliseconds from 0 on") }
    if watch, files.isEmpty || files.contains("-") {
      throw ToolFailure(.usage, "--watch needs files; standard input cannot be watched")
    }
    if since == "-" { throw ToolFailure(.usage, "--since needs a file; standard output has the rows") }
  }
}
