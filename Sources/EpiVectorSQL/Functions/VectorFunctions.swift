package import EpiSQLite

/// All scalar functions, and what they have in common.
package enum VectorFunctions {
  package static let marker = "libsql_vector_idx"

  /// Makes the functions known to a connection.
  package static func define(on connection: Connection) throws(SQLiteError) {
    for function in VectorConstructors.all + VectorDistances.all + VectorParts.all + [markerFunction(.directly)] { try connection.define(function) }
  }

  /// Gives its first argument back. What it stands for in CREATE INDEX is nothing that a schema may keep: programs without it could
  /// not write to the table any more.
  static func markerFunction(_ use: ScalarFunction.Use) -> ScalarFunction {
    ScalarFunction(marker, arguments: -1, use) { arguments, result in
      guard arguments.count > 0 else { return result.fail("wrong number of arguments to function \(marker)()") }
      result.set(arguments.value(0))
    }
  }

  /// Runs the body of a function; an error becomes that of the statement.
  static func answer(_ result: FunctionResult, _ body: () throws(VectorSQLError) -> Void) {
    do { try body() } catch { result.fail(error.message) }
  }

  /// A function that libSQL does not have takes no text for a vector.
  static func refuseTexts(_ arguments: FunctionArguments, _ indexes: Range<Int>, of name: String) throws(VectorSQLError) {
    for index in indexes where arguments.storageClass(index) == .text {
      throw VectorSQLError("no such function: \(name) of a text; write it as vector32(…)")
    }
  }
}
