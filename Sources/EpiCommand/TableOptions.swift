package import ArgumentParser

/// Which tables: understood by every tool that reads or prints rows.
package struct TableOptions: ParsableArguments {
  @Option(name: .customLong("table"), help: ArgumentHelp("Only tables that match, like rec* or [!_]*; repeatable.", valueName: "glob"))
  package var tables: [String] = []

  @Option(name: .customLong("exclude"), help: ArgumentHelp("Leave out tables that match; repeatable.", valueName: "glob"))
  package var exclude: [String] = []

  package init() {}
}
