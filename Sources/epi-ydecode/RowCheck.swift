internal import EpiCommand
internal import EpiRows

/// `--validate`: what becomes of rows that do not fit the schema.
struct RowCheck: ~Copyable {
  private var schema = WorkspaceSchema()
  private let stops: Bool
  private var rejected: RejectedLines
  private var log = FaultLog()
  private(set) var diagnostics: Diagnostics

  /// - Parameters:
  ///   - stops: the first row that does not fit ends the work.
  ///   - rejects: the file for rows that are left out.
  init(stops: Bool, rejects: String?, diagnostics: Diagnostics) throws(ToolFailure) {
    self.stops = stops
    self.diagnostics = diagnostics
    rejected = try RejectedLines(path: rejects)
  }

  /// Takes in what is known of tables. Tells of keywords that are not checked, and whether there is anything to check at all.
  /// - Parameter isEmpty: there is nothing to be checked, whatever the schema.
  /// - Returns: what to check by.
  mutating func define(_ schema: WorkspaceSchema, of input: String, isEmpty: Bool) -> WorkspaceSchema {
    self.schema = schema
    if checksNothing, !isEmpty {
      diagnostics.warn(
        kind: "schema", at: input, "nothing can be validated: neither the document nor a file defines a table",
        hint: "name a file with --schema; --print-schema prints one to begin with")
    }
    for remark in RowFilter(schema, file: input).remarks { diagnostics.warn(kind: "schema", at: input, remark) }
    return schema
  }

  var checksNothing: Bool { schema.tables.isEmpty && schema.settings.isEmpty }

  mutating func reject(_ rows: [RejectedRow]) throws(ToolFailure) {
    for row in rows {
      guard !stops else { throw ToolFailure(.malformedInput, at: row.place, row.message) }
      var row = row
      log.note(&row)
      try rejected.add(at: row.place, row.message, isTold: row.isFirstOfItsKind, &diagnostics) { row.appendLine(to: &$0) }
    }
  }

  /// Completes the file of rejects and tells how many there are.
  /// - Returns: how many rows were left out.
  consuming func finish(_ diagnostics: inout Diagnostics, hasFile: Bool) throws(ToolFailure) -> Int {
    let count = rejected.count
    diagnostics = self.diagnostics
    for line in log.summary {
      diagnostics.warn(kind: "invalid rows", line, hint: hasFile ? nil : "--rejects FILE keeps them with the reasons")
    }
    try rejected.commit()
    return count
  }
}
