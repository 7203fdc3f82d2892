import EpiSystem
import EpiTestSupport
import Foundation
import Testing

struct FileStatusTests {
  @Test func `tells kinds apart`() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("12345", to: "file")
      #expect(FileStatus(path: file).kind == .regular)
      #expect(FileStatus(path: file).size == 5)
      #expect(FileStatus(path: folder.path).kind == .directory)
      #expect(FileStatus(path: folder.path).size == 0)
      #expect(FileStatus(path: "/dev/null").kind == .other)
      #expect(FileStatus(path: folder.file("missing")).kind == .missing)
      #expect(FileStatus(path: "").kind == .missing)
    }
  }

  @Test func `two names of one file are one identity`() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("same", to: "file")
      try FileManager.default.linkItem(atPath: file, toPath: folder.file("hard"))
      try FileManager.default.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "file")
      let other = try folder.write("same", to: "other")
      let identity = FileStatus(path: file).identity
      #expect(FileStatus(path: folder.file("hard")).identity == identity)
      #expect(FileStatus(path: folder.file("soft")).identity == identity)
      #expect(FileStatus(path: other).identity != identity)
    }
  }

  @Test func `an open descriptor has the status of its file`() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write("123", to: "file")
      chmod(file, 0o640)
      let descriptor = try Descriptor.forReading(file)
      let status = descriptor.status
      #expect(status.size == 3)
      #expect(status.mode == 0o640)
      #expect(status.identity == FileStatus(path: file).identity)
    }
  }
}
