import Foundation

/// An empty folder of a test's own, removed with everything in it when the value goes away.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(base)/epi-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // Open to others, so that a tool can be run in it as somebody without rights.
    chmod(path, 0o755)
  }

  deinit {
    // A test may have taken away the right to write.
    chmod(path, 0o755)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Path of `name` in the folder.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and gives its path.
  @discardableResult
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  @discardableResult
  package func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

  /// Writes a program that can be run at once.
  ///
  /// A process that is started meanwhile inherits what is open for writing here, and as long as it has not begun its own program nobody can
  /// run the file ("Text file busy"). So another process writes it, which starts none.
  package func writeProgram(_ text: String, to name: String) throws {
    let source = try write(text, to: "\(name).source")
    let run = try ToolRunner.program("install").run("-m", "755", source, file(name))
    guard run.status == 0 else { throw POSIXError(.EIO) }
    try FileManager.default.removeItem(atPath: source)
  }

  package func bytes(_ name: String) throws -> [UInt8] { try Fixtures.contents(of: file(name)) }

  package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// Everything in the folder, hidden files too, sorted.
  package var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// What a tool left behind beside its output: temporaries of an unfinished file.
  package var leftovers: [String] { names.filter { $0.hasPrefix(".") && $0.contains(".epi-") } }
}

/// Runs `body` with a folder that is gone afterwards.
package func withTemporaryFolder<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder) }
}
