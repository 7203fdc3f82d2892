internal import EpiSQLite
internal import EpiVectors

/// Keeps out of a table what cannot be in its index: temporary triggers, which are the connection's own, check each value that enters.
struct IndexGuard {
  let connection: Connection

  private static let function = "vector_index_check"

  /// `vector_index_check(value, type, dimensions)`, which the triggers call.
  static var checkFunction: ScalarFunction {
    ScalarFunction(function, arguments: 3) { arguments, result in
      VectorFunctions.answer(result) { () throws(VectorSQLError) in
        let argument = try VectorArgument(arguments, at: 0)
        guard let element = ElementType(rawValue: UInt8(truncatingIfNeeded: arguments.integer(1))) else { return }
        let type = VectorColumnType(element: element, dimensions: Int(arguments.integer(2)))
        // A text is read first: how many numbers it seems to have says nothing about what it is.
        if !argument.isText { try VectorIndex.check(argument.type, argument.dimensions, against: type, doing: "insert") }
        try argument.withBlob { (form: VectorBlob, _) throws(VectorSQLError) in
          try VectorIndex.check(form.type, form.dimensions, against: type, doing: "insert")
        }
      }
    }
  }

  private func name(_ index: VectorIndex, _ event: String) -> String {
    "temp.\(SQLText.quoted("vector index \(index.schema).\(index.name) \(event)"))"
  }

  func install(_ index: VectorIndex) throws(SQLiteError) {
    let column = SQLText.quoted(index.column)
    let check = "\(Self.function)(%, \(index.type.element.rawValue), \(index.type.dimensions))"
    let condition: String
    let body: String
    if let filter = index.condition {
      // Only in a query of the table do the names in the condition mean its columns.
      let key = index.key.map(SQLText.quoted) ?? "rowid"
      condition = ""
      body = "SELECT \(check.replacing("%", with: column)) FROM \(index.qualifiedTable) WHERE \(key) = NEW.\(key) AND \(column) IS NOT NULL AND (\(filter)\n)"
    } else {
      condition = " WHEN NEW.\(column) IS NOT NULL"
      body = "SELECT \(check.replacing("%", with: "NEW.\(column)"))"
    }
    let events = [("insert", "INSERT"), ("update", index.condition == nil ? "UPDATE OF \(column)" : "UPDATE")]
    for (event, clause) in events {
      // That the statement may end there makes SQLite keep what it needs to undo all of it.
      try connection.execute(
        "CREATE TRIGGER \(name(index, event)) AFTER \(clause) ON \(index.qualifiedTable)\(condition) BEGIN \(body); "
          + "SELECT RAISE(ABORT, '') WHERE 0; END",
        doing: "watch the table")
    }
  }

  func remove(_ index: VectorIndex) throws(SQLiteError) {
    for event in ["insert", "update"] { try connection.execute("DROP TRIGGER IF EXISTS \(name(index, event))", doing: "drop the index") }
  }

  /// Checks the rows that are in the table.
  func checkRows(_ index: VectorIndex) throws(VectorSQLError) {
    do {
      let filter = index.condition.map { " AND (\($0)\n)" } ?? ""
      let column = SQLText.quoted(index.column)
      try connection.execute(
        "SELECT \(Self.function)(\(column), \(index.type.element.rawValue), \(index.type.dimensions)) FROM \(index.qualifiedTable) "
          + "WHERE \(column) IS NOT NULL\(filter) ORDER BY \(index.key.map(SQLText.quoted) ?? "rowid")",
        doing: "fill the index")
    } catch {
      throw VectorSQLError(error.detail)
    }
  }
}

extension String {
  /// The text with each `mark` replaced.
  fileprivate func replacing(_ mark: Character, with text: String) -> String {
    split(separator: mark, omittingEmptySubsequences: false).joined(separator: text)
  }
}
