import EpiBytes
import EpiRows
import EpiTestSupport
import Foundation

@testable import EpiSQLite

/// One run of the materializer over texts, as the tool runs it over files.
struct MaterializerRun {
  var summary: MaterializerSummary
  var warnings: [MaterializerWarning]

  /// - Parameters:
  ///   - inputs: texts of row streams; the first is called `input0`.
  ///   - pieceSize: bytes that the reader gets at a time.
  init(
    _ inputs: String..., to path: String, table: String? = nil, keep: KeepPolicy = .last, requiresEnd: Bool = false,
    busyTimeout: Int = 0, replacing: Bool = false, pieceSize: Int = 1 << 16, _ configure: (inout MaterializerOptions) -> Void = { _ in }
  ) throws {
    var options = MaterializerOptions()
    options.keep = keep
    options.busyTimeout = busyTimeout
    options.tool = "tests"
    configure(&options)
    let log = WarningLog()
    var materializer = try Materializer(options, to: path, replacing: replacing) { log.warnings.append($0) }
    // Rows that do not fit their schema are let through: the columns give way.
    var intake = RowIntake(IntakePolicy(selection: TableSelection(tables: table.map { [$0] } ?? []), checksRows: false, requiresEnd: requiresEnd))
    for (index, text) in inputs.enumerated() {
      let name = "input\(index)"
      materializer.beginInput(name)
      var rest = Array(text.utf8)[...]
      try intake.read(
        name,
        filledBy: { (buffer) throws(MaterializerError) in
          buffer.append(Array(rest.prefix(pieceSize)))
          rest = rest.dropFirst(pieceSize)
          return !rest.isEmpty
        }, failure: { .row($0) }
      ) { (item, reader) throws(MaterializerError) in
        if case .event(let event) = item { try materializer.add(event, from: reader) }
      }
    }
    summary = try materializer.finish()
    warnings = log.warnings
  }

  private final class WarningLog {
    var warnings: [MaterializerWarning] = []
  }

  var messages: [String] { warnings.map(\.message) }
}

/// What sqlite3(1) says about a database.
struct Judge {
  let path: String

  init(_ path: String) { self.path = path }

  struct Refusal: Error, CustomStringConvertible {
    var description: String
  }

  /// Output of a statement or dot command, without the last newline.
  func text(_ command: String) throws -> String {
    let run = try ToolRunner.program("sqlite3").run("-batch", path, command)
    guard run.status == 0, run.errors.isEmpty else { throw Refusal(description: "\(run)") }
    return run.text.hasSuffix("\n") ? String(run.text.dropLast()) : run.text
  }

  /// Rows of a query, as objects.
  func rows(_ sql: String) throws -> [[String: Any]] {
    let run = try ToolRunner.program("sqlite3").run("-batch", "-json", path, sql)
    guard run.status == 0 else { throw Refusal(description: "\(run)") }
    guard !run.output.isEmpty else { return [] }
    return try JSONSerialization.jsonObject(with: Data(run.output)) as? [[String: Any]] ?? []
  }

  /// The statement that made a table.
  func schema(of table: String) throws -> String {
    try text("SELECT sql FROM sqlite_schema WHERE name = '\(table.replacing("'", with: "''"))'")
  }

  /// The columns of a table, as `name TYPE`.
  func columns(of table: String) throws -> [String] {
    try text("SELECT trim(name || ' ' || type) FROM pragma_table_info('\(table)')").split(separator: "\n").map(String.init)
  }

  var isSound: Bool { (try? text("PRAGMA integrity_check")) == "ok" }
}
