/// A field of a table, as the command line names it: `TABLE.FIELD` or `TABLE:FIELD`.
package struct FieldName: Equatable, Sendable {
  package var table: String
  package var field: String

  package init(table: String, field: String) {
    self.table = table
    self.field = field
  }

  /// Reads a name with `separator` between table and field; the first one counts, so a field's name may contain more.
  package init?(_ text: String, separator: Character) {
    guard let place = text.firstIndex(of: separator), place != text.startIndex, text.index(after: place) != text.endIndex else { return nil }
    table = String(text[..<place])
    field = String(text[text.index(after: place)...])
  }
}

/// What is to be indexed, and how.
package struct IndexOptions: Sendable {
  /// The field that holds the vectors; nil: the one field that does.
  package var column: FieldName?
  package var metric = Metric.cosine
  /// Demanded of every vector; nil: what the first one has.
  package var dimensions: Int?
  package var model = ""
  /// Fields to be kept for results, in this order.
  package var store: [String] = []
  /// The table that the stored fields are taken from, and the field of the indexed row that holds the id there.
  package var join: FieldName?
  /// Rejected rows are reported and left out; otherwise the first one ends the work.
  package var skipsRejected = false

  package init() {}
}
