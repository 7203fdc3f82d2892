package import EpiVectors

/// What a vector index is: a name for the vectors of a column, kept nowhere but in the table `vector_index` beside it.
package struct VectorIndex: Sendable {
  /// `main`, `temp`, or the name of an attached database.
  package var schema: String
  package var name: String
  package var table: String
  package var column: String
  /// The statement that made it, without the schema.
  package var sql: String
  /// The condition that rows fulfil which are in it; nil: all.
  package var condition: String?
  package var type: VectorColumnType
  package var metric: Metric
  /// What identifies a row: nil for the rowid, else the one column of the primary key.
  package var key: String?

  /// The rows of the index: key and vector, in the order of the keys.
  var selection: String {
    let key = key.map(SQLText.quoted) ?? "rowid"
    let condition = condition.map { " AND (\($0)\n)" } ?? ""
    return "SELECT \(key), \(SQLText.quoted(column)) FROM \(qualifiedTable) WHERE \(SQLText.quoted(column)) IS NOT NULL\(condition) ORDER BY 1"
  }

  var qualifiedTable: String { "\(SQLText.quoted(schema)).\(SQLText.quoted(table))" }

  /// What a program may not put into the column: the value's form is checked as libSQL does when a row enters the index.
  func check(_ form: VectorBlob) throws(VectorSQLError) { try check(form.type, form.dimensions, doing: "insert") }

  func check(_ element: ElementType, _ dimensions: Int, doing action: String) throws(VectorSQLError) {
    try Self.check(element, dimensions, against: type, doing: action)
  }

  static func check(_ element: ElementType, _ dimensions: Int, against type: VectorColumnType, doing action: String) throws(VectorSQLError) {
    guard dimensions == type.dimensions else {
      throw VectorSQLError("vector index(\(action)): dimensions are different: \(dimensions) != \(type.dimensions)")
    }
    guard element == type.element else {
      throw VectorSQLError("vector index(\(action)): vector type differs from column type: \(element.rawValue) != \(type.element.rawValue)")
    }
  }
}
