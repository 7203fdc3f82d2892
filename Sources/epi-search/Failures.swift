internal import EpiCommand
internal import EpiRows
internal import EpiSQLite
internal import EpiVectors

extension ToolFailure {
  init(_ error: SnapshotError, index: String) {
    self.init(.malformedInput, at: index, error.message, hint: error.hint)
  }

  init(_ error: RowError, in path: String) {
    self.init(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
  }

  /// The database is an input here.
  init(_ error: SQLiteError) {
    let status: ExitStatus =
      switch error.kind {
      case .busy: .tryAgain
      case .inputOutput: .inputOutput
      case .cannotOpen: .noInput
      case .notADatabase, .tooBig, .constraint: .malformedInput
      case .notPermitted: .notPermitted
      case .outOfMemory: .systemRefused
      // What was asked of it came from the command line.
      case .refused: .usage
      }
    self.init(status, at: error.path, error.message, hint: error.hint)
  }
}
