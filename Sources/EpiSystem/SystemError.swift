internal import Glibc

/// A system call that failed: what was tried, on what, and the system's reason.
package struct SystemError: Error, Equatable {
  /// What a failure means for the caller of the tool; the exit status follows from it.
  package enum Kind: Equatable, Sendable {
    case cannotOpenInput
    case notPermitted
    case cannotCreateOutput
    case readOrWriteFailed
    case resourcesExhausted
    case brokenPipe
    case tryAgainLater
  }

  package var kind: Kind
  /// The file concerned; nil for standard streams and calls without one.
  package var path: String?
  /// The whole reason: "cannot open: no such file or directory".
  package var message: String
  package var hint: String?

  package init(_ kind: Kind, path: String?, message: String, hint: String? = nil) {
    self.kind = kind
    self.path = path
    self.message = message
    self.hint = hint
  }

  /// The error for a failed call.
  /// - Parameter doing: what was tried, as "cannot …" completes it: "open", "create", "write".
  init(_ failure: Syscalls.Failure, doing action: String, kind: Kind, path: String?) {
    let kind: Kind =
      switch failure.code {
      case EACCES, EPERM: .notPermitted
      case EPIPE: .brokenPipe
      case ENOMEM, EMFILE, ENFILE, EAGAIN: .resourcesExhausted
      default: kind
      }
    self.init(kind, path: path, message: "cannot \(action): \(Self.reason(failure.code))")
  }

  /// The C library's sentence for an errno value, in lower case.
  static func reason(_ code: Int32) -> String {
    let sentence = Syscalls.reason(code)
    return sentence.prefix(1).lowercased() + sentence.dropFirst()
  }
}
