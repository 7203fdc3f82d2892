package import EpiRows

/// A column by the names of its table and its field.
package struct ColumnName: Equatable, Sendable {
  package var table: String
  package var column: String

  package init(table: String, column: String) {
    self.table = table
    self.column = column
  }

  /// Names as bytes: String takes texts for equal that are different names.
  func isSame(table: String, column: String) -> Bool {
    self.table.utf8.elementsEqual(table.utf8) && self.column.utf8.elementsEqual(column.utf8)
  }
}

/// Columns of one table, for an index over them.
package struct ColumnList: Equatable, Sendable {
  package var table: String
  package var columns: [String]

  /// Reads `TABLE:COLUMN[,COLUMN]…`; nil when there is no table or no column. The table's name may contain colons.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return nil }
    table = String(text[..<colon])
    columns = text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if columns.contains("") { return nil }
  }

  package var text: String { "\(table):\(columns.joined(separator: ","))" }
}

/// `TABLE.COLUMN=TYPE`: the type of a field, whatever its schema says.
package struct TypeChoice: Equatable, Sendable {
  package var name: ColumnName
  package var type: FieldType

  /// Nil when the text has another form, or there is no such type.
  package init?(_ text: String) {
    guard let equals = text.lastIndex(of: "="), let column = BlobColumn(String(text[..<equals])),
      let type = FieldType(name: String(text[text.index(after: equals)...])), type != .id
    else { return nil }
    name = ColumnName(table: column.table, column: column.column)
    self.type = type
  }
}

/// What was asked for the columns of one table.
struct TableChoices {
  var types: [TypeChoice] = []
  var vectors = VectorPolicy.json
  var isStrict = false

  func type(of column: String) -> FieldType? {
    types.last { $0.name.column.utf8.elementsEqual(column.utf8) }?.type
  }
}
