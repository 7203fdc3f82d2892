internal import EpiBytes
internal import EpiSQLite
package import EpiVectors

/// The snapshots that serve as vector indexes of a connection.
package final class SnapshotIndexes {
  private var indexes: [(name: String, index: SnapshotIndex)] = []

  package init() {}

  package func add(_ index: SnapshotIndex, named name: String) { indexes.append((name, index)) }

  func index(named name: String) -> SnapshotIndex? {
    indexes.last { $0.name.utf8.elementsEqual(name.utf8) }?.index
  }
}

/// A snapshot that serves as the vector index of the table whose rows it holds.
package final class SnapshotIndex {
  private let snapshot: Snapshot
  private let beam: Int?
  private let isExact: Bool
  /// The one used last, and for how many rows.
  private var searcher: Searcher
  private var searcherLimit: Int
  private let table: String
  /// The statement that finds rows of the table, when that is known.
  private var lookupSQL: String?

  /// - Parameter beam: nodes that a search of a graph keeps in view; nil: what the snapshot asks for.
  /// - Throws: when the snapshot holds rows of several tables, or is damaged.
  package init(_ snapshot: consuming Snapshot, beam: Int?, isExact: Bool) throws(VectorSQLError) {
    guard snapshot.head.tables <= 1 else {
      throw VectorSQLError("holds the rows of \(snapshot.head.tables) tables, an index those of one; make it with epi-index --column TABLE.FIELD")
    }
    searcherLimit = 10
    do {
      table = snapshot.head.tables == 0 ? "" : snapshot.string(in: try snapshot.name(ofTable: 0))
      searcher = try Searcher(of: snapshot, limit: searcherLimit, beam: beam, isExact: isExact)
    } catch {
      throw VectorSQLError(error.message)
    }
    self.beam = beam
    self.isExact = isExact
    self.snapshot = snapshot
  }

  /// The rows nearest to a vector, by the rowids of the table in `main`, or where there is no such table by their ids. A row that is
  /// in the table no more is none of them.
  func nearest(
    _ form: VectorBlob, _ blob: Span<UInt8>, _ limit: Int, _ connection: Connection
  ) throws(VectorSQLError) -> [(id: SQLValue, distance: Float?)] {
    let type = VectorColumnType(element: .float32, dimensions: snapshot.head.dimensions)
    try VectorIndex.check(form.type, form.dimensions, against: type, doing: "search")
    var vector: [Float] = []
    form.appendFloats(from: blob, to: &vector)
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    do { try batch.append(vector) } catch { throw VectorSQLError("vector index(search): the vector \(error.predicate())") }
    let rows = snapshot.head.rows
    var wanted = min(limit, rows)
    guard wanted > 0 else { return [] }
    do {
      let lookup = try rowidLookup(connection)
      while true {
        if wanted != searcherLimit {
          searcher = try Searcher(of: snapshot, limit: wanted, beam: beam, isExact: isExact)
          searcherLimit = wanted
        }
        var found: [(id: SQLValue, distance: Float?)] = []
        let matches = try searcher.search(snapshot, for: batch)[0]
        for match in matches {
          guard found.count < limit else { break }
          let id = snapshot.string(in: try snapshot.id(ofRow: match.row))
          if let key = try lookup.key(of: id) { found.append((key, match.distance)) }
        }
        if found.count >= min(limit, rows) || wanted == rows || matches.count < wanted { return found }
        wanted = min(rows, 2 * wanted)
      }
    } catch let error as SnapshotError {
      throw VectorSQLError("vector index(search): the snapshot \(error.message)")
    } catch let error as SQLiteError {
      throw VectorSQLError(error.detail)
    } catch {
      throw VectorSQLError("\(error)")
    }
  }

  private func rowidLookup(_ connection: Connection) throws(SQLiteError) -> RowidLookup {
    // To look at the table takes as long as a search. After a change to it that matters here the statement does not fit any more.
    if let lookupSQL, let statement = try? connection.prepare(lookupSQL) { return RowidLookup(statement: statement) }
    guard let shape = try TableShape(of: table, in: "main", connection) else { return RowidLookup(statement: nil) }
    let key = shape.keyColumns.count == 1 ? shape.keyColumns[0].name : "id"
    let id = SQLText.quoted(key)
    let sql = "SELECT \(shape.hasRowid ? "rowid" : id) FROM main.\(SQLText.quoted(table)) WHERE \(id) = ?1"
    lookupSQL = sql
    return RowidLookup(statement: try connection.prepare(sql))
  }
}

/// Finds what identifies a row of a table by the row's id.
private struct RowidLookup: ~Copyable {
  /// Nil: there is no table, and ids stand for themselves.
  let statement: Statement?

  /// Nil when there is no such row.
  borrowing func key(of id: String) throws(SQLiteError) -> SQLValue? {
    switch statement {
    case nil: return .text(Array(id.utf8))
    case .some(let statement):
      defer { statement.reset() }
      try statement.bind(id, at: 0)
      return try statement.step() ? statement.value(column: 0) : nil
    }
  }
}

extension Snapshot {
  fileprivate func string(in range: Range<Int>) -> String { UTF8Text.string(bytes, in: range) ?? "" }
}
