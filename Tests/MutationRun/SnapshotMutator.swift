import EpiBytes
import EpiRows
import EpiSystem
import EpiTestSupport
import EpiVectors
import Foundation

/// Sound snapshots of several kinds, and faulty ones made of them.
struct SnapshotMutator {
  struct Mutation {
    let seed: String
    let bytes: [UInt8]
  }

  private let seeds: [(name: String, bytes: [UInt8])]

  init() throws {
    var seeds: [(String, [UInt8])] = []
    for (metric, element, compression) in [
      (.cosine, .float32, nil), (.dot, .float8, nil), (.cosine, .float1bit, nil), (.cosine, .float32, .float1bit), (.l2, .float16, NeighborCompression.none),
      (.dot, .floatb16, .float1bit), (.cosine, .float64, .float8),
    ] as [(Metric, ElementType, NeighborCompression?)] {
      let name = "\(metric.name) \(element.name) \(compression?.rawValue ?? "exact")"
      seeds.append((name, try Self.snapshot(metric, element, compression)))
    }
    self.seeds = seeds
  }

  private static func snapshot(_ metric: Metric, _ element: ElementType, _ compression: NeighborCompression?) throws -> [UInt8] {
    var options = IndexOptions()
    (options.metric, options.element, options.store) = (metric, element, ["title"])
    options.column = FieldName(table: "t", field: "v")
    var builder = IndexBuilder(options)
    builder.beginInput()
    var reader = RowReader()
    var generator = SeededGenerator(seed: 5)
    for row in 0..<60 {
      let numbers = (0..<6).map { _ in "\(Float.random(in: -1...1, using: &generator))" }.joined(separator: ",")
      reader.input.append(#"{"table":"t","id":"r\#(row)","row":{"title":"number \#(row % 7)","v":[\#(row % 9 == 0 ? "1,0,0,0,0,1" : numbers)]}}"# + "\n")
    }
    reader.endOfInput()
    while try reader.next() != nil { try builder.addRow(reader, file: "rows") }
    let rows = try builder.finish()
    var graph: VectorGraph?
    if let compression {
      var options = GraphOptions()
      options.compression = compression
      graph = VectorGraph(of: rows, options: options)
    }
    var bytes: [UInt8] = []
    try SnapshotWriter.write(rows, graph: graph, model: "m") { (piece) throws(SystemError) in
      for index in 0..<piece.count { bytes.append(piece[index]) }
    }
    return bytes
  }

  /// One of the mutations, by its number: the same for the same number.
  func mutation(_ number: Int) -> Mutation {
    let (name, sound) = seeds[number % seeds.count]
    var generator = SeededGenerator(seed: UInt64(number))
    var bytes = sound
    let pages = stride(from: 4_096, to: sound.count, by: 4_096).map { $0 }
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place =
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: Int.random(in: 8..<252, using: &generator)
        case 1: Int.random(in: 256..<620, using: &generator)
        case 2: pages.randomElement(using: &generator)! + Int.random(in: 0..<200, using: &generator)
        default: Int.random(in: 0..<bytes.count, using: &generator)
        }
      guard place + 8 <= bytes.count else { continue }
      let value: UInt64 =
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: UInt64.random(in: 0...UInt64.max, using: &generator)
        case 1: [UInt64.max, 1 << 63, 1 << 32, 0, 4_096].randomElement(using: &generator)!
        case 2: UInt64.random(in: 0...64, using: &generator)
        case 3: UInt64([Float.nan, .infinity, -.infinity, 3e38].randomElement(using: &generator)!.bitPattern)
        default: UInt64(bytes[place]) ^ UInt64.random(in: 1...255, using: &generator)
        }
      let size = [1, 1, 4, 8].randomElement(using: &generator)!
      for index in 0..<size { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
    }
    if Int.random(in: 0..<8, using: &generator) == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
    if Int.random(in: 0..<8, using: &generator) > 0 { Self.mendChecksums(&bytes) }
    return Mutation(seed: name, bytes: bytes)
  }

  /// Makes the checksums of head and section table right again, so that what lies behind them is looked at.
  private static func mendChecksums(_ bytes: inout [UInt8]) {
    guard bytes.count >= 4_096 else { return }
    func store(_ sum: UInt32, at offset: Int) { for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(index))) } }
    store(Checksum.crc32c(bytes.span.extracting(0..<252)), at: 252)
    let end = 256 + 40 * (0..<4).reduce(0) { $0 | Int(bytes[32 + $1]) << (8 * $1) }
    if end + 4 <= 4_096 { store(Checksum.crc32c(bytes.span.extracting(256..<end)), at: end) }
  }

  /// Does with a file all that the tools do.
  /// - Returns: whether it was read to the end without an error.
  static func use(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
    // A new file each time, by hand: nothing then waits for the disk.
    let path = folder.file("mutation.epi")
    unlink(path)
    guard let file = fopen(path, "w"), fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0 else { throw POSIXError(.EIO) }
    var text = ByteWriter()
    _ = SnapshotCheck.report(on: try MappedFile(path: path), to: &text)
    do throws(SnapshotError) {
      guard let file = try? MappedFile(path: path) else { return false }
      let snapshot = try Snapshot(mapping: file)
      try snapshot.appendDescription(to: &text)
      // The page and the map, of whatever can be read.
      _ = try? snapshot.tableCounts()
      _ = try? snapshot.links()
      if let map = try? EmbeddingMap(of: snapshot, coloredBy: "title") { map.append(named: "mutation", to: &text) }
      var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
      try? batch.append(Array(repeating: 1, count: snapshot.head.dimensions))
      for plan in [SearchPlan.graph(beam: 40), .codes, .scan] {
        var searcher = try Searcher(of: snapshot, limit: 20, isExact: plan == .scan, plan: plan)
        for matches in try searcher.search(snapshot, for: batch) {
          for match in matches {
            _ = try snapshot.id(ofRow: match.row)
            _ = try snapshot.table(ofRow: match.row)
            _ = try snapshot.storedFields(ofRow: match.row)
          }
        }
      }
      return true
    } catch {
      return false
    }
  }
}
