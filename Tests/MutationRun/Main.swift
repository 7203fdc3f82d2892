import EpiTestSupport
import EpiYjs
import Foundation
import UpdateProbe

/// Has the release build read faulty updates or snapshots, so many that a debug build would take minutes:
///
///     mutation-run v1|v2|snapshot FIRST COUNT
///
/// Reads the mutations `FIRST ..< FIRST + COUNT`. Before each its number goes to standard output, so that the last number names the one
/// that ended the process: by a trap, or by SIGALRM after `secondsEach`. Those that were answered wrongly go to standard error; the
/// last line of standard output is the summary. With a COUNT of 1 the mutation itself is printed first, in base64.
@main
enum Main {
  /// Most mutations take a hundredth of a millisecond.
  private static let secondsEach: UInt32 = 10

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let first = Int(arguments[2]), let count = Int(arguments[3]), first >= 0, count > 0 else { return refuse() }
    if arguments[1] == "snapshot" { return try readSnapshots(first..<(first + count)) }
    guard let encoding = UpdateEncoding(rawValue: arguments[1]), encoding != .auto else { return refuse() }
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

  /// Opens, searches and checks snapshots; it is only the end of the process that can be wrong.
  private static func readSnapshots(_ numbers: Range<Int>) throws {
    let mutator = try SnapshotMutator()
    let folder = try TemporaryFolder()
    var read = 0
    for number in numbers {
      let mutation = mutator.mutation(number)
      if numbers.count == 1 { say("\(mutation.seed) became \(Data(mutation.bytes).base64EncodedString())") }
      say("\(number)")
      alarm(secondsEach)
      if try SnapshotMutator.use(mutation.bytes, in: folder) { read += 1 }
    }
    say("\(read) read, \(numbers.count - read) refused, 0 faults")
  }

  private static func refuse() {
    say("usage: mutation-run v1|v2|snapshot FIRST COUNT", to: .standardError)
    exit(64)
  }

  /// Without a buffer: what has been said stays said when the process ends.
  private static func say(_ line: String, to output: FileHandle = .standardOutput) { output.write(Data("\(line)\n".utf8)) }
}
