import EpiTestSupport
import Foundation

/// The manifest of a folder of Yjs fixtures (Tests/Fixtures/yjs and workspaces).
struct FixtureManifest: Decodable {
  struct Input: Decodable {
    var file: String
    var encoding: String
    var container: String

    /// Options that tell everything about the input.
    var options: [String] { ["--encoding", encoding, "--frames", frames] }

    private var frames: String {
      switch container {
      case "log", "y-websocket-log": "length"
      case "y-websocket": "sync"
      case "file-store": "ystore"
      default: "one"
      }
    }
  }

  struct Case: Decodable {
    var name: String
    var expect: String
    var inputs: [Input]
    var expected: String?
    var pending: Bool?
    var optional: Bool?
    var view: String?
    var layout: String?
    var rows: String?
    var kv: String?
    var schema: String?
  }

  struct Truncation: Decodable {
    var file: String
    var encoding: String
    var from: Int
    var to: Int
    var exceptAccepted: [Int]
  }

  struct Patches: Decodable {
    var file: String
    var encoding: String
    var patches: [[Int]]
  }

  var cases: [Case]
  var truncations: [Truncation]?
  var patches: [Patches]?

  /// - Parameter folder: `yjs` or `workspaces`.
  init(folder: String) throws {
    self = try JSONDecoder().decode(FixtureManifest.self, from: Data(try Fixtures.bytes("\(folder)/manifest.json")))
  }
}
