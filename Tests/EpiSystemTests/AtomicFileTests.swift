import EpiSystem
import EpiTestSupport
import Foundation
import Testing

struct AtomicFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, replacing path: String, commit: Bool = true) throws(SystemError) {
    let file = try AtomicFile(replacing: path)
    try file.write(Array(text.utf8).span)
    if commit { try file.commit() }
  }

  private func fault(replacing path: String) -> SystemError? {
    do throws(SystemError) {
      try write("new", replacing: path)
      return nil
    } catch {
      return error
    }
  }

  private func mode(_ path: String) -> UInt32 { FileStatus(path: path).mode }

  @Test func `a new file has its name only after the commit`() throws {
    let file = try AtomicFile(replacing: folder.file("out"))
    try file.write(Array("one ".utf8).span)
    try file.write(Array("two".utf8).span)
    let names = folder.names
    let temporary = file.temporaryPath
    #expect(names.count == 1)
    #expect(temporary == folder.file(names[0]))
    #expect(folder.leftovers == names)
    try file.commit()
    #expect(folder.names == ["out"])
    #expect(try folder.text("out") == "one two")
  }

  @Test func `a file that is dropped leaves the old one untouched and nothing else`() throws {
    let path = try folder.write("old", to: "out")
    let before = FileStatus(path: path)
    try write("new", replacing: path, commit: false)
    #expect(folder.names == ["out"])
    #expect(try folder.text("out") == "old")
    #expect(FileStatus(path: path).identity == before.identity)
  }

  @Test func `a replaced file keeps its mode`() throws {
    let path = try folder.write("old", to: "out")
    for wanted in [0o600, 0o640, 0o755] as [UInt32] {
      chmod(path, wanted)
      try write("new", replacing: path)
      #expect(mode(path) == wanted)
    }
    #expect(try folder.text("out") == "new")
  }

  @Test func `a new file has what the umask leaves`() throws {
    let expected = try ToolRunner.shell("umask").text
    try write("new", replacing: folder.file("out"))
    let mask = try #require(UInt32(expected.trimmingCharacters(in: .whitespacesAndNewlines), radix: 8))
    #expect(mode(folder.file("out")) == 0o666 & ~mask)
  }

  @Test func `a symbolic link stays one, its target is replaced where it lies`() throws {
    try FileManager.default.createDirectory(atPath: folder.file("elsewhere"), withIntermediateDirectories: false)
    try folder.write("old", to: "elsewhere/real")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "elsewhere/real")
    try write("new", replacing: folder.file("link"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "elsewhere/real")
    #expect(try folder.text("elsewhere/real") == "new")
  }

  @Test func `an open reader keeps the old bytes`() throws {
    let path = try folder.write("old", to: "out")
    let reader = try #require(FileHandle(forReadingAtPath: path))
    try write("new", replacing: path)
    #expect(try reader.readToEnd() == Data("old".utf8))
  }

  @Test func `what is not a file is refused`() throws {
    #expect(fault(replacing: folder.path) == SystemError(.cannotCreateOutput, path: folder.path, message: "is a directory"))
    #expect(fault(replacing: "/dev/null") == SystemError(.cannotCreateOutput, path: "/dev/null", message: "is not a regular file"))
    let missing = folder.file("no/such/out")
    #expect(
      fault(replacing: missing)
        == SystemError(.cannotCreateOutput, path: missing, message: "cannot create: no such file or directory"))
    #expect(folder.names == [])
  }

  @Test func `a leftover of the same name does not stand in the way`() throws {
    let file = try AtomicFile(replacing: folder.file("out"))
    let temporary = file.temporaryPath
    try file.commit()
    try "left by a killed process".write(toFile: temporary, atomically: false, encoding: .utf8)
    try write("new", replacing: folder.file("out"))
    #expect(folder.names == ["out"])
    #expect(try folder.text("out") == "new")
  }

  @Test func `several files may be unfinished at once`() throws {
    let one = try AtomicFile(replacing: folder.file("one"))
    let two = try AtomicFile(replacing: folder.file("two"))
    try two.write(Array("2".utf8).span)
    try one.write(Array("1".utf8).span)
    try one.commit()
    try two.commit()
    #expect(folder.names == ["one", "two"])
  }
}
