internal import EpiBytes

/// The FTS5 table over a table of rows, or over the one it is joined with.
package struct FullTextTable {
  /// Its own name.
  package let name: String
  private let rows: LinkedTable
  /// Its texts are those of the joined table.
  private let isJoined: Bool
  /// The column in which it keeps the ids; nil when its rowids are those of the table whose texts it has.
  private let idColumn: String?

  /// Finds the FTS5 table of `rows`: the one whose content is the joined table, else the table itself, or one that keeps a column `id` and
  /// is named after the table (`NAME_fts`).
  package init(of rows: LinkedTable, in database: borrowing Database) throws(SQLiteError) {
    self.rows = rows
    let candidates = try database.fullTextTables()
    for (owner, isJoined) in [(rows.link?.table, true), (rows.name, false)] {
      guard let owner else { continue }
      if let found = candidates.first(where: { SQLNames.folded($0.content ?? "") == SQLNames.folded(owner) }) {
        (name, self.isJoined, idColumn) = (found.name, isJoined, nil)
        return
      }
      let named = candidates.filter { SQLNames.folded($0.name).starts(with: SQLNames.folded(owner + "_")) && $0.content == nil }
      for candidate in named where try database.hasColumn("id", in: candidate.name) {
        (name, self.isJoined, idColumn) = (candidate.name, isJoined, "id")
        return
      }
    }
    let list = candidates.map { "'\($0.name)'" }.joined(separator: ", ")
    throw SQLiteError(
      refused: "there is no FTS5 table over '\(rows.link?.table ?? rows.name)'" + (list.isEmpty ? "" : "; there are \(list)"), path: database.path)
  }

  /// Calls `body` with the id of each row whose text has one of the words, the best match first (bm25), until it returns false.
  /// - Parameter words: separated by blanks; none of them has a meaning of its own.
  package func forEachID(
    matching words: String, in database: borrowing Database, _ body: (Span<UInt8>) -> Bool
  ) throws(SQLiteError) {
    let text = SQLText.name(name)
    let owner = rows.ownerSQL(isJoined: isJoined)
    let key = idColumn.map { "\(owner.table).\(owner.key) = \(text).\(SQLText.name($0))" } ?? "\(owner.table).rowid = \(text).rowid"
    // The joined table leads to the rows by their field.
    let join = "\(text) JOIN \(owner.table) ON \(key)" + (isJoined ? " JOIN \(SQLText.name(rows.name)) ON \(rows.linkSQL)" : "")
    let statement = try database.prepare(
      "SELECT \(rows.keySQL) FROM \(join) WHERE \(text) MATCH ? ORDER BY \(text).rank, \(rows.keySQL)", doing: "search '\(name)'")
    try statement.bind(Self.pattern(words), at: 0)
    var id = ByteWriter(capacity: 256)
    while try statement.step() {
      id.removeAll()
      if statement.appendBytes(column: 0, to: &id), !body(id.span) { return }
    }
  }

  /// Any of the words, each between quotes, where FTS5 sees no operators.
  static func pattern(_ words: String) -> String {
    words.split(whereSeparator: \.isWhitespace).map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " OR ")
  }
}

extension Database {
  /// The FTS5 tables with the table that each indexes; nil for one that keeps its own content.
  borrowing func fullTextTables() throws(SQLiteError) -> [(name: String, content: String?)] {
    let statement = try prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING%fts5%' ORDER BY name",
      doing: "read the names of tables")
    var tables: [(name: String, content: String?)] = []
    while try statement.step() { tables.append((statement.text(column: 0) ?? "", Self.content(in: statement.text(column: 1) ?? ""))) }
    return tables
  }

  borrowing func hasColumn(_ column: String, in table: String) throws(SQLiteError) -> Bool {
    try text("SELECT name FROM pragma_table_info(?) WHERE name = ?", binding: [table, column], doing: "read the columns of '\(table)'") != nil
  }

  /// The value of the option `content` of an FTS5 table, from the statement that made it.
  private static func content(in sql: String) -> String? {
    let bytes = Array(sql.utf8)
    let word = Array("content".utf8)
    var index = 0
    while index + word.count < bytes.count {
      defer { index += 1 }
      // An option stands behind a comma or the bracket, perhaps after blanks.
      guard bytes[index..<(index + word.count)].elementsEqual(word, by: { $0 | 0x20 == $1 }) else { continue }
      let before = bytes[..<index].last { $0 > 0x20 }
      guard before == UInt8(ascii: ",") || before == UInt8(ascii: "(") else { continue }
      var place = index + word.count
      while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
      guard place < bytes.count, bytes[place] == UInt8(ascii: "=") else { continue }
      place += 1
      while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
      guard place < bytes.count else { return nil }
      let quotes: [UInt8: UInt8] = [0x22: 0x22, 0x27: 0x27, 0x60: 0x60, 0x5b: 0x5d]
      var value: [UInt8] = []
      if let end = quotes[bytes[place]] {
        place += 1
        while place < bytes.count {
          if bytes[place] == end {
            guard end != 0x5d, place + 1 < bytes.count, bytes[place + 1] == end else { break }
            place += 1
          }
          value.append(bytes[place])
          place += 1
        }
      } else {
        while place < bytes.count, bytes[place] > 0x20, bytes[place] != UInt8(ascii: ","), bytes[place] != UInt8(ascii: ")") {
          value.append(bytes[place])
          place += 1
        }
      }
      return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    }
    return nil
  }
}
