internal import Glibc

/// Whether a standard stream is a person's terminal.
package enum Terminal {
  package static var isStandardInput: Bool { isatty(0) == 1 }
  package static var isStandardOutput: Bool { isatty(1) == 1 }
  package static var isStandardError: Bool { isatty(2) == 1 }

  /// Whether standard output goes to a file, and not to a person or another program.
  package static var isStandardOutputFile: Bool { FileStatus(descriptor: 1).kind == .regular }

  /// Columns of the terminal that standard error is; nil where it is none, or does not know.
  package static var errorColumns: Int? { Syscalls.columns(2) }

  /// Columns of the terminal that standard output is; nil where it is none, or does not know.
  package static var outputColumns: Int? { Syscalls.columns(1) }
}
