import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

struct SnapshotTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let text =
    Indexing.line("b", [3, 4, 0], more: #","title":"two""#) + Indexing.line("a", [1, 0, 0], more: #","title":"one""#)
    + Indexing.line("á", [0, 0, 2])

  private func bytes(_ text: String? = nil, model: String = "m", configure: (inout IndexOptions) -> Void = { $0.store = ["title"] }) throws -> [UInt8] {
    let rows = try Indexing.rows(text ?? self.text, configure: configure)
    return try Indexing.bytes(of: rows, model: model)
  }

  private func checked(_ bytes: [UInt8]) throws -> SnapshotError? {
    var report = ByteWriter()
    return SnapshotCheck.report(on: try MappedFile(path: try folder.write(bytes, to: "check.epi")), to: &report)
  }

  @Test func `the same rows give the same bytes, in whatever order they came`() throws {
    let lines = text.split(separator: "\n").map { $0 + "\n" }
    let wanted = try bytes()
    for order in [[2, 1, 0], [1, 2, 0], [0, 2, 1]] {
      #expect(try bytes(order.map { lines[$0] }.joined()) == wanted)
    }
    #expect(try bytes(text + lines[0]) == wanted)
    #expect(try bytes(model: "other") != wanted)
  }

  @Test func `what was written is read`() throws {
    let snapshot = try Indexing.open(try bytes(), in: folder)
    let head = snapshot.head
    #expect(head.kind == .exact)
    #expect(head.metric == .cosine)
    #expect(head.element == .float32)
    #expect(head.dimensions == 3)
    #expect(head.rows == 3)
    #expect(head.tables == 1)
    #expect(head.model == "m")
    #expect(snapshot.sections.map(\.name) == ["vectors", "hashes", "ids", "tables", "stored", "origin"])
    for section in snapshot.sections { #expect(section.offset % 4_096 == 0) }
    let all = snapshot.bytes
    for (row, id) in ["a", "b", "á"].enumerated() {
      #expect(UTF8Text.string(all, in: try snapshot.id(ofRow: row)) == id)
      #expect(try snapshot.table(ofRow: row) == 0)
    }
    #expect(UTF8Text.string(all, in: try snapshot.name(ofTable: 0)) == "t")
    let stored = try (0..<3).map { row in try snapshot.storedFields(ofRow: row).map { UTF8Text.string(all, in: $0) } }
    #expect(stored == [#"{"title":"one"}"#, #"{"title":"two"}"#, "{}"])
    let vectors = snapshot.vectors
    #expect(vectors.count == 192)
    let numbers = (0..<48).map { place in Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(vectors[4 * place + $1]) << (8 * UInt32($1)) }) }
    #expect(numbers == [1] + Array(repeating: 0, count: 15) + [0.6, 0.8] + Array(repeating: 0, count: 16) + [1] + Array(repeating: 0, count: 13))
    #expect(try checked(try bytes()) == nil)
  }

  @Test(arguments: Metric.allCases, [1, 16, 17, 100])
  func `every metric and length is written and found sound`(metric: Metric, dimensions: Int) throws {
    var generator = SeededGenerator(seed: UInt64(dimensions))
    let text = (0..<40).map { Indexing.line("\($0)", generator.vector(dimensions)) }.joined()
    let bytes = try bytes(text) {
      $0.metric = metric
      $0.column = FieldName(table: "t", field: "v")
    }
    #expect(try checked(bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    #expect(snapshot.head.metric == metric)
    #expect(!snapshot.sections.contains { $0.name == "stored" })
    #expect(snapshot.sections[0].length == 40 * ((dimensions + 15) / 16 * 64))
  }

  @Test func `the description is one line of JSON`() throws {
    let snapshot = try Indexing.open(try bytes(model: "a\"b"), in: folder)
    var text = ByteWriter()
    try snapshot.appendDescription(to: &text)
    let hash = String(snapshot.head.contentHash, radix: 16)
    let description = String(decoding: text.bytes, as: UTF8.self)
    #expect(
      description.hasPrefix(
        #"{"format":2,"kind":"exact","metric":"cosine","type":"f32","dimensions":3,"rows":3,"tables":1,"model":"a\"b","bytes":"#))
    #expect(description.contains(String(repeating: "0", count: 16 - hash.count) + hash))
    #expect(description.contains(#""origin":{"column":"t.v","store":["title"]}"#))
    #expect(description.hasSuffix("}\n"))
  }

  @Test func `a section of a later version is passed over`() throws {
    var bytes = try bytes()
    let count = 6
    let end = bytes.count
    let start = (end + 4_095) / 4_096 * 4_096
    bytes += Array(repeating: 0, count: start - end) + [1, 2, 3]
    let entry = 256 + count * 40
    for (index, byte) in "neighbours".utf8.enumerated() { bytes[entry + index] = byte }
    for index in 10..<16 { bytes[entry + index] = 0 }
    SnapshotBytes.store(UInt64(start), in: &bytes, at: entry + 16)
    SnapshotBytes.store(UInt64(3), in: &bytes, at: entry + 24)
    SnapshotBytes.store(Checksum.crc32c([1, 2, 3].span), in: &bytes, at: entry + 32)
    SnapshotBytes.store(UInt32(0), in: &bytes, at: entry + 36)
    SnapshotBytes.store(UInt32(count + 1), in: &bytes, at: 32)
    SnapshotBytes.store(UInt64(bytes.count), in: &bytes, at: 40)
    SnapshotBytes.mendChecksums(&bytes)
    #expect(try checked(bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    #expect(snapshot.sections.map(\.name).last == "neighbours")
    #expect(try Indexing.search(snapshot, [3, 4, 0], limit: 1, format: .ids) == "[\"b\"]\n")
  }

  @Test func `what a later version writes is told as such`() throws {
    func refused(_ change: (inout [UInt8]) -> Void) throws -> SnapshotError.Code? {
      var bytes = try bytes()
      change(&bytes)
      SnapshotBytes.mendChecksums(&bytes)
      return try checked(bytes)?.code
    }
    #expect(try refused { $0[8] = 3 } == .unsupportedVersion(3))
    #expect(try refused { $0[16] = 2 } == .sectionMissing("blocks"))
    #expect(try refused { $0[16] = 3 } == .unsupported("kind 3"))
    #expect(try refused { $0[17] = 4 } == .unsupported("metric 4"))
    #expect(try refused { $0[18] = 5 } == .vectorForm(row: 0))
    #expect(try refused { $0[18] = 7 } == .unsupported("element type 7"))
    #expect(try refused { $0[12...15].reverse() } == .byteOrder)
    #expect(try refused { $0[0] = 0 } == .notASnapshot)
  }

  @Test func `a write that fails is told, not swallowed`() throws {
    let rows = try Indexing.rows(text)
    var pieces = 0
    let failure = SystemError(.readOrWriteFailed, path: nil, message: "full")
    #expect(throws: failure) {
      try SnapshotWriter.write(rows, model: "") { (_) throws(SystemError) in
        pieces += 1
        if pieces == 3 { throw failure }
      }
    }
    #expect(pieces == 3)
  }
}
