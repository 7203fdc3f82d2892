import EpiBytes
import EpiSystem
import EpiTestSupport
import Foundation
import Testing

struct DescriptorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What `readAll` gives for a file: the bytes, and whether that is all of them.
  private func readAll(_ path: String, limit: Int) throws(SystemError) -> (bytes: [UInt8], isAll: Bool) {
    let descriptor = try Descriptor.forReading(path)
    var buffer = ByteWriter(capacity: 0)
    let isAll = try descriptor.readAll(limit: limit, into: &buffer)
    let span = buffer.span
    return (span.indices.map { span[$0] }, isAll)
  }

  @Test(arguments: [0, 1, 4095, 1 << 20, (1 << 20) + 1, 2_500_000])
  func `reads a whole file`(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    let bytes = random.bytes(count)
    let path = try folder.write(bytes, to: "in")
    let all = try readAll(path, limit: .max)
    #expect(all.isAll)
    #expect(all.bytes == bytes)
    let exact = try readAll(path, limit: count)
    #expect(exact.isAll)
    #expect(exact.bytes == bytes)
  }

  @Test(arguments: [(10, 9), (10, 0), (3_000_000, 2_999_999), (3_000_000, 5)])
  func `says when there is more than the limit`(count: Int, limit: Int) throws {
    let path = try folder.write([UInt8](repeating: 7, count: count), to: "in")
    #expect(try !readAll(path, limit: limit).isAll)
  }

  @Test func `an endless device stops at the limit`() throws {
    let got = try readAll("/dev/zero", limit: 3_000_000)
    #expect(!got.isAll)
    #expect(got.bytes.count == 3_000_001)
  }

  @Test func `a file that does not tell its size is read to the end`() throws {
    let expected = try Fixtures.contents(of: "/proc/self/status")
    #expect(try readAll("/proc/self/status", limit: .max).bytes.prefix(5) == expected.prefix(5))
  }

  @Test func `what cannot be opened is told with its path and the reason`() throws {
    func fault(_ path: String) -> SystemError? {
      do throws(SystemError) {
        _ = try Descriptor.forReading(path)
        return nil
      } catch {
        return error
      }
    }
    let missing = folder.file("missing")
    #expect(fault(missing) == SystemError(.cannotOpenInput, path: missing, message: "cannot open: no such file or directory"))
    let directory = try #require(fault(folder.path))
    #expect(directory.kind == .cannotOpenInput)
    #expect(directory.message == "is a directory")
    #expect(directory.hint != nil)
    let below = try folder.write("", to: "file") + "/below"
    #expect(fault(below) == SystemError(.cannotOpenInput, path: below, message: "cannot open: not a directory"))
  }

  @Test func `a full device is a failed write`() throws {
    let device = try Descriptor.forWriting("/dev/full")
    var fault: SystemError?
    do throws(SystemError) { try device.write([1].span) } catch { fault = error }
    #expect(fault == SystemError(.readOrWriteFailed, path: "/dev/full", message: "cannot write: no space left on device"))
  }
}
