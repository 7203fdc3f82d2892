internal import EpiBytes
internal import EpiSQLite
internal import EpiVectors

/// The vectors of indexes in memory, a connection's own, each as long as its database has not changed.
final class VectorMatrices {
  private let connection: Connection
  private var kept: [String: Matrix] = [:]

  init(_ connection: Connection) { self.connection = connection }

  /// The vectors of an index and the keys of their rows.
  final class Matrix {
    let index: VectorIndex
    let version: UInt32?
    fileprivate(set) var vectors: VectorTable
    fileprivate(set) var keys: [SQLValue] = []

    fileprivate init(_ index: VectorIndex, version: UInt32?) {
      self.index = index
      self.version = version
      vectors = VectorTable(type: index.type.element, dimensions: index.type.dimensions)
    }
  }

  /// The vectors of an index, by its name in a database; nil when there is no such index.
  /// - Complexity: O(1) while the database is the same, else O(bytes of the table)
  func matrix(_ name: String, in schema: String) throws(VectorSQLError) -> Matrix? {
    let catalog = IndexCatalog(connection: connection)
    // While this statement lives, the database is the one whose version is told.
    guard let row = catalog.row(of: name, in: schema) else { return nil }
    // What an open transaction changes can be undone in part, and nothing tells of it.
    let version = connection.isWriting(schema) ? nil : connection.dataVersion(of: schema)
    let place = "\(schema).\(name)"
    if let version, let matrix = kept[place], matrix.version == version { return matrix }
    kept[place] = nil
    guard let index = catalog.index(in: schema, row) else { return nil }
    let matrix = Matrix(index, version: version)
    try fill(matrix)
    if version != nil { kept[place] = matrix }
    return matrix
  }

  /// The vectors of a whole column, all of one form; nil where they are not, or where they would take too much memory.
  ///
  /// They are the same as long as the database is, and not kept from one transaction that writes to the next statement.
  func matrix(ofColumn column: String, _ table: String, in schema: String) throws(VectorSQLError) -> Matrix? {
    do {
      let place = "\(schema).\(table).\(column)"
      let name = "\(SQLText.quoted(schema)).\(SQLText.quoted(table))"
      // The first row tells of what form all have to be; while the statement lives, the database is the one whose version is told.
      let first = try connection.prepare("SELECT \(SQLText.quoted(column)) FROM \(name)")
      guard try first.step(), !connection.isWriting(schema), let version = connection.dataVersion(of: schema) else { return nil }
      if let matrix = kept[place], matrix.version == version { return matrix }
      kept[place] = nil
      let form: VectorBlob
      switch first.kind(column: 0) {
      case .blob: form = try first.withBytes(column: 0) { (bytes: Span<UInt8>) throws(VectorBlobError) in try VectorBlob(bytes) }
      case .text: form = try first.withBytes(column: 0) { (bytes: Span<UInt8>) throws(VectorSQLError) in try VectorFromText(bytes) }.form
      default: return nil
      }
      let size = try connection.text("SELECT CAST(count(*) AS TEXT) FROM \(name)").flatMap { Int($0) } ?? 0
      guard size * max(1, form.dimensions) * 4 <= Self.columnLimit else { return nil }
      let type = VectorColumnType(element: form.type, dimensions: form.dimensions)
      let index = VectorIndex(
        schema: schema, name: column, table: table, column: column, sql: "", condition: nil, type: type, metric: .cosine, key: nil)
      let matrix = Matrix(index, version: version)
      try fill(matrix)
      // Rows without a vector fail the statement, which is to read them itself then.
      guard matrix.keys.count == size else { return nil }
      kept[place] = matrix
      return matrix
    } catch let error as VectorSQLError {
      throw error
    } catch let error as SQLiteError {
      throw VectorSQLError(error.detail)
    } catch {
      throw VectorSQLError("\(error)")
    }
  }

  /// Bytes of a column of vectors, beyond which they are read each time.
  private static let columnLimit = 1 << 30

  private func fill(_ matrix: Matrix) throws(VectorSQLError) {
    do {
      let rows = try connection.prepare(matrix.index.selection)
      while try rows.step() { try append(rows, to: matrix) }
    } catch let error as SQLiteError {
      throw VectorSQLError(error.detail)
    } catch let error as VectorSQLError {
      throw error
    } catch {
      throw VectorSQLError("\(error)")
    }
  }

  private func append(_ row: borrowing Statement, to matrix: Matrix) throws(VectorSQLError) {
    switch row.kind(column: 1) {
    case .blob:
      try row.withBytes(column: 1) { (bytes: Span<UInt8>) throws(VectorSQLError) in
        let form: VectorBlob
        do throws(VectorBlobError) { form = try VectorBlob(bytes) } catch { throw VectorSQLError(error.message) }
        try matrix.index.check(form)
        matrix.vectors.append(form, in: bytes)
      }
    case .text:
      let vector = try row.withBytes(column: 1) { (bytes: Span<UInt8>) throws(VectorSQLError) in try VectorFromText(bytes) }
      try matrix.index.check(vector.form)
      let bytes = vector.bytes
      matrix.vectors.append(vector.form, in: bytes.span)
    case .null: return
    case .integer: throw VectorSQLError("vector: unexpected value type: got INTEGER, expected TEXT or BLOB")
    case .real: throw VectorSQLError("vector: unexpected value type: got FLOAT, expected TEXT or BLOB")
    }
    matrix.keys.append(row.value(column: 0))
  }
}
