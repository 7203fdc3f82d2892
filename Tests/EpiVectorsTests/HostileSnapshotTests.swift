import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Damaged and made-up files: whatever the bytes, opening, searching and checking end with a value or an error.
struct HostileSnapshotTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func graph() throws -> [UInt8] {
    var generator = SeededGenerator(seed: 5)
    let text = (0..<90).map { Indexing.line("row\($0)", generator.vector(10)) }.joined()
    return try Indexing.bytes(of: try Indexing.rows(text), graph: Indexing.coded)
  }

  private static func sound() throws -> [UInt8] {
    let text = (0..<12).map { Indexing.line("row\($0)", [Float($0 + 1), 1, -1, Float($0 % 3)], more: #","title":"number \#($0)""#) }.joined()
    let rows = try Indexing.rows(text) { $0.store = ["title"] }
    return try Indexing.bytes(of: rows, model: "model")
  }

  /// Does all that the tools do with a file.
  private func use(_ bytes: [UInt8]) throws {
    var text = ByteWriter()
    let path = try folder.write(bytes, to: "use.epi")
    do throws(SnapshotError) {
      guard let file = try? MappedFile(path: path) else { return }
      let snapshot = try Snapshot(mapping: file)
      try snapshot.appendDescription(to: &text)
      for row in 0..<min(snapshot.head.rows, 100) {
        _ = try snapshot.id(ofRow: row)
        _ = try snapshot.table(ofRow: row)
      }
      var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
      try? batch.append(Array(repeating: 1, count: snapshot.head.dimensions))
      for plan in [SearchPlan.scan, .codes, .graph(beam: 50)] {
        var searcher = try Searcher(of: snapshot, limit: 50, isExact: plan == .scan, plan: plan)
        for matches in try searcher.search(snapshot, for: batch) {
          for match in matches {
            _ = try snapshot.id(ofRow: match.row)
            _ = try snapshot.storedFields(ofRow: match.row)
          }
        }
      }
    } catch {
      #expect(!error.message.isEmpty)
    }
    if let file = try? MappedFile(path: path) { _ = SnapshotCheck.report(on: file, to: &text) }
  }

  @Test func `a file that is cut anywhere is refused`() throws {
    let bytes = try Self.sound()
    for count in Array(0..<300) + Array(stride(from: 300, to: bytes.count, by: 97)) {
      let path = try folder.write(bytes.prefix(count), to: "cut.epi")
      #expect(throws: SnapshotError.self) { _ = try Snapshot(mapping: try MappedFile(path: path)).head }
    }
    let longer = try folder.write(bytes + [0], to: "longer.epi")
    #expect(throws: SnapshotError(.fileLength(found: bytes.count + 1, wanted: bytes.count))) {
      _ = try Snapshot(mapping: try MappedFile(path: longer)).head
    }
  }

  @Test(arguments: [false, true])
  func `a check finds every changed byte`(isGraph: Bool) throws {
    let bytes = try isGraph ? Self.graph() : Self.sound()
    var generator = SeededGenerator(seed: 11)
    var places = Array(0..<520)
    for _ in 0..<1_500 { places.append(Int.random(in: 0..<bytes.count, using: &generator)) }
    var report = ByteWriter()
    for place in places {
      var changed = bytes
      changed[place] ^= UInt8.random(in: 1...255, using: &generator)
      let path = try folder.write(changed, to: "changed.epi")
      report.removeAll()
      #expect(SnapshotCheck.report(on: try MappedFile(path: path), to: &report) != nil, "byte \(place)")
    }
  }

  @Test(arguments: Seeds.list(8), [false, true])
  func `damage ends with an error, never with a crash`(seed: UInt64, isGraph: Bool) throws {
    let sound = try isGraph ? Self.graph() : Self.sound()
    var generator = SeededGenerator(seed: seed)
    // Where a wrong number does most: the head, the table, and the beginning of each section.
    let pages = stride(from: 4_096, to: sound.count, by: 4_096).map { $0 }
    for _ in 0..<500 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place =
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: Int.random(in: 8..<252, using: &generator)
          case 1: Int.random(in: 256..<500, using: &generator)
          case 2: pages.randomElement(using: &generator)! + Int.random(in: 0..<160, using: &generator)
          default: Int.random(in: 0..<bytes.count, using: &generator)
          }
        guard place + 8 <= bytes.count else { continue }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: SnapshotBytes.store(UInt64.random(in: 0...UInt64.max, using: &generator), in: &bytes, at: place)
        case 2: SnapshotBytes.store([UInt64.max, 1 << 63, 1 << 32, 0, 4_096].randomElement(using: &generator)!, in: &bytes, at: place)
        case 3: SnapshotBytes.store(UInt32.random(in: 0...64, using: &generator), in: &bytes, at: place)
        default: SnapshotBytes.store([Float.nan, .infinity, -.infinity, 3e38].randomElement(using: &generator)!.bitPattern, in: &bytes, at: place & ~3)
        }
      }
      if Int.random(in: 0..<4, using: &generator) == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
      if Int.random(in: 0..<8, using: &generator) > 0 { SnapshotBytes.mendChecksums(&bytes) }
      try use(bytes)
    }
  }

  /// Sections of a graph: a neighbour, a number of a row, a field of the graph, each out of range, with right checksums.
  @Test func `a graph that points beyond itself is an error where it is used`() throws {
    let sound = try Self.graph()
    func section(_ name: String) -> Int {
      let entry = stride(from: 256, to: 700, by: 40).first { String(decoding: sound[$0..<($0 + 16)], as: UTF8.self).hasPrefix(name) }
      return (0..<8).reduce(0) { $0 | Int(sound[(entry ?? 0) + 16 + $1]) << (8 * $1) }
    }
    func outcome(_ offset: Int, _ value: UInt32) throws -> SnapshotError.Code? {
      var bytes = sound
      SnapshotBytes.store(value, in: &bytes, at: offset)
      do {
        let snapshot = try Indexing.open(bytes, in: folder)
        _ = try Indexing.search(snapshot, Array(repeating: 1, count: 10), limit: 90, plan: .graph(beam: 90))
        return nil
      } catch let error as SnapshotError {
        return error.code
      }
    }
    let entry = (0..<4).reduce(0) { $0 | Int(sound[section("graph") + 8 + $1]) << (8 * $1) }
    // A block: 16 numbers of the vector, 32 neighbours with two numbers each, 32 codes of 32 bits.
    let block = section("blocks") + entry * 576
    #expect(try outcome(block + 64, 90) == .neighbor(node: entry))
    #expect(try outcome(block + 64 + 31 * 4, .max) == .neighbor(node: entry))
    #expect(try outcome(section("nodes") + 90 * 4, 91) == .sectionOffsets("nodes", item: 89))
    #expect(try outcome(section("nodes") + 4, 0) == .sectionOffsets("nodes", item: 0))
    #expect(try outcome(section("nodes") + 91 * 4, 90) == .sectionOffsets("nodes", item: 91))
    for (offset, value, field) in [
      (0, 0, "node count"), (0, 91, "node count"), (4, 0, "number of neighbours"), (4, 33, "number of neighbours"),
      (4, 2_048, "number of neighbours"), (8, 90, "entry"), (16, 0, "search width"), (20, .max, "search width"), (24, 0, "alpha"),
      (24, Float.nan.bitPattern, "alpha"),
    ] as [(Int, UInt32, String)] {
      #expect(try outcome(section("graph") + offset, value) == .graphField(field), "offset \(offset)")
    }
    #expect(try outcome(section("graph") + 12, 7) == .unsupported("neighbour code 7"))
    #expect(try outcome(section("graph") + 12, 4) == .sectionLength("blocks", found: 90 * 576, wanted: 90 * (64 + 32 * 68)))
    #expect(try outcome(section("graph") + 28, Float.nan.bitPattern) == .graphField("bound"))
    #expect(try outcome(section("graph"), 89) == .sectionLength("blocks", found: 90 * 576, wanted: 89 * 576))
  }

  /// What each field of the head and the table can do wrong, with right checksums.
  @Test(arguments: [
    (20, 0), (20, 17), (20, 65_537), (24, 0), (24, 11), (24, 13), (24, Int(UInt32.max)), (24, Int(UInt32.max) + 1), (24, -1), (32, 0), (32, 6), (32, 8),
    (32, 64), (32, 65), (36, 0), (36, 2), (36, 13), (40, 0), (40, -1), (56, 129), (56, 4), (188, 1),
    (272, 0), (272, 4_097), (272, 8_192), (272, -4_096), (280, 0), (280, 767), (280, 1 << 40), (280, -1), (312, 4_096),
  ])
  func `a count that is wrong is an error`(offset: Int, value: Int) throws {
    var bytes = try Self.sound()
    let isShort = offset < 256 && offset != 24 && offset != 40 && offset != 188
    if isShort { SnapshotBytes.store(UInt32(truncatingIfNeeded: value), in: &bytes, at: offset) } else { SnapshotBytes.store(value, in: &bytes, at: offset) }
    SnapshotBytes.mendChecksums(&bytes)
    let path = try folder.write(bytes, to: "wrong.epi")
    #expect(throws: SnapshotError.self) { _ = try Snapshot(mapping: try MappedFile(path: path)).head }
  }
}
