import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Indexes of every element type and metric, exact and by graph, against distances by their definition.
struct ElementSearchTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes(
    _ vectors: [[Float]], _ metric: Metric, _ element: ElementType, graph: Bool, configure: (inout GraphOptions) -> Void = { _ in }
  ) throws -> [UInt8] {
    let rows = try Indexing.rows(vectors.enumerated().map { Indexing.line("r\(10_000 + $0)", $1) }.joined()) {
      $0.metric = metric
      $0.element = element
      $0.column = FieldName(table: "t", field: "v")
    }
    var options = GraphOptions()
    configure(&options)
    return try Indexing.bytes(of: rows, graph: graph ? options : nil)
  }

  private func search(_ snapshot: borrowing Snapshot, _ queries: [[Float]], limit: Int, isExact: Bool) throws -> [[Match]] {
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    for query in queries { try batch.append(query) }
    var searcher = try Searcher(of: snapshot, limit: limit, isExact: isExact, threads: 2)
    return try searcher.search(snapshot, for: batch)
  }

  private func fault(in bytes: [UInt8]) throws -> SnapshotError? {
    var report = ByteWriter()
    return SnapshotCheck.report(on: try MappedFile(path: try folder.write(bytes, to: "check.epi")), to: &report)
  }

  /// Numbers as a type keeps them.
  private func kept(_ vector: [Float], _ element: ElementType, _ metric: Metric) -> [Double] {
    var values = vector
    if metric == .cosine {
      let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      values = vector.map { Float(Double($0) / length) }
    }
    switch element {
    case .float32, .float64: return values.map(Double.init)
    case .float16: return values.map { Double(Float16($0)) }
    case .floatb16: return values.map { Double(Float(bitPattern: $0.bitPattern & 0xffff_0000)) }
    case .float1bit: return values.map { $0 > 0 ? 1 : -1 }
    case .float8:
      let (least, greatest) = (values.min()!, values.max()!)
      let step = (greatest - least) / 255
      return values.map { Double(least) + Double(step) * (Double(($0 - least) / step) + 0.5).rounded(.down) }
    }
  }

  private func distance(_ a: [Float], _ b: [Double], _ metric: Metric) -> Double {
    var (dot, aa, bb, square) = (0.0, 0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      dot += Double(x) * y
      aa += Double(x) * Double(x)
      bb += y * y
      square += (Double(x) - y) * (Double(x) - y)
    }
    return switch metric {
    case .cosine: 1 - dot / (aa * bb).squareRoot()
    case .l2: square.squareRoot()
    case .dot: -dot
    }
  }

  private static let cases = ElementType.allCases.flatMap { element in Metric.allCases.map { (element, $0) } }.filter { $0 != .float1bit || $1 == .cosine }

  @Test(arguments: cases)
  func `distances are those of the query and the rounded vector`(element: ElementType, metric: Metric) throws {
    for dimensions in [2, 17, 64, 100] {
      var generator = SeededGenerator(seed: UInt64(dimensions))
      let rows = (0..<120).map { _ in generator.vector(dimensions).map { $0 * 3 } }
      let queries = (0..<5).map { _ in generator.vector(dimensions) }
      let bytes = try bytes(rows, metric, element, graph: false)
      #expect(try fault(in: bytes) == nil)
      let snapshot = try Indexing.open(bytes, in: folder)
      #expect(snapshot.head.element == element)
      for (query, matches) in zip(queries, try search(snapshot, queries, limit: 120, isExact: true)) {
        #expect(matches.count == 120)
        for match in matches {
          let expected = distance(query, kept(rows[match.row], element, metric), metric)
          #expect(abs(Double(match.distance) - expected) <= 2e-5 * max(1, abs(expected)), "row \(match.row) of \(dimensions)")
        }
        #expect(matches.map(\.distance) == matches.map(\.distance).sorted())
      }
    }
  }

  @Test(arguments: cases)
  func `a graph finds nearly all`(element: ElementType, metric: Metric) throws {
    var generator = SeededGenerator(seed: 7)
    let centres = (0..<30).map { _ in generator.vector(72) }
    let all = (0..<1_600).map { index in zip(centres[index % 30], generator.vector(72)).map { $0 + 0.8 * $1 } }
    let bytes = try bytes(Array(all[..<1_500]), metric, element, graph: true)
    #expect(try fault(in: bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    #expect(snapshot.head.kind == .graph)
    let queries = Array(all[1_500...])
    let exact = try search(snapshot, queries, limit: 10, isExact: true)
    let found = try search(snapshot, queries, limit: 10, isExact: false)
    var hits = 0
    for (exact, found) in zip(exact, found) { hits += found.count { $0.distance <= exact[9].distance } }
    #expect(Double(hits) / 1_000 >= 0.97)
  }

  @Test(arguments: [NeighborCompression.none, .float8, .float1bit, .float16, .floatb16], Metric.allCases)
  func `neighbours are kept as they are to be`(compression: NeighborCompression, metric: Metric) throws {
    var generator = SeededGenerator(seed: 8)
    let all = (0..<1_060).map { _ in generator.vector(48) }
    let rows = Array(all[..<1_000])
    let one = try bytes(rows, metric, .float32, graph: true) { $0.compression = compression }
    #expect(try fault(in: one) == nil)
    #expect(try bytes(rows, metric, .float32, graph: true) { ($0.compression, $0.threads) = (compression, 3) }.firstDifference(from: one) == nil)
    let snapshot = try Indexing.open(one, in: folder)
    var text = ByteWriter()
    try snapshot.appendDescription(to: &text)
    #expect(String(decoding: text.bytes, as: UTF8.self).contains(#""compress_neighbors":"\#(compression.rawValue)""#))
    // The vector and 32 neighbours: a number each, and what is kept of it.
    let kept = [NeighborCompression.none: 0, .float1bit: 8 + 8, .float8: 64, .float16: 128, .floatb16: 128][compression] ?? 0
    #expect(snapshot.sections.first { $0.name == "blocks" }?.length == 1_000 * (192 + 32 * (4 + kept)))
    let queries = Array(all[1_000...])
    let exact = try search(snapshot, queries, limit: 10, isExact: true)
    let found = try search(snapshot, queries, limit: 10, isExact: false)
    var hits = 0
    for (exact, found) in zip(exact, found) { hits += found.count { $0.distance <= exact[9].distance } }
    #expect(Double(hits) / 600 >= 0.96)
  }

  @Test func `doubles are kept as doubles`() throws {
    let text = #"{"table":"t","id":"a","row":{"v":[1.0000000001,0]}}"# + "\n" + #"{"table":"t","id":"b","row":{"v":[1,0]}}"# + "\n"
    let rows = try Indexing.rows(text) { ($0.element, $0.metric) = (.float64, .l2) }
    let snapshot = try Indexing.open(try Indexing.bytes(of: rows), in: folder)
    let matches = try search(snapshot, [[1, 0]], limit: 2, isExact: true)[0]
    #expect(matches.map(\.row) == [1, 0])
    #expect(matches[0].distance == 0)
    #expect(abs(matches[1].distance - 1e-10) < 1e-14)
  }

  @Test func `what a type cannot hold is rejected`() throws {
    let large = try Indexing.error(Indexing.line("a", [1, 65_520])) { ($0.element, $0.metric, $0.column) = (.float16, .l2, FieldName(table: "t", field: "v")) }
    #expect(large?.message == "row 't/a' has a vector with a number at position 1 that is too large for f16")
    let small = try Indexing.error(Indexing.line("a", [1e-9, 1e-9])) { ($0.element, $0.metric, $0.column) = (.float16, .dot, FieldName(table: "t", field: "v")) }
    #expect(small?.message == "row 't/a' has a vector of numbers that are all 0 as f16")
    #expect(try Indexing.error(Indexing.line("a", [65_520, 1])) { $0.element = .float16 } == nil, "scaled to length 1")
  }

  @Test func `the schema says the type, the option overrides it`() throws {
    let schema = #"{"epi":1,"table":"t","fields":[{"id":"v","type":"vector","dimensions":2,"element":"f8"}]}"# + "\n"
    let text = schema + Indexing.line("a", [1, 0]) + Indexing.line("b", [0, 1])
    #expect(try Indexing.open(try Indexing.bytes(of: try Indexing.rows(text)), in: folder).head.element == .float8)
    #expect(try Indexing.open(try Indexing.bytes(of: try Indexing.rows(text) { $0.element = .floatb16 }), in: folder).head.element == .floatb16)
  }
}
