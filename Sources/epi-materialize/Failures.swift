internal import EpiCommand
internal import EpiRows
internal import EpiSQLite

extension ToolFailure {
  init(_ error: RowError, in path: String) {
    self.init(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
  }

  /// - Parameter input: the one that was being read; nil when all are read.
  init(_ error: MaterializerError, output: String, input: String? = nil) {
    switch error {
    case .row(let error): self.init(error, in: input ?? "-")
    case .input(let place, let message, let hint): self.init(.malformedInput, at: place ?? input, message, hint: hint)
    case .target(let message, let hint): self.init(.cannotCreate, at: output, message, hint: hint)
    case .system(let error): self.init(error)
    case .rowsGone: self.init(.toolFault, at: input, "the rows are wanted again", hint: nil)
    case .fault(let message):
      self.init(.toolFault, at: nil, message, hint: "please report this, with the output of 'epi-materialize --version'")
    case .database(let error):
      let status: ExitStatus =
        switch error.kind {
        case .busy: .tryAgain
        case .inputOutput: .inputOutput
        // The file is the output here, not the input.
        case .notADatabase, .cannotOpen: .cannotCreate
        case .notPermitted: .notPermitted
        case .outOfMemory: .systemRefused
        case .tooBig: .malformedInput
        // An index or trigger that somebody has added.
        case .constraint: .cannotCreate
        case .refused: .toolFault
        }
      self.init(status, at: output, error.message, hint: error.hint)
    }
  }

  /// The file is the input here.
  init(_ error: SQLiteError, checking path: String) {
    let status: ExitStatus =
      switch error.kind {
      case .busy: .tryAgain
      case .inputOutput: .inputOutput
      case .notADatabase: .malformedInput
      case .cannotOpen: .noInput
      case .notPermitted: .notPermitted
      case .outOfMemory: .systemRefused
      case .constraint, .refused, .tooBig: .toolFault
      }
    self.init(status, at: path, error.message, hint: nil)
  }
}
