internal import EpiBytes

/// Compares a database with what it says of itself.
package struct DatabaseCheck {
  /// One table of the record.
  package struct Table: Equatable, Sendable {
    package var name: String
    package var rows: Int
    /// What is wrong; nil when the table is as it was written.
    package var fault: String?
  }

  package private(set) var tables: [Table] = []
  /// What is wrong with the file as such.
  package private(set) var faults: [String] = []
  /// What could not be looked at.
  package private(set) var remarks: [String] = []
  /// Full-text indexes with a fault already.
  private var damagedIndexes: Set<String> = []

  /// No fault was found, and there was something to look at.
  package var isGood: Bool { faults.isEmpty && tables.allSatisfy { $0.fault == nil } && rows > 0 }

  package var rows: Int { tables.reduce(0) { $0 + $1.rows } }

  /// Lines of SQLite's own check that are told.
  private static let shownFaults = 10

  /// Reads the whole database, as it is at one moment.
  /// - Throws: when it cannot be read as a database. What is wrong in it is no error, but in `faults` and `tables`.
  package init(of path: String, busyTimeout milliseconds: Int) throws(SQLiteError) {
    let database = try Database.forReading(path, busyTimeout: milliseconds)
    try database.execute("BEGIN", doing: "begin the transaction")
    let integrity = try database.prepare("PRAGMA integrity_check(\(Self.shownFaults))", doing: "check the database")
    while try integrity.step() {
      if let line = integrity.text(column: 0), line != "ok" { faults.append(line) }
    }
    guard let record = try record(of: database) else { return }
    for table in record.tables { tables.append(try Self.check(table, in: database)) }
    for (name, table) in record.fullText { try countRows(ofFullText: name, of: table, in: database) }
    try database.execute("COMMIT", doing: "end the transaction")
    try compareFullText(record.fullText.map(\.name), in: database)
    if rows == 0 { faults.append("there are no rows to check") }
  }

  private mutating func record(of database: borrowing Database) throws(SQLiteError) -> DatabaseRecord? {
    do {
      if let record = try DatabaseRecord(database) { return record }
      faults.append("it has no record of what it should hold (the table '_epi')")
    } catch let error as SQLiteError {
      throw error
    } catch {
      faults.append("its record of what it should hold (the table '_epi') cannot be read")
    }
    return nil
  }

  private static func check(_ record: TableRecord, in database: borrowing Database) throws(SQLiteError) -> Table {
    var table = Table(name: record.name, rows: 0)
    let statement: Statement
    do throws(SQLiteError) {
      statement = try database.prepare("SELECT * FROM \(SQLText.name(record.name))", doing: "read the rows of '\(record.name)'")
    } catch {
      guard error.kind == .refused else { throw error }
      table.fault = "the table is gone"
      return table
    }
    var content = TableContent()
    var hash = RowHash()
    var bytes = ByteWriter()
    while try statement.step() { content.add(hash.of(stored: statement, columns: statement.columnCount, using: &bytes)) }
    table.rows = content.rows
    if content.rows != record.content.rows {
      table.fault = "it has \(content.rows) rows, \(record.content.rows) were written"
    } else if content != record.content {
      table.fault = "its rows are not those that were written: their hash is \(content.hashText), it was \(record.content.hashText)"
    }
    return table
  }

  private mutating func countRows(ofFullText name: String, of table: String, in database: borrowing Database) throws(SQLiteError) {
    let rows = tables.first { $0.name == table }?.rows ?? 0
    do throws(SQLiteError) {
      let count = try database.text("SELECT count(*) FROM \(SQLText.name("\(name)_docsize"))", doing: "count the rows of '\(name)'")
      guard count != String(rows) else { return }
      faults.append("the full-text index '\(name)' has \(count ?? "0") rows, its table has \(rows)")
    } catch {
      guard error.kind == .refused else { throw error }
      faults.append("the full-text index '\(name)' is gone")
    }
    damagedIndexes.insert(name)
  }

  /// Has FTS5 compare its indexes with the texts of their tables. To SQLite its command is a write, though it changes nothing: it
  /// needs the right to and the lock, and comes in a transaction of its own, which is rolled back. Readers go on.
  private mutating func compareFullText(_ names: [String], in database: borrowing Database) throws(SQLiteError) {
    let names = names.filter { !damagedIndexes.contains($0) }
    guard !names.isEmpty else { return }
    try database.execute("PRAGMA query_only = OFF", doing: "set up the connection")
    do throws(SQLiteError) {
      try compareWriting(names, in: database)
    } catch {
      guard error.kind == .notPermitted else { throw error }
      remarks += names.map { "the full-text index '\($0)' was not compared with its table, only its rows counted: that needs the right to write" }
    }
  }

  private mutating func compareWriting(_ names: [String], in database: borrowing Database) throws(SQLiteError) {
    try database.execute("BEGIN IMMEDIATE", doing: "compare the full-text indexes")
    for name in names {
      let index = SQLText.name(name)
      do throws(SQLiteError) {
        // A rank of 1 asks for the comparison with the table, not only of the index with itself.
        try database.execute("INSERT INTO \(index) (\(index), rank) VALUES ('integrity-check', 1)", doing: "compare the full-text index '\(name)'")
      } catch {
        guard error.kind == .notADatabase || error.kind == .refused else { throw error }
        faults.append("the full-text index '\(name)' is not that of the texts of its table")
      }
    }
    try database.execute("ROLLBACK", doing: "end the transaction")
  }
}
