import EpiYjs
import Foundation
import Testing
import UpdateProbe

/// Some updates with faults in them, each read and printed in every way, by the code that is built for debugging. MutationRunTests of
/// the tools has the release build read very many more.
struct MutatedUpdateTests {
  @Test(arguments: [UpdateEncoding.v1, .v2])
  func `faulty updates are read or refused`(encoding: UpdateEncoding) throws {
    var mutator = try UpdateMutator(encoding)
    try #require(mutator.seedCount > 70, "\(mutator.seedCount) seeds")
    var read = 0
    for number in 0..<3000 {
      let mutation = mutator.mutation(number)
      do {
        if case .read = try UpdateProbe.read(mutation.bytes, encoding) { read += 1 }
      } catch {
        Issue.record("mutation \(number), of \(mutation.seed): \(error): \(Data(mutation.bytes).base64EncodedString())")
      }
    }
    #expect(read > 300)
  }
}
