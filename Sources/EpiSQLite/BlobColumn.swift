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
  ///   - last: only rows behind this rowid are read; nil takes all.
  ///   - body: called with the rowid of each value and where its bytes lie in `writer`. It ends the reading by returning false.
  package borrowing func readBlobs(
    of column: BlobColumn, where condition: String?, after last: Int? = nil, into writer: inout ByteWriter, _ body: (_ rowid: Int, ByteRange) -> Bool
  ) throws(SQLiteError) {
    let conditions = [condition.map { "(\($0)\n)" }, last.map { "log.rowid > \($0)" }].compactMap(\.self)
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    // Qualified, because SQLite would take a quoted name that is no column for a text.
    let sql = "SELECT log.rowid, log.\(SQLText.name(column.column)) FROM \(SQLText.name(column.table)) AS log\(filter) ORDER BY log.rowid"
    let statement = try prepare(sql, doing: "read '\(column.table).\(column.column)'")
    while try statement.step() {
      let start = writer.count
      guard statement.appendBytes(column: 1, to: &writer) else { continue }
      guard body(statement.integer(column: 0), ByteRange(start: start, count: writer.count - start)) else { return }
    }
  }

  /// The lowest rowid whose value is not NULL and for which the condition holds, and whether `rowid` is one of those too.
  package borrowing func firstBlob(
    of column: BlobColumn, where condition: String?, isThere rowid: Int
  ) throws(SQLiteError) -> (first: Int?, isThere: Bool) {
    let name = "log.\(SQLText.name(column.column))"
    let filter = condition.map { " AND (\($0)\n)" } ?? ""
    let from = "SELECT log.rowid FROM \(SQLText.name(column.table)) AS log WHERE \(name) IS NOT NULL\(filter)"
    let first = try prepare("\(from) ORDER BY log.rowid LIMIT 1", doing: "read '\(column.table).\(column.column)'")
    let known = try prepare("\(from) AND log.rowid = \(rowid)", doing: "read '\(column.table).\(column.column)'")
    return (try first.step() ? first.integer(column: 0) : nil, try known.step())
  }
}
