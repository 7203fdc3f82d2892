package import EpiBytes

/// A column whose values are read as bytes: where other programs keep a log in a database.
package struct BlobColumn: Equatable, Sendable {
  package var table: String
  package var column: String

  /// Reads `TABLE.COLUMN`; the table's name may contain dots. Nil when there is no dot between two names.
  package init?(_ text: String) {
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex else { return nil }
    table = String(text[..<dot])
    column = String(text[text.index(after: dot)...])
  }
}

extension Database {
  /// Appends the values of a column to `writer`, in the order of the rows' rowids. NULLs are passed over.
  /// - Parameters:
  ///   - condition: an SQL expression that rows must fulfil; nil takes all.
  ///   - body: called with the rowid of each value and where its bytes lie in `writer`. It ends the reading by returning false.
  package borrowing func readBlobs(
    of column: BlobColumn, where condition: String?, into writer: inout ByteWriter, _ body: (_ rowid: Int, ByteRange) -> Bool
  ) throws(SQLiteError) {
    let filter = condition.map { " WHERE (\($0)\n)" } ?? ""
    // Qualified, because SQLite would take a quoted name that is no column for a text.
    let sql = "SELECT log.rowid, log.\(SQLText.name(column.column)) FROM \(SQLText.name(column.table)) AS log\(filter) ORDER BY log.rowid"
    let statement = try prepare(sql, doing: "read '\(column.table).\(column.column)'")
    while try statement.step() {
      let start = writer.count
      guard statement.appendBytes(column: 1, to: &writer) else { continue }
      guard body(statement.integer(column: 0), ByteRange(start: start, count: writer.count - start)) else { return }
    }
  }
}
