internal import EpiBytes
internal import EpiSQLite
internal import EpiVectors

/// `"vector candidates"(schema, table, column, metric, vector, n)`: the rowids of rows among which are the first n of the table by their
/// distance, those at no distance first. For `NearestFirst`.
final class CandidateFunction: TableFunction {
  static let name = "vector candidates"

  private let connection: Connection
  private let matrices: VectorMatrices

  init(_ connection: Connection, matrices: VectorMatrices) {
    self.connection = connection
    self.matrices = matrices
  }

  let declaration = "CREATE TABLE x(db HIDDEN, tbl HIDDEN, col HIDDEN, metric HIDDEN, vector HIDDEN, n HIDDEN, id)"
  let argumentCount = 6

  func objection(toArgumentCount count: Int) -> String { "got \(count) parameters, expected \(argumentCount)" }
  func objection(toEqualityOf column: Int) -> String? { nil }

  func rows(for arguments: FunctionArguments) throws(TableFunctionError) -> any TableFunctionRows {
    let (schema, table) = (arguments.text(0), arguments.text(1))
    let limit = Int(truncatingIfNeeded: arguments.integer(5))
    do {
      if let metric = Metric(rawValue: UInt8(truncatingIfNeeded: arguments.integer(3))),
        let matrix = try? matrices.matrix(ofColumn: arguments.text(2), table, in: schema),
        let found = try? candidates(VectorArgument(arguments, at: 4), matrix, metric, limit)
      { return CandidateRows(found) }
      // Whatever is wrong, the statement itself is to find it: all rows are candidates.
      var all: [SQLValue] = []
      let rows = try connection.prepare("SELECT rowid FROM \(SQLText.quoted(schema)).\(SQLText.quoted(table))")
      while try rows.step() { all.append(rows.value(column: 0)) }
      return CandidateRows(all)
    } catch {
      throw TableFunctionError(error.detail)
    }
  }

  private func candidates(
    _ query: VectorArgument, _ matrix: VectorMatrices.Matrix, _ metric: Metric, _ limit: Int
  ) throws(VectorSQLError) -> [SQLValue] {
    let type = matrix.index.type
    return try query.withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in
      try VectorIndex.check(form.type, form.dimensions, against: type, doing: "search")
      guard metric != .l2 || type.element != .float1bit else { throw VectorSQLError("no l2 of bits") }
      return VectorTable.candidates(limit, at: matrix.vectors.distances(from: form, in: bytes, metric: metric)).map { matrix.keys[$0] }
    }
  }
}

private final class CandidateRows: TableFunctionRows {
  private let ids: [SQLValue]
  private var place = 0

  init(_ ids: [SQLValue]) { self.ids = ids }

  var isAtEnd: Bool { place >= ids.count }
  var rowid: Int64 { Int64(place) }
  func advance() { place += 1 }
  func write(column: Int, to result: FunctionResult) { if isAtEnd || column != 6 { result.setNull() } else { result.set(ids[place]) } }
}
