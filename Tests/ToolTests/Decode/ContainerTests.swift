import EpiTestSupport
import Foundation
import Testing

/// The same updates in every container they come in.
struct ContainerTests {
  private let folder: TemporaryFolder
  private static let name = "yjs/fuzz/clients-2-offline-2"

  init() throws { folder = try TemporaryFolder() }

  /// What the log of the fixture prints, the measure of the others.
  private func expected(_ encoding: String) throws -> [UInt8] {
    let run = try ToolRunner.ydecode.run("--dump", "--frames=length", Fixtures.path("\(Self.name).log.\(encoding).bin"))
    #expect(run.status == 0 && run.output.count > 100, "\(run)")
    return run.output
  }

  /// The updates of the log, one by one.
  private func updates(_ encoding: String) throws -> [[UInt8]] {
    let log = try Fixtures.bytes("\(Self.name).log.\(encoding).bin")
    var updates: [[UInt8]] = []
    var offset = 0
    while offset < log.count {
      var length = 0
      var shift = 0
      repeat {
        length |= Int(log[offset] & 0x7f) << shift
        shift += 7
        offset += 1
      } while log[offset - 1] & 0x80 != 0
      updates.append(Array(log[offset..<(offset + length)]))
      offset += length
    }
    return updates
  }

  private func varint(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
  }

  @Test(arguments: ["v1", "v2"])
  func `updates as text, a line each`(encoding: String) throws {
    let updates = try updates(encoding)
    let hex = updates.map { $0.map { String(format: "%02X", $0) }.joined() }.joined(separator: "\r\n") + "\n\n"
    let base64 = updates.map { Data($0).base64EncodedString() }.joined(separator: "\n")
    #expect(try ToolRunner.ydecode.run("--dump", "--frames=hex", input: hex).output == expected(encoding))
    #expect(try ToolRunner.ydecode.run("--dump", "--frames=base64", input: base64).output == expected(encoding))
  }

  @Test func `a line that is no update is told by its number`() throws {
    let hex = try ToolRunner.ydecode.run("--dump", "--frames=hex", input: "0000\n00zz\n")
    #expect(hex.status == 65 && hex.errorLines.first == "epi-ydecode: -:2: the line is not hexadecimal", "\(hex)")
    let base64 = try ToolRunner.ydecode.run("--dump", "--frames=base64", input: "AAA=\nAQE=\n")
    #expect(base64.status == 65 && base64.errorLines.first?.hasPrefix("epi-ydecode: -:2@") == true, "\(base64)")
  }

  @Test func `messages of y-websocket and the store of pycrdt`() throws {
    for fixture in try FixtureManifest(folder: "yjs").cases where fixture.optional == true {
      let outputs = try fixture.inputs.map { input -> [UInt8] in
        let frames = ["y-websocket": "sync", "y-websocket-log": "length", "file-store": "ystore", "log": "length"][input.container] ?? "one"
        let path = Fixtures.path("yjs/\(input.file)")
        let told = try ToolRunner.ydecode.run("--dump", "--frames", frames, path)
        #expect(told.status == 0, "\(told)")
        #expect(try ToolRunner.ydecode.run("--dump", path).output == told.output, "\(input.file), nothing told")
        return told.output
      }
      #expect(Set(outputs).count == 1, "\(fixture.name)")
    }
  }

  @Test(arguments: ["v1", "v2"])
  func `the log of an application's database`(encoding: String) throws {
    let path = folder.file("log.db")
    let rows = try updates(encoding).enumerated().map { index, update in
      "INSERT INTO \"the log\" VALUES (\(index * 2), 'a', x'\(update.map { String(format: "%02x", $0) }.joined())');"
    }
    let other = "INSERT INTO \"the log\" VALUES (1, 'b', x'0000'), (3, 'a', NULL);"
    let script = "CREATE TABLE \"the log\" (id INTEGER PRIMARY KEY, name TEXT, data BLOB);" + rows.joined() + other
    #expect(try ToolRunner.program("sqlite3").run(path, input: script).status == 0)
    let run = try ToolRunner.ydecode.run("--dump", "--from-sqlite", "the log.data", "--where", "name = 'a'", path)
    #expect(try run.output == expected(encoding), "\(run)")
    let none = try ToolRunner.ydecode.run("--dump", "--from-sqlite", "the log.data", "--where", "name = 'c'", path)
    #expect(none.text == "{}\n" && none.status == 0, "\(none)")
  }

  @Test func `a database that cannot be read is told with the reason`() throws {
    let path = folder.file("log.db")
    #expect(try ToolRunner.program("sqlite3").run(path, "CREATE TABLE updates (id INTEGER PRIMARY KEY, data BLOB)").status == 0)
    let column = try ToolRunner.ydecode.run("--from-sqlite", "updates.nothing", path)
    #expect(column.status == 65 && column.errorText.contains("no such column"), "\(column)")
    let condition = try ToolRunner.ydecode.run("--from-sqlite", "updates.data", "--where", "nonsense(", path)
    #expect(condition.status == 65 && condition.output.isEmpty, "\(condition)")
    let missing = try ToolRunner.ydecode.run("--from-sqlite", "updates.data", folder.file("no.db"))
    #expect(missing.status == 66, "\(missing)")
    let text = try ToolRunner.ydecode.run("--from-sqlite", "updates.data", folder.write("no database at all, but text", to: "x.txt"))
    #expect(text.status == 65, "\(text)")
    #expect(folder.names == ["log.db", "x.txt"])
  }

  @Test func `a cut last frame is an error, or passed over when asked`() throws {
    let log = try Fixtures.bytes("\(Self.name).log.v1.bin")
    let all = try updates("v1")
    let last = try #require(all.last)
    let cut = Array(log.dropLast(last.count / 2))
    let refused = try ToolRunner.ydecode.run("--dump", "--frames=length", input: cut)
    #expect(refused.status == 65 && refused.output.isEmpty && refused.errorText.contains("--salvage"), "\(refused)")
    let salvaged = try ToolRunner.ydecode.run("--dump", "--frames=length", "--salvage", input: cut)
    let before = try ToolRunner.ydecode.run("--dump", "--frames=length", input: all.dropLast().flatMap { varint($0.count) + $0 })
    #expect(salvaged.status == 1 && salvaged.output == before.output, "\(salvaged)")
    #expect(salvaged.errorText.contains("warning: -@"), "\(salvaged)")
  }

  @Test func `a limit of bytes holds for all inputs together`() throws {
    let path = try folder.write([UInt8](repeating: 0, count: 2), to: "a.bin")
    #expect(try ToolRunner.ydecode.run("--dump", "--max-bytes", "4", path, path).status == 0)
    let run = try ToolRunner.ydecode.run("--dump", "--max-bytes", "3", path, path)
    #expect(run.status == 65 && run.errorText.contains("--max-bytes"), "\(run)")
  }
}
