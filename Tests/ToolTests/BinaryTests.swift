import EpiTestSupport
import Foundation
import Testing

/// What the linker made of the tools.
struct BinaryTests {
  /// Types of program headers (elf(5)).
  private static let interpreter: UInt32 = 3

  /// Types of the program headers of a 64-bit little-endian ELF file.
  private func programHeaders(_ path: String) throws -> [UInt32] {
    let bytes = try Fixtures.contents(of: path)
    func number(_ offset: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    try #require(bytes.count > 64 && Array(bytes[0..<6]) == [0x7f, 0x45, 0x4c, 0x46, 2, 1], "not a 64-bit ELF file")
    let start = number(32, 8), size = number(54, 2), count = number(56, 2)
    return (0..<count).map { UInt32(number(start + $0 * size, 4)) }
  }

  private func contains(_ text: String, in path: String) throws -> Bool {
    try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data(text.utf8)) != nil
  }

  /// Debug builds are linked dynamically, as swift-argument-parser and the tests are; what users get is the release build.
  @Test(arguments: ToolRunner.all)
  func `a release tool is one static file`(tool: ToolRunner) throws {
    let needsLinker = try programHeaders(tool.path).contains(Self.interpreter)
    #expect(needsLinker == !ToolRunner.folder.contains("release"), "\(tool.path)")
  }

  @Test(arguments: ToolRunner.all)
  func `Foundation is in no tool`(tool: ToolRunner) throws {
    #expect(try !contains("libFoundation.so", in: tool.path))
    // Mangled names of the module; FoundationEssentials, which swift-argument-parser uses, has another prefix.
    #expect(try !contains("$s10Foundation", in: tool.path))
  }
}
