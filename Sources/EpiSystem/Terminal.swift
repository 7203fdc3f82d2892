internal import Glibc

/// Whether a standard stream is a person's terminal.
package enum Terminal {
  package static var isStandardInput: Bool { isatty(0) == 1 }
  package static var isStandardOutput: Bool { isatty(1) == 1 }
  package static var isStandardError: Bool { isatty(2) == 1 }

  /// Columns of the terminal that standard output is; nil where it is none, or does not know.
  package static var outputColumns: Int? { Syscalls.columns(1) }
}
