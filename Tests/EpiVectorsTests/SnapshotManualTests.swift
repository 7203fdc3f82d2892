import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// The worked example in man/epi-snapshot.5: its dump is decoded by what the page says, and is what its rows give.
struct SnapshotManualTests {
  private let page: [String]

  init() throws {
    let bytes = try Fixtures.contents(of: "\(Fixtures.packageRoot)/man/epi-snapshot.5")
    page = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0).replacing("\\e", with: "\\") }
  }

  /// The bytes that the page's hexdump stands for.
  private var dumped: [UInt8] {
    var bytes: [UInt8] = []
    var repeats = false
    for line in page {
      if line == "*" { repeats = true }
      guard let offset = Int(line.prefix(8), radix: 16), line.count == 8 || line.dropFirst(8).hasPrefix("  ") else { continue }
      while repeats, bytes.count < offset { bytes += bytes.suffix(16) }
      repeats = false
      guard bytes.count == offset else { return [] }
      let digits = line.dropFirst(8).prefix { $0 != "|" }.split(separator: " ")
      bytes += digits.compactMap { UInt8($0, radix: 16) }
    }
    return bytes
  }

  private var rows: String { page.filter { $0.hasPrefix("{\"table\"") }.joined(separator: "\n") + "\n" }

  @Test func `the rows of the page give the bytes of the page`() throws {
    let rows = try Indexing.rows(self.rows) { $0.store = ["title"] }
    #expect(try Indexing.bytes(of: rows, model: "demo") == dumped)
  }

  @Test func `the dump reads as the page says`() throws {
    let bytes = dumped
    func number(_ offset: Int, _ size: Int) -> Int { (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    func checksum(_ range: Range<Int>) -> Int {
      let part = Array(bytes[range])
      return Int(Checksum.crc32c(part.span))
    }
    func hash(_ bytes: [UInt8]) -> UInt64 {
      var hash = ContentHash()
      hash.update(bytes.span)
      return hash.value
    }

    // Head
    #expect(Array(bytes[..<8]) == [0x89, 0x45, 0x50, 0x49, 0x0d, 0x0a, 0x1a, 0x0a])
    #expect([number(8, 2), number(10, 2), number(12, 4)] == [2, 256, 0x0102_0304])
    #expect(Array(bytes[16..<20]) == [1, 1, 1, 0])
    let dimensions = number(20, 4), rows = number(24, 8), sections = number(32, 4)
    #expect([dimensions, rows, sections, number(36, 4)] == [3, 2, 7, 1])
    #expect(number(40, 8) == bytes.count)
    #expect(text(60..<(60 + number(56, 4))) == "demo")
    #expect(number(252, 4) == checksum(0..<252))

    // Section table
    var found: [String: Range<Int>] = [:]
    for entry in stride(from: 256, to: 256 + 40 * sections, by: 40) {
      let name = text(entry..<(entry + 16)).prefix { $0 != "\0" }
      let offset = number(entry + 16, 8)
      let range = offset..<(offset + number(entry + 24, 8))
      #expect(offset % 4_096 == 0)
      #expect(number(entry + 32, 4) == checksum(range))
      found[String(name)] = range
    }
    #expect(number(256 + 40 * sections, 4) == checksum(256..<(256 + 40 * sections)))

    // Sections
    let vectors = try #require(found["vectors"])
    let floats = stride(from: vectors.lowerBound, to: vectors.upperBound, by: 4).map { Float(bitPattern: UInt32(number($0, 4))) }
    #expect(floats == [1] + Array(repeating: 0, count: 15) + [0.6, 0.8] + Array(repeating: 0, count: 14))
    let coarse = try #require(found["coarse"])
    for (row, vector) in [[1, 0, 0], [0.6, 0.8, 0]].enumerated() {
      let measure = coarse.lowerBound + 128 + 16 * row
      let scale = Float(bitPattern: UInt32(number(measure, 4)))
      for (index, value) in vector.enumerated() { #expect(abs(Float(Int(bytes[coarse.lowerBound + 64 * row + index]) - 128) * scale - Float(value)) < 0.004) }
      #expect(bytes[(coarse.lowerBound + 64 * row + 3)..<(coarse.lowerBound + 64 * row + 64)].allSatisfy { $0 == 128 })
    }
    let hashes = try #require(found["hashes"])
    let given: [[Float]] = [[1, 0, 0], [3, 4, 0]]
    for (row, vector) in given.enumerated() {
      let source = vector.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
      #expect(UInt64(bitPattern: Int64(number(hashes.lowerBound + 8 * row, 8))) == hash(source))
    }
    func strings(_ count: Int, at start: Int) -> [String] {
      (0..<count).map { text((start + 8 * (count + 1) + number(start + 8 * $0, 8))..<(start + 8 * (count + 1) + number(start + 8 * ($0 + 1), 8))) }
    }
    let ids = try #require(found["ids"]), tables = try #require(found["tables"]), stored = try #require(found["stored"])
    #expect(strings(rows, at: ids.lowerBound) == ["a", "b"])
    #expect([number(tables.lowerBound, 8), number(tables.lowerBound + 8, 8)] == [0, rows])
    #expect(strings(1, at: tables.lowerBound + 16) == ["notes"])
    #expect(strings(rows, at: stored.lowerBound) == [#"{"title":"one"}"#, #"{"title":"two"}"#])
    #expect(text(try #require(found["origin"])) == #"{"column":"notes.v","store":["title"]}"#)
    #expect(UInt64(bitPattern: Int64(number(48, 8))) == hash(Array(bytes[hashes] + bytes[ids] + bytes[tables] + bytes[stored])))
  }
}
