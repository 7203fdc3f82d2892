import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Damaged and made-up files: whatever the bytes, opening, searching and checking end with a value or an error.
struct HostileSnapshotTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

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
      for matches in ExactSearch.search(snapshot.vectors, for: batch, limit: 50) {
        for format in ResultFormat.allCases { try format.append(matches[...], label: [0x31], from: snapshot, to: &text) }
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

  @Test func `a check finds every changed byte`() throws {
    let bytes = try Self.sound()
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

  @Test(arguments: Seeds.list(8))
  func `damage ends with an error, never with a crash`(seed: UInt64) throws {
    let sound = try Self.sound()
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

  /// What each field of the head and the table can do wrong, with right checksums.
  @Test(arguments: [
    (20, 0), (20, 17), (20, 65_537), (24, 0), (24, 11), (24, 13), (24, Int(UInt32.max)), (24, Int(UInt32.max) + 1), (24, -1), (32, 0), (32, 5), (32, 7),
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
