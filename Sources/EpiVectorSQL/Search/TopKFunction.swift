internal import EpiBytes
internal import EpiSQLite
internal import EpiVectors

/// `vector_top_k(index, vector, k)`.
final class TopKFunction: TableFunction {
  enum Column {
    static let id = 3
    static let distance = 4
  }

  static let name = "vector_top_k"
  /// The same function, whose column of ids has another name: where a table has an `id` too.
  static let otherName = "vector_top_k of vector_top_k.id"
  static let otherColumn = "vector_top_k.id"

  private let connection: Connection
  private let matrices: VectorMatrices
  private let snapshots: SnapshotIndexes
  private let idColumn: String

  init(_ connection: Connection, matrices: VectorMatrices, snapshots: SnapshotIndexes, idColumn: String) {
    self.connection = connection
    self.matrices = matrices
    self.snapshots = snapshots
    self.idColumn = idColumn
  }

  /// `SELECT *` gives the id only, as in libSQL; the distance is there for who asks for it.
  var declaration: String {
    "CREATE TABLE x(idx HIDDEN, vector HIDDEN, k HIDDEN, \(SQLText.quoted(idColumn)), distance REAL HIDDEN)"
  }

  var argumentCount: Int { 3 }

  func objection(toArgumentCount count: Int) -> String { "vector index(search): got \(count) parameters, expected 3" }

  /// SQLite hands a fourth argument over as a comparison with the next hidden column.
  func objection(toEqualityOf column: Int) -> String? {
    column == Column.distance ? "too many arguments on \(Self.name)() - max 3; a distance is compared by < or BETWEEN" : nil
  }

  func rows(for arguments: FunctionArguments) throws(TableFunctionError) -> any TableFunctionRows {
    do { return NearestRows(try nearest(arguments)) } catch { throw TableFunctionError(error.message) }
  }

  private func nearest(_ arguments: FunctionArguments) throws(VectorSQLError) -> [(id: SQLValue, distance: Float?)] {
    let query = try VectorArgument(arguments, at: 1)
    return try query.withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in
      let limit = try Self.limit(arguments)
      guard arguments.storageClass(0) == .text else { throw VectorSQLError("vector index(search): first parameter (index) must be a string") }
      let (schema, name) = try place(arguments.text(0))
      if schema == "main", let snapshot = snapshots.index(named: name) { return try snapshot.nearest(form, bytes, limit, connection) }
      guard let matrix = try matrices.matrix(name, in: schema) else {
        throw VectorSQLError("vector index(search): failed to parse vector index parameters")
      }
      try matrix.index.check(form.type, form.dimensions, doing: "search")
      let distances = matrix.vectors.distances(from: form, in: bytes, metric: matrix.index.metric)
      return VectorTable.nearest(limit, at: distances).map { (matrix.keys[$0.row], $0.distance) }
    }
  }

  /// A whole number that is not negative; its lower 32 bits count.
  private static func limit(_ arguments: FunctionArguments) throws(VectorSQLError) -> Int {
    func objection(_ what: String) -> VectorSQLError { VectorSQLError("vector index(search): third parameter (k) must be \(what) were provided") }
    let value: Int64
    switch arguments.storageClass(2) {
    case .integer: value = arguments.integer(2)
    case .real:
      guard let whole = Int64(exactly: arguments.real(2)) else { throw objection("an integer, but float value") }
      value = whole
    default: throw objection("an integer, but unexpected type of value")
    }
    guard value >= 0 else { throw objection("a non-negative integer, but negative value") }
    return Int(value & 0xffff_ffff)
  }

  /// `schema.name`; what has no dot is in `main`.
  private func place(_ text: String) throws(VectorSQLError) -> (schema: String, name: String) {
    guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return ("main", text) }
    let given = String(text[..<dot])
    let name = String(text[text.utf8.index(after: dot)...])
    let schema: String?
    do { schema = try connection.schemas().first { SQLText.isSame($0, given) } } catch { throw VectorSQLError(error.detail) }
    guard let schema else { throw VectorSQLError("vector index(search): unknown schema '\(given)'") }
    return (schema, name)
  }
}
