/// Why a statement or a function fails, in the words of libSQL or SQLite.
package struct VectorSQLError: Error, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
