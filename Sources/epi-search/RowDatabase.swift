internal import EpiBytes
internal import EpiCommand
internal import EpiSQLite
internal import EpiSystem
internal import EpiVectors

/// The database after `--db`: conditions on rows, fields of results, words in texts. It is only read.
final class RowDatabase {
  private let database: Database
  private let path: String
  private let identity: FileStatus.Identity
  private var dataVersion: Int
  private let link: LinkedTable.Link?

  init(_ path: String, busyTimeout: Int, join: FieldName?) throws(ToolFailure) {
    // SQLite says of a directory, or of what may not be read, only that it cannot be opened.
    do {
      _ = try Descriptor.forReading(path)
    } catch {
      throw ToolFailure(error)
    }
    self.path = path
    identity = FileStatus(path: path).identity
    link = join.map { LinkedTable.Link(table: $0.table, field: $0.field) }
    do {
      database = try Database(path: path, .readOnly)
      database.waitForLocks(milliseconds: busyTimeout)
      dataVersion = try database.dataVersion()
    } catch {
      throw ToolFailure(error)
    }
  }

  /// Whether another process has written to the database since it was opened or this was last asked; nil when another file has its name.
  func hasChanged() throws(ToolFailure) -> Bool? {
    guard FileStatus(path: path).identity == identity else { return nil }
    do {
      let version = try database.dataVersion()
      defer { dataVersion = version }
      return version != dataVersion
    } catch {
      throw ToolFailure(error)
    }
  }

  /// A table of the snapshot as it stands in the database.
  func table(_ name: String) throws(ToolFailure) -> LinkedTable {
    do {
      return try LinkedTable(name, joining: link, in: database)
    } catch {
      throw ToolFailure(error)
    }
  }

  /// Allows the rows of a snapshot that fulfil a condition.
  func rows(where condition: String, of snapshot: borrowing Snapshot, index: String) throws(ToolFailure) -> AllowedRows {
    var allowed = AllowedRows(rows: snapshot.head.rows)
    for number in 0..<snapshot.head.tables {
      let table = try table(snapshot.tableName(number, index: index))
      do {
        var lookup = try RowLookup(snapshot)
        var fault: SnapshotError?
        try table.forEachID(where: condition, in: database) { id in
          do throws(SnapshotError) {
            for row in try lookup.rows(id, inTable: number, of: snapshot) { allowed.insert(row) }
          } catch { fault = error }
        }
        if let fault { throw fault }
      } catch let error as SQLiteError {
        let hint = error.kind == .refused ? "the columns are \(table.columnList); texts stand between single quotes" : error.hint
        var failure = ToolFailure(error)
        failure.hint = hint
        throw failure
      } catch let error as SnapshotError {
        throw ToolFailure(error, index: index)
      } catch {
        throw ToolFailure(.toolFault, "\(error)")
      }
    }
    return allowed
  }

  /// The rows whose text has one of the words, the best first, at most `limit`.
  func rows(
    matching words: String, of snapshot: borrowing Snapshot, among allowed: AllowedRows?, limit: Int, index: String
  ) throws(ToolFailure) -> [Int] {
    var found: [Int] = []
    for number in 0..<snapshot.head.tables {
      let table = try table(snapshot.tableName(number, index: index))
      var fault: SnapshotError?
      do throws(SQLiteError) {
        let texts = try FullTextTable(of: table, in: database)
        try texts.forEachID(matching: words, in: database) { id in
          do throws(SnapshotError) {
            var lookup = try RowLookup(snapshot)
            found += try lookup.rows(id, inTable: number, of: snapshot).filter { allowed?.contains($0) ?? true }
          } catch { fault = error }
          return fault == nil && found.count < limit
        }
      } catch {
        var failure = ToolFailure(error)
        if error.kind == .refused { failure.hint = "epi-materialize --fts TABLE:COLUMN makes one" }
        throw failure
      }
      if let fault { throw ToolFailure(fault, index: index) }
    }
    return Array(found.prefix(limit))
  }

  /// Prepares the lookup of fields in a table.
  func lookup(_ names: [String], in table: LinkedTable) throws(ToolFailure) -> FieldLookup? {
    do {
      guard let statement = try table.lookup(names, in: database) else { return nil }
      return FieldLookup(statement)
    } catch {
      throw ToolFailure(error)
    }
  }
}

/// Looks up fields of the rows of one table.
final class FieldLookup {
  private let lookup: RowLookupStatement

  fileprivate init(_ lookup: consuming RowLookupStatement) { self.lookup = lookup }

  /// Whether the table, or the one it is joined with, has the field.
  func has(_ index: Int) -> Bool { lookup.places[index] != nil }

  /// The fields of a row as JSON text; nil when there is no such row.
  func values(of id: String) throws(ToolFailure) -> [[UInt8]?]? {
    do {
      try lookup.statement.bind(id, at: 0)
      guard try lookup.statement.step() else { return nil }
      let values = lookup.places.map { place -> [UInt8]? in
        guard let place else { return nil }
        var text = ByteWriter(capacity: 256)
        lookup.statement.appendJSON(column: place, to: &text)
        return Array(copying: text.span, in: 0..<text.count)
      }
      // Runs to the end, so that no lock stays.
      while try lookup.statement.step() {}
      return values
    } catch {
      throw ToolFailure(error)
    }
  }
}

extension Snapshot {
  /// A table's name.
  func tableName(_ table: Int, index: String) throws(ToolFailure) -> String {
    do {
      return UTF8Text.string(bytes, in: try name(ofTable: table)) ?? ""
    } catch {
      throw ToolFailure(error, index: index)
    }
  }

  /// TABLE/ID, for messages.
  func title(ofRow row: Int) throws(SnapshotError) -> String {
    let table = UTF8Text.string(bytes, in: try name(ofTable: try table(ofRow: row))) ?? ""
    return "\(table)/\(UTF8Text.string(bytes, in: try id(ofRow: row)) ?? "")"
  }
}
