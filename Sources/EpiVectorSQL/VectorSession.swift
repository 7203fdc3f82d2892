package import EpiSQLite

/// A connection on which SQL runs as libSQL runs it: with the functions of vectors, vector indexes, and `vector_top_k`.
package final class VectorSession {
  private let database: Database
  private let statements: IndexStatements
  /// Columns by whose distance rows were sorted before: only from the second time on are their vectors kept in memory.
  private var sortedColumns: Set<String> = []

  /// What SQLite keeps of a database in memory at most.
  private static let cacheKilobytes = 64 << 10

  /// - Parameters:
  ///   - database: with no vector functions yet.
  ///   - snapshots: serve as indexes, before those of the database.
  ///   - mayWriteFiles: whether statements may write to files, be it by way of ATTACH or VACUUM INTO.
  package init(_ database: consuming Database, snapshots: SnapshotIndexes, mayWriteFiles: Bool) throws(SQLiteError) {
    let connection = database.connection
    // Pages of vectors are read again and again; the usual 2 MB hold a thousand of them.
    try database.execute("PRAGMA cache_size = -\(Self.cacheKilobytes)", doing: "set up the connection")
    self.database = database
    statements = IndexStatements(connection, mayWriteFiles: mayWriteFiles)
    try Self.define(on: connection, snapshots: snapshots)
    try connection.define(IndexGuard.checkFunction)
    if !connection.isReadOnly("main") { try statements.watch("main") }
  }

  /// Makes the functions and `vector_top_k` known to a connection.
  package static func define(on connection: Connection, snapshots: SnapshotIndexes) throws(SQLiteError) {
    try VectorFunctions.define(on: connection)
    let matrices = VectorMatrices(connection)
    try connection.define(CandidateFunction.name, CandidateFunction(connection, matrices: matrices))
    for (name, idColumn) in [(TopKFunction.name, "id"), (TopKFunction.otherName, TopKFunction.otherColumn)] {
      try connection.define(name, TopKFunction(connection, matrices: matrices, snapshots: snapshots, idColumn: idColumn))
    }
  }

  /// What `prepare` gives.
  package enum Prepared: ~Copyable {
    /// A statement that has run already and gives no rows.
    case done
    case statement(Statement)
  }

  /// Compiles a statement; one about vector indexes runs at once.
  /// - Throws: SQLite's message, or libSQL's.
  package func prepare(_ text: SQLSource) throws(VectorSQLError) -> Prepared {
    guard !text.holdsNUL else { throw VectorSQLError("the statement holds the character U+0000") }
    if try statements.run(text) { return .done }
    do throws(SQLiteError) {
      if let narrowed = try narrowed(text), let statement = try? database.prepare(narrowed.text(0..<narrowed.bytes.count)) {
        return .statement(statement)
      }
      return .statement(try database.prepare(text.text(0..<text.bytes.count)))
    } catch {
      guard SQLSource.isSame(error.detail, "ambiguous column name: id"), let other = IdColumn.disambiguated(text) else {
        throw VectorSQLError(error.detail)
      }
      do throws(SQLiteError) {
        return .statement(try database.prepare(other.text(0..<other.bytes.count)))
      } catch {
        throw VectorSQLError("ambiguous column name: id")
      }
    }
  }

  /// A statement for the nearest rows with a condition that passes over others; nil for other statements, and where it does not pay.
  private func narrowed(_ text: SQLSource) throws(SQLiteError) -> SQLSource? {
    guard let shape = NearestFirst.shape(of: text),
      let schema = try database.connection.schema(ofTable: shape.table, given: shape.schema), !database.connection.isWriting(schema),
      !sortedColumns.insert("\(schema).\(shape.table).\(shape.column)").inserted,
      let table = try TableShape(of: shape.table, in: schema, database.connection), table.hasRowid, table.column("rowid") == nil,
      table.column(shape.column) != nil
    else { return nil }
    return NearestFirst.narrowed(text, shape, schema: schema)
  }

  /// The name of a column of a result, as the statement's author knows it.
  package static func columnName(_ name: String) -> String { name == TopKFunction.otherColumn ? "id" : name }
}
