import EpiTestSupport
import Foundation

/// The scripts in examples/, run as a person does: in a folder with the demo's files, with the tools in PATH.
enum Recipe {
  static let folder = "\(Fixtures.packageRoot)/examples"
  /// What the demo's index is made with, for the recipes that take it from the environment.
  static let index = "--join recordings:recordingId --store title"

  /// The demo's document, log and queries.
  static func copyDemo(to folder: TemporaryFolder) throws {
    for path in [Demo.state, Demo.log, Demo.queries] {
      try FileManager.default.copyItem(atPath: path, toPath: folder.file(String(path.split(separator: "/").last!)))
    }
  }

  /// A script of the shell in which `$E` is examples/, `$P` Tests/Peers, `$PYTHON` the python with the peers, `$PACKAGE` the package.
  static func run(_ script: String, in folder: TemporaryFolder, configure: (inout ToolRunner.Settings) -> Void = { _ in }) throws -> ToolRun {
    let python = try ToolRunner.peerPython().path
    return try ToolRunner.shell("set -o pipefail\n\(script)") { settings in
      settings.directory = folder.path
      settings.environment["E"] = Self.folder
      settings.environment["P"] = "\(Fixtures.packageRoot)/Tests/Peers"
      settings.environment["PACKAGE"] = Fixtures.packageRoot
      settings.environment["PYTHON"] = python
      configure(&settings)
    }
  }
}
