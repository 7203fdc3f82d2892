/// Why no index can be made of the rows.
package struct IndexError: Error, Equatable {
  package enum Code: Equatable, Sendable {
    /// A row or the stream is not what it should be.
    case malformedInput
    /// No row has a vector.
    case noVectors
    /// Several fields hold vectors and none was named.
    case ambiguousColumn
    /// More rows, or more bytes, than row numbers can count.
    case tooLarge
  }

  package var code: Code
  /// `FILE:LINE` or `FILE:LINE:COLUMN`; nil when the fault lies in no line.
  package var place: String?
  /// Lower case, no full stop.
  package var message: String
  package var hint: String?

  package init(_ code: Code, at place: String? = nil, _ message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }
}
