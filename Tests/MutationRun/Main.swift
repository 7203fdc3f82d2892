import EpiYjs
import Foundation
import UpdateProbe

/// Has the release build read faulty updates, so many that a debug build would take minutes:
///
///     mutation-run v1|v2 FIRST COUNT
///
/// Reads the mutations `FIRST ..< FIRST + COUNT`. Before each its number goes to standard output, so that the last number names the one
/// that ended the process: by a trap, or by SIGALRM after `secondsEach`. Those that were answered wrongly go to standard error; the
/// last line of standard output is the summary. With a COUNT of 1 the update itself is printed first, in base64.
@main
enum Main {
  /// Most mutations take a hundredth of a millisecond.
  private static let secondsEach: UInt32 = 10

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let encoding = UpdateEncoding(rawValue: arguments[1]), encoding != .auto, let first = Int(arguments[2]),
      let count = Int(arguments[3]), first >= 0, count > 0
    else {
      say("usage: mutation-run v1|v2 FIRST COUNT", to: .standardError)
      exit(64)
    }
    var mutator = try UpdateMutator(encoding)
    var (read, refused, faults) = (0, 0, 0)
    for number in first..<(first + count) {
      let mutation = mutator.mutation(number)
      if count == 1 { say("\(mutation.seed) became \(Data(mutation.bytes).base64EncodedString())") }
      say("\(number)")
      alarm(secondsEach)
      do {
        switch try UpdateProbe.read(mutation.bytes, encoding) {
        case .read: read += 1
        case .refused: refused += 1
        }
      } catch {
        faults += 1
        say("mutation \(number), of \(mutation.seed): \(error)", to: .standardError)
      }
    }
    say("\(read) read, \(refused) refused, \(faults) faults")
    exit(faults == 0 ? 0 : 1)
  }

  /// Without a buffer: what has been said stays said when the process ends.
  private static func say(_ line: String, to output: FileHandle = .standardOutput) { output.write(Data("\(line)\n".utf8)) }
}
