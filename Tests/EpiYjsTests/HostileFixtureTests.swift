import EpiTestSupport
import EpiYjs
import Testing
import UpdateProbe

/// Inputs that once were answered wrongly, each named after its fault.
struct HostileFixtureTests {
  private static let inputs = Fixtures.files(below: "Tests/Fixtures/hostile")

  @Test(arguments: inputs)
  func `an input that fuzzing found is answered rightly`(path: String) throws {
    let bytes = try Fixtures.contents(of: "\(Fixtures.packageRoot)/\(path)")
    for encoding in [UpdateEncoding.v1, .v2] { _ = try UpdateProbe.read(bytes, encoding) }
  }

  @Test func `every find is kept`() {
    #expect(!Self.inputs.isEmpty)
  }
}
