internal import EpiBytes
internal import EpiCommand
internal import EpiSQLite

// Updates that a column of a SQLite database holds, one a row.

extension UpdateInput {
  /// The rows of a log.
  enum LogRows: Equatable {
    case none
    /// The first and the last one that hold updates.
    case some(first: Int, last: Int)
    /// What was read before is not what the log begins with.
    case replaced
  }

  /// Reads the updates of a database.
  @discardableResult
  mutating func readDatabase(_ path: String, _ column: BlobColumn, where condition: String?) throws(ToolFailure) -> LogRows {
    count += 1
    let rows = try readRows(path, column, where: condition, behind: .none)
    if rows == .none { sources.append(Source(path: path, start: buffer.count, part: .whole)) }
    return rows
  }

  /// Reads what a log has behind the rows that were read before.
  /// - Returns: all rows read.
  mutating func readRows(
    _ path: String, _ column: BlobColumn, where condition: String?, behind known: LogRows
  ) throws(ToolFailure) -> LogRows {
    // SQLite says of a directory or a missing file only that it cannot open it.
    _ = try InputOperands.open(path)
    let limit = limit
    var found: [(rowid: Int, range: ByteRange)] = []
    var span: (first: Int, last: Int)?
    if case .some(let first, let last) = known { span = (first, last) }
    do {
      let database = try Database(path: path, .readOnly)
      database.waitForLocks(milliseconds: 5000)
      // Both queries see one state.
      try database.execute("BEGIN", doing: "read")
      if let span {
        let (first, isThere) = try database.firstBlob(of: column, where: condition, isThere: span.last)
        guard first == span.first, isThere else { return .replaced }
      }
      try database.readBlobs(of: column, where: condition, after: span?.last, into: &buffer) { rowid, range in
        found.append((rowid, range))
        return range.end <= limit
      }
    } catch {
      throw Self.failure(error)
    }
    for (rowid, range) in found {
      sources.append(Source(path: path, start: Int(range.start), part: .row(rowid)))
      guard range.end <= limit else { throw Self.tooLarge(path) }
      guard range.count > 0 else { throw ToolFailure(.malformedInput, at: "\(path) row \(rowid)", "the value is empty") }
      frames.append(range)
    }
    guard let newest = found.last?.rowid else { return known }
    return .some(first: span?.first ?? found[0].rowid, last: newest)
  }

  private static func failure(_ error: SQLiteError) -> ToolFailure {
    let status: ExitStatus =
      switch error.kind {
      case .busy: .tryAgain
      case .inputOutput: .inputOutput
      case .notADatabase, .tooBig, .constraint, .refused: .malformedInput
      case .cannotOpen: .noInput
      case .notPermitted: .notPermitted
      case .outOfMemory: .systemRefused
      }
    return ToolFailure(status, at: error.path, error.message, hint: error.hint)
  }
}
