/// A field of a table, as the command line names it: `TABLE.FIELD` or `TABLE:FIELD`.
///
/// Names are told apart by their bytes; Swift takes some different names for equal texts.
package struct FieldName: Equatable, Sendable {
  package var table: String
  package var field: String

  package init(table: String, field: String) {
    self.table = table
    self.field = field
  }

  /// Reads a name with `separator` between table and field; the first one counts, so a field's name may contain more.
  package init?(_ text: String, separator: Unicode.Scalar) {
    let bytes = text.utf8
    guard let place = bytes.firstIndex(of: UInt8(ascii: separator)), place != bytes.startIndex, bytes.index(after: place) != bytes.endIndex else { return nil }
    table = String(decoding: bytes[..<place], as: UTF8.self)
    field = String(decoding: bytes[bytes.index(after: place)...], as: UTF8.self)
  }

  package static func == (one: FieldName, other: FieldName) -> Bool {
    one.isOf(table: other.table) && one.field.utf8.elementsEqual(other.field.utf8)
  }

  /// Whether `table` is the name of the table.
  package func isOf(table name: String) -> Bool { table.utf8.elementsEqual(name.utf8) }
}

/// What is to be indexed, and how.
package struct IndexOptions: Sendable {
  /// The field that holds the vectors; nil: the one field that does.
  package var column: FieldName?
  package var metric = Metric.cosine
  /// The field whose texts become the vectors of rows that have none, in the table of the column.
  package var text: FieldName?
  /// Words of a piece; a longer text becomes several. Nil: texts stay whole.
  package var chunk: Int?
  /// How one number is kept; nil: as the schema says, else as f32.
  package var element: ElementType?
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
