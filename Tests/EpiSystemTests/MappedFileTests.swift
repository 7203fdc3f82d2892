import EpiSystem
import EpiTestSupport
import Testing

struct MappedFileTests {
  private func mapped(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try MappedFile(path: path)
    let bytes = file.bytes
    return bytes.indices.map { bytes[$0] }
  }

  @Test(arguments: [0, 1, 4096, 100_000])
  func `shows the file's bytes`(count: Int) throws {
    try withTemporaryFolder { folder in
      var random = SeededGenerator(seed: 1)
      let bytes = random.bytes(count)
      let path = try folder.write(bytes, to: "file")
      #expect(try mapped(path) == bytes)
    }
  }

  @Test func `keeps them after the file was replaced`() throws {
    try withTemporaryFolder { folder in
      let path = try folder.write("old", to: "file")
      let file = try MappedFile(path: path)
      let replacement = try AtomicFile(replacing: path)
      try replacement.write(Array("newer".utf8).span)
      try replacement.commit()
      let bytes = file.bytes
      let seen = bytes.indices.map { bytes[$0] }
      #expect(seen == Array("old".utf8))
    }
  }

  @Test func `what cannot be mapped is refused`() throws {
    try withTemporaryFolder { folder in
      for (path, message) in [
        (folder.file("missing"), "cannot open: no such file or directory"), (folder.path, "is a directory"),
        ("/dev/zero", "is not a regular file"),
      ] {
        var fault: SystemError?
        do throws(SystemError) { _ = try mapped(path) } catch { fault = error }
        #expect(fault?.kind == .cannotOpenInput)
        #expect(fault?.path == path)
        #expect(fault?.message == message)
      }
    }
  }
}
