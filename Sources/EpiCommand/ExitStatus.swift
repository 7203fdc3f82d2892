/// How a tool tells the shell what happened. Below 64 the output is usable; from 64 on nothing was replaced.
package enum ExitStatus: Int32, Sendable {
  /// Done, complete.
  case success = 0
  /// Done with a reservation, output written: rows skipped, updates pending, nothing found.
  case reservation = 1
  /// Wrong use: an unknown option, a missing operand.
  case usage = 64
  /// The input is malformed or truncated.
  case malformedInput = 65
  /// An input cannot be opened.
  case noInput = 66
  /// A fault of the tool itself.
  case toolFault = 70
  /// The system refused memory, threads or a mapping.
  case systemRefused = 71
  /// An output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed midway.
  case inputOutput = 74
  /// The target is in use; try again later.
  case tryAgain = 75
  /// An input or output is not permitted.
  case notPermitted = 77
}
