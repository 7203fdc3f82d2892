import Foundation

/// Where the files that tests read lie.
package enum Fixtures {
  /// The package's own folder, found from where this file was compiled.
  package static let packageRoot: String = {
    let components = #filePath.split(separator: "/").dropLast(3)
    return "/" + components.joined(separator: "/")
  }()

  /// Path of `name` in Tests/Fixtures.
  package static func path(_ name: String) -> String { "\(packageRoot)/Tests/Fixtures/\(name)" }

  /// The bytes of `name` in Tests/Fixtures.
  package static func bytes(_ name: String) throws -> [UInt8] { try contents(of: path(name)) }

  /// The text of `name` in Tests/Fixtures.
  package static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The bytes of the file at `path`.
  package static func contents(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Files below `folder` of the package, as paths relative to the package, sorted. Hidden files and build folders are left out.
  package static func files(below folder: String) -> [String] {
    let root = URL(fileURLWithPath: "\(packageRoot)/\(folder)")
    guard let walk = FileManager.default.enumerator(atPath: root.path) else { return [] }
    var found: [String] = []
    for case let name as String in walk {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: "\(root.path)/\(name)", isDirectory: &isDirectory)
      if exists, !isDirectory.boolValue { found.append("\(folder)/\(name)") }
    }
    return found.sorted()
  }
}
