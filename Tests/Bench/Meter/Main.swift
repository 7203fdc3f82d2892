import Glibc

/// The meter of Tests/bench.sh.
///
///     epi-bench race RUNS OUTPUT COMMAND… [-- COMMAND…]…
///
/// runs the commands in turn, RUNS times each after one run that does not count, with standard output to the file OUTPUT. Prints a
/// line for each command: median of the seconds from start to end, least seconds, and peak memory in MB (1,048,576 bytes).
///
///     epi-bench rows RUNS FILE
///
/// reads a row stream RUNS times. Prints rows, fields, size in MB (1,000,000 bytes), and MB a second of processor time: median and best.
///
///     epi-bench filters RUNS INDEX QUERIES
///
/// searches a snapshot for the first queries of a file among shares of its rows. Prints a line for each share, and for queries one by
/// one and together: share, queries together, the plan that is chosen, microseconds a query by it, by a scan and by the graph, how many
/// times as long it takes as the better plan, and the share of the exact answer that it finds.
///
///     epi-bench search RUNS INDEX QUERIES
///
/// searches the graph of a snapshot for the queries of a file. Prints a line for each width of the beam: the width, the share of the ten
/// nearest rows that is found, and microseconds of processor time a query on one thread, median and least.
///
///     epi-bench scan RUNS INDEX QUERIES
///
/// measures all rows of a snapshot without a graph. Prints a line for queries one by one and one for all together: queries together,
/// microseconds a query to read the vectors and do no more, to measure each, and with the first pass by bytes; the share of the bandwidth
/// of plain reading that measuring reaches, how many times as fast the first pass makes it, and queries whose ten nearest are not the same.
@main
enum Main {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 3, let runs = Int(arguments[1]), runs > 0 else {
      fail("usage: epi-bench race RUNS OUTPUT COMMAND... [-- COMMAND...]... | rows RUNS FILE | filters RUNS INDEX QUERIES | search RUNS INDEX QUERIES | scan RUNS INDEX QUERIES", status: 64)
    }
    do {
      switch (arguments[0], arguments.count) {
      case ("race", 4...): try race(arguments[3...].split(separator: "--").map(Array.init), runs: runs, output: arguments[2])
      case ("rows", 3): try readRows(arguments[2], runs: runs)
      case ("filters", 4): try searchFiltered(arguments[2], queries: arguments[3], runs: runs)
      case ("search", 4): try searchGraph(arguments[2], queries: arguments[3], runs: runs)
      case ("scan", 4): try scan(arguments[2], queries: arguments[3], runs: runs)
      default: fail("unknown measure '\(arguments[0])'", status: 64)
      }
    } catch let failure as ChildCost.Failure {
      fail(failure.message, status: 1)
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private static func race(_ commands: [[String]], runs: Int, output: String) throws(ChildCost.Failure) {
    var costs = commands.map { _ in [ChildCost]() }
    for run in 0...runs {
      for (index, command) in commands.enumerated() {
        let cost = try ChildCost.measure(command, output: output)
        if run > 0 { costs[index].append(cost) }
      }
    }
    for cost in costs {
      let seconds = cost.map(\.seconds)
      print(fixed(median(seconds), 4), fixed(seconds.min() ?? 0, 4), fixed(Double(cost.map(\.peak).max() ?? 0) / 1_048_576, 1))
    }
  }

  private static func readRows(_ path: String, runs: Int) throws {
    let result = try RowReading.measure(path, runs: runs)
    let megabytes = Double(result.bytes) / 1e6
    print(
      result.rows, result.fields, fixed(megabytes, 1), fixed(megabytes / median(result.seconds), 0),
      fixed(megabytes / (result.seconds.min() ?? .nan), 0))
  }

  private static func searchFiltered(_ index: String, queries: String, runs: Int) throws {
    for result in try FilterPlans.measure(index, queries: queries, runs: runs) {
      print(
        fixed(result.share, 3), result.together, result.plan.name.replacing(" ", with: "-"), fixed(result.chosen, 1), fixed(result.scan, 1),
        fixed(result.graph, 1), fixed(result.loss, 2), fixed(result.recall, 4))
    }
  }

  private static func searchGraph(_ index: String, queries: String, runs: Int) throws {
    for result in try SearchRate.measure(index, queries: queries, runs: runs) {
      print(result.beam, fixed(result.recall, 4), fixed(result.typical, 1), fixed(result.least, 1))
    }
  }

  private static func scan(_ index: String, queries: String, runs: Int) throws {
    for result in try ScanRate.measure(index, queries: queries, runs: runs) {
      print(
        result.together, fixed(result.reading, 1), fixed(result.measuring, 1), fixed(result.coarse, 1), fixed(result.bandwidth, 2),
        fixed(result.measuring / result.coarse, 2), result.different)
    }
  }

  /// With `places` digits behind the point.
  private static func fixed(_ value: Double, _ places: Int) -> String {
    let scale = (0..<places).reduce(1) { product, _ in product * 10 }
    let units = Int((value * Double(scale)).rounded())
    guard places > 0 else { return "\(units)" }
    let fraction = String(units % scale)
    return "\(units / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  private static func fail(_ message: String, status: Int32) -> Never {
    let line = Array("epi-bench: \(message)\n".utf8)
    write(STDERR_FILENO, line, line.count)
    exit(status)
  }
}
