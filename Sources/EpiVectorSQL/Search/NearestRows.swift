internal import EpiSQLite

/// What `vector_top_k` gives: rows, nearest first.
final class NearestRows: TableFunctionRows {
  private let rows: [(id: SQLValue, distance: Float?)]
  private var place = 0

  init(_ rows: [(id: SQLValue, distance: Float?)]) { self.rows = rows }

  var isAtEnd: Bool { place >= rows.count }

  var rowid: Int64 {
    guard !isAtEnd, case .integer(let id) = rows[place].id else { return Int64(place) }
    return id
  }

  func advance() { place += 1 }

  func write(column: Int, to result: FunctionResult) {
    guard !isAtEnd else { return result.setNull() }
    switch column {
    case TopKFunction.Column.id: result.set(rows[place].id)
    case TopKFunction.Column.distance:
      if let distance = rows[place].distance { result.set(Double(distance)) } else { result.setNull() }
    default: result.setNull()
    }
  }
}
