package import EpiSystem

/// Why a tool ends without its result: the status for the shell and the lines for the person.
package struct ToolFailure: Error {
  package var status: ExitStatus
  /// `FILE`, `FILE:LINE`, `FILE:LINE:COLUMN` or `FILE@OFFSET (update N)`; nil when the fault lies in no file.
  package var place: String?
  package var message: String
  package var hint: String?
  /// Nobody reads the output any more; the tool ends silently, as by SIGPIPE.
  package private(set) var isBrokenPipe = false

  package init(_ status: ExitStatus, at place: String? = nil, _ message: String, hint: String? = nil) {
    self.status = status
    self.place = place
    self.message = message
    self.hint = hint
  }

  package init(_ error: SystemError) {
    let status: ExitStatus =
      switch error.kind {
      case .cannotOpenInput: .noInput
      case .notPermitted: .notPermitted
      case .cannotCreateOutput: .cannotCreate
      case .readOrWriteFailed, .brokenPipe: .inputOutput
      case .resourcesExhausted: .systemRefused
      case .tryAgainLater: .tryAgain
      }
    self.init(status, at: error.path, error.message, hint: error.hint)
    isBrokenPipe = error.kind == .brokenPipe
  }
}
