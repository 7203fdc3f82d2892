import EpiTestSupport
import Foundation
import Testing

@testable import EpiSQLite

/// Rows of real workspaces, materialized and read back with sqlite3(1).
struct FixtureRowsTests {
  private static let names = ["cell-kinds", "concurrent-5", "odd-names", "plain", "rich-cells"]

  private struct Workspace {
    /// The fixture's own lines.
    let lines: String
    /// The same, parsed.
    let rows: [[String: Any]]
    /// By table, by field.
    let schema: [String: [String: [String: Any]]]

    init(_ name: String) throws {
      lines = try Fixtures.text("rows/\(name).rows.ndjson")
      rows = try lines.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      let file = try JSONSerialization.jsonObject(with: Data(Fixtures.bytes("rows/\(name).schema.json"))) as? [String: Any]
      let tables = file?["tables"] as? [String: [String: Any]] ?? [:]
      schema = tables.compactMapValues { $0["fields"] as? [String: [String: Any]] }
    }

    /// The whole stream as epi-ydecode writes it: schemas before the rows.
    func stream() throws -> String {
      var text = #"{"epi":1,"begin":{"mode":"snapshot"}}"# + "\n"
      for (table, fields) in schema.sorted(by: { $0.key < $1.key }) {
        let list = fields.sorted { $0.key < $1.key }.map { $0.value.merging(["id": $0.key]) { $1 } }
        let line = try JSONSerialization.data(withJSONObject: ["epi": 1, "table": table, "fields": list])
        text += String(decoding: line, as: UTF8.self) + "\n"
      }
      return text + lines + #"{"epi":1,"end":{"rows":\#(rows.count),"tables":\#(schema.count),"pending":0}}"# + "\n"
    }
  }

  /// Whether a column's value says what the row's value says.
  private func agree(_ stored: Any?, _ given: Any) -> Bool {
    guard let stored, !(stored is NSNull) else { return given is NSNull }
    if let text = stored as? String {
      if let given = given as? String, given == text { return true }
      let value = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
      return (value as? NSObject)?.isEqual(given) == true
    }
    // Numbers, and booleans as 1 and 0. sqlite3 prints 20 digits, which Foundation reads as a decimal number and rounds badly.
    guard let stored = stored as? NSNumber, let given = given as? NSNumber else { return false }
    return Double(stored.stringValue) == Double(given.stringValue)
  }

  private func expectRows(of workspace: Workspace, in judge: Judge, at location: SourceLocation = #_sourceLocation) throws {
    for (table, rows) in Dictionary(grouping: workspace.rows, by: { $0["table"] as? String ?? "" }) {
      // "B" and "b" are one name to SQLite.
      let name = table == "b" ? "b_2" : table
      let stored = try judge.rows("SELECT * FROM \"\(name)\" ORDER BY id")
      #expect(stored.count == rows.count, sourceLocation: location)
      for (given, found) in zip(rows, stored) {
        #expect(found["id"] as? String == given["id"] as? String, sourceLocation: location)
        let fields = try #require(given["row"] as? [String: Any])
        for (field, value) in fields where field != "id" {
          #expect(agree(found[field], value), "\(table)/\(field): \(found[field] ?? "nothing") is not \(value)", sourceLocation: location)
        }
        for (field, value) in found where field != "id" && fields[field] == nil {
          let absent = workspace.schema[table]?[field]?["default"] ?? NSNull()
          #expect(agree(value, absent), "\(table)/\(field): \(value) instead of \(absent)", sourceLocation: location)
        }
      }
    }
  }

  @Test(arguments: names)
  func `rows with their schema read back equal, misfits and all`(name: String) throws {
    try withTemporaryFolder { folder in
      let workspace = try Workspace(name)
      let judge = Judge(folder.file("out.db"))
      let run = try MaterializerRun(try workspace.stream(), to: judge.path)
      #expect(run.summary == MaterializerSummary(rows: workspace.rows.count, tables: workspace.schema.count, duplicates: 0))
      #expect(run.warnings.isEmpty == (name == "plain"), "\(run.messages)")
      #expect(judge.isSound)
      try expectRows(of: workspace, in: judge)
    }
  }

  @Test(arguments: names)
  func `rows without a schema read back equal`(name: String) throws {
    try withTemporaryFolder { folder in
      let workspace = try Workspace(name)
      let judge = Judge(folder.file("out.db"))
      let run = try MaterializerRun(workspace.lines, to: judge.path)
      #expect(run.summary.rows == workspace.rows.count)
      #expect(judge.isSound)
      for row in workspace.rows {
        let table = row["table"] as? String == "b" ? "b_2" : row["table"] as? String ?? ""
        let id = (row["id"] as? String ?? "").replacing("'", with: "''")
        let found = try #require(try judge.rows("SELECT * FROM \"\(table)\" WHERE id = '\(id)'").first)
        for (field, value) in try #require(row["row"] as? [String: Any]) where field != "id" {
          #expect(agree(found[field], value), "\(table)/\(field): \(found[field] ?? "nothing") is not \(value)")
        }
      }
    }
  }

  @Test func `a workspace without rows has its tables all the same`() throws {
    try withTemporaryFolder { folder in
      let judge = Judge(folder.file("out.db"))
      let run = try MaterializerRun(try Workspace("no-rows").stream(), to: judge.path)
      #expect(run.summary == MaterializerSummary(rows: 0, tables: 2, duplicates: 0))
      #expect(try judge.text("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") == "_epi\nembeddings\nrecordings")
    }
  }

  @Test(arguments: [1, 7, 100])
  func `how the input is cut into pieces does not show`(pieceSize: Int) throws {
    try withTemporaryFolder { folder in
      let stream = try Workspace("concurrent-5").stream()
      _ = try MaterializerRun(stream, to: folder.file("whole.db"))
      _ = try MaterializerRun(stream, to: folder.file("pieces.db"), pieceSize: pieceSize)
      #expect(try folder.bytes("whole.db") == folder.bytes("pieces.db"))
    }
  }
}
