import EpiTestSupport
import EpiYjs
import Foundation
import Testing
import UpdateProbe

/// Thousands of updates with faults in them, each read and printed in every way.
struct MutatedUpdateTests {
  /// Small updates of every group of fixtures.
  private static func seeds(_ encoding: UpdateEncoding) throws -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for path in Fixtures.files(below: "Tests/Fixtures/yjs") where path.hasSuffix(".\(encoding.rawValue).bin") {
      let bytes = try Fixtures.contents(of: "\(Fixtures.packageRoot)/\(path)")
      if !bytes.isEmpty, bytes.count <= 400 { seeds.append(bytes) }
    }
    return seeds
  }

  @Test(arguments: [UpdateEncoding.v1, .v2], Seeds.list(2))
  func `faulty updates are read or refused, soon`(encoding: UpdateEncoding, seed: UInt64) throws {
    let seeds = try Self.seeds(encoding)
    try #require(seeds.count > 100, "\(seeds.count) seeds")
    var mutator = UpdateMutator(seeds: seeds, seed: seed)
    let clock = ContinuousClock()
    var read = 0
    for _ in 0..<52_000 {
      let bytes = mutator.next()
      let begin = clock.now
      do {
        if case .read = try UpdateProbe.read(bytes, encoding) { read += 1 }
      } catch {
        Issue.record("\(error): \(Data(bytes).base64EncodedString())")
      }
      let took = clock.now - begin
      // Most take a tenth of a millisecond, the slowest half a second; a busy machine is no fault.
      if took > .seconds(10) { Issue.record("\(took) for \(Data(bytes).base64EncodedString())") }
    }
    #expect(read > 1000)
  }
}
