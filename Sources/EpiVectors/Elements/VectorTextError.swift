/// Why a text is no vector, in the words of libSQL.
package struct VectorTextError: Error, Equatable {
  package var message: String

  init(_ message: String) { self.message = "vector: \(message)" }
}
