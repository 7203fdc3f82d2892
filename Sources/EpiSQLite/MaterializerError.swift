package import EpiRows
package import EpiSystem

/// Why no database was made or changed.
package enum MaterializerError: Error, Equatable {
  /// A line of the current input.
  case row(RowError)
  /// The rows cannot become tables, or are not complete. `place` is `FILE` or `FILE:LINE`.
  case input(place: String?, message: String, hint: String?)
  /// The target cannot take them.
  case target(message: String, hint: String?)
  case database(SQLiteError)
  case system(SystemError)
  /// What was made while rows were read is wrong, and the rows were not kept: read them again, and have them kept.
  case rowsGone
  /// A fault of this program.
  case fault(message: String)
}

/// Something of the input that the database does not show as it was given; the output is written nevertheless.
package struct MaterializerWarning: Equatable, Sendable {
  package enum Kind: String, Sendable {
    /// A row's own key field says another id than the row.
    case differentKey = "different id"
    /// A field that the schema does not name.
    case unknownField = "unknown field"
    /// A field that is not nullable and lacks in rows.
    case missingValue = "missing value"
    /// Values of another type than the schema's.
    case otherType = "other type"
    /// Values of several types in a column whose type nobody has said: nothing is lost, so it is a note only.
    case mixedTypes = "mixed types"
    /// A name that SQLite cannot tell from another.
    case renamed = "renamed"
    /// An option names a table or column that there is not.
    case noSuchColumn = "no such column"
    /// An index or trigger of somebody else's that the new table cannot have.
    case dropped = "dropped"
  }

  package var kind: Kind
  /// `FILE:LINE` of the (first) row concerned.
  package var place: String?
  package var message: String
}
