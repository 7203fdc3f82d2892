import EpiTestSupport
import Testing

/// 400,000 updates with faults in them, each read and printed in every way by the release build: any answer is right but a trap, a
/// hang, a store whose links contradict each other, or output that is no JSON.
struct MutationRunTests {
  private static let countEach = 50_000

  /// 100,000 snapshots, opened, searched and checked.
  @Test(arguments: 0..<4)
  func `very many faulty snapshots are read or refused, soon`(part: Int) throws {
    let count = 25_000
    let run = try ToolRunner.mutationRun().run("snapshot", String(part * count), String(count)) { $0.seconds = 300 }
    let end = String(decoding: run.output.suffix(200), as: UTF8.self).split(separator: "\n")
    try #require(run.status < 128, "signal \(run.status - 128); to repeat: mutation-run snapshot \(end.last ?? "") 1")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errorText.prefix(4000))")
    let counts = try #require(end.last).split(separator: " ").compactMap { Int($0) }
    try #require(counts.count == 3, "\(end)")
    #expect(counts[0] + counts[1] == count)
    #expect(counts[0] > count / 10, "\(end)")
  }

  /// Eight processes, which share the processors.
  @Test(arguments: ["v1", "v2"], 0..<4)
  func `very many faulty updates are read or refused, soon`(encoding: String, part: Int) throws {
    let first = part * Self.countEach
    let run = try ToolRunner.mutationRun().run(encoding, String(first), String(Self.countEach)) { $0.seconds = 300 }
    let end = String(decoding: run.output.suffix(200), as: UTF8.self).split(separator: "\n")
    // A trap ends the process, and SIGALRM when one mutation takes too long. The last number is that one's.
    try #require(
      run.status < 128, "signal \(run.status - 128) at mutation \(end.last ?? ""); to repeat: mutation-run \(encoding) \(end.last ?? "") 1")
    #expect(run.errors.isEmpty, "to repeat: mutation-run \(encoding) NUMBER 1\n\(run.errorText.prefix(4000))")
    #expect(run.status == 0)
    try #require(end.count > 2, "\(end)")
    #expect(end[end.count - 2] == "\(first + Self.countEach - 1)", "the last mutation")
    let counts = end[end.count - 1].split(separator: " ").compactMap { Int($0) }
    try #require(counts.count == 3, "\(end)")
    #expect(counts[0] + counts[1] == Self.countEach, "\(end)")
    // Were nearly all refused, nothing behind the first bytes would be tested.
    #expect(counts[0] > Self.countEach / 20, "\(end)")
  }
}
