package import EpiRows

/// What became of the rows that were read.
package struct IndexSummary: Equatable, Sendable {
  /// The field that was indexed.
  package var column: FieldName
  package var vectors = 0
  /// Numbers of a vector.
  package var dimensions = 0
  /// Rows of its table without a vector.
  package var missing: Int
  package var rejected: Int
  /// Indexed rows for which the joined table has no row.
  package var unjoined = 0
  /// Fields that were to be stored and that no row had.
  package var unseenFields: [String]
  /// Rejected rows that were not told of before.
  package var rejections: [RejectedRow]
}
