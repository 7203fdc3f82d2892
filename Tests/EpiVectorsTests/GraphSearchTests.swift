import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Graphs built and searched in memory order, judged by measuring every row.
struct GraphSearchTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func snapshot(
    _ vectors: [[Float]], metric: Metric = .cosine, configure: (inout GraphOptions) -> Void = { _ in }
  ) throws -> Snapshot {
    try Indexing.open(try bytes(vectors, metric: metric, configure: configure), in: folder)
  }

  private func bytes(
    _ vectors: [[Float]], metric: Metric = .cosine, configure: (inout GraphOptions) -> Void = { _ in }
  ) throws -> [UInt8] {
    var options = GraphOptions()
    configure(&options)
    // Ids whose order is that of the rows.
    let text = vectors.enumerated().map { Indexing.line("r\(100_000 + $0)", $1) }.joined()
    let rows = try Indexing.rows(text) {
      $0.metric = metric
      $0.column = FieldName(table: "t", field: "v")
    }
    return try Indexing.bytes(of: rows, graph: options)
  }

  /// Searches the graph, also where comparing all codes would be cheaper, or measures every row.
  private func search(_ snapshot: borrowing Snapshot, _ queries: [[Float]], limit: Int, isExact: Bool = false, beam: Int? = nil) throws -> [[Match]] {
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    for query in queries { try batch.append(query) }
    let graph = snapshot.graph.map { SearchPlan.graph(beam: min(max(beam ?? $0.options.searchL, limit), $0.nodes)) }
    var searcher = try Searcher(of: snapshot, limit: limit, isExact: isExact, plan: isExact ? nil : graph, threads: 2)
    return try searcher.search(snapshot, for: batch)
  }

  /// The share of the exact results that the graph finds.
  private func recall(_ snapshot: borrowing Snapshot, _ queries: [[Float]], limit: Int = 10, beam: Int? = nil) throws -> Double {
    let exact = try search(snapshot, queries, limit: limit, isExact: true)
    let found = try search(snapshot, queries, limit: limit, beam: beam)
    var hits = 0
    for (exact, found) in zip(exact, found) {
      #expect(found.count == exact.count)
      #expect(found.map(\.distance) == found.map(\.distance).sorted())
      hits += found.count { $0.distance <= exact[exact.count - 1].distance }
    }
    return Double(hits) / Double(queries.count * limit)
  }

  private func checked(_ bytes: [UInt8]) throws -> SnapshotError? {
    var report = ByteWriter()
    return SnapshotCheck.report(on: try MappedFile(path: try folder.write(bytes, to: "check.epi")), to: &report)
  }

  /// Directions about some centres, as embeddings lie.
  private func clustered(_ count: Int, dimensions: Int, clusters: Int, spread: Float, seed: UInt64) -> [[Float]] {
    var generator = SeededGenerator(seed: seed)
    let centres = (0..<clusters).map { _ in generator.vector(dimensions) }
    return (0..<count).map { index in
      let noise = generator.vector(dimensions)
      return zip(centres[index % clusters], noise).map { $0 + spread * $1 }
    }
  }

  /// The numbers that epi-index(1) names.
  @Test(arguments: [(32, 12_333), (128, 8_824), (384, 6_272), (1_536, 4_672)])
  func `a graph pays from a measured number of rows on`(dimensions: Int, rows: Int) {
    for metric in Metric.allCases {
      #expect(GraphOptions.fewestRows(of: VectorForm(metric: metric, element: .float32, dimensions: dimensions)) == rows)
    }
    #expect(GraphOptions.fewestRows(of: VectorForm(metric: .l2, element: .float16, dimensions: 384)) == 2_200)
  }

  @Test(arguments: [Metric.cosine, .l2], [8, 64, 100])
  func `nearly all of the nearest rows are found`(metric: Metric, dimensions: Int) throws {
    let all = clustered(2_200, dimensions: dimensions, clusters: 40, spread: 0.8, seed: 1)
    let snapshot = try snapshot(Array(all[..<2_000]), metric: metric)
    #expect(snapshot.head.kind == .graph)
    #expect(try recall(snapshot, Array(all[2_000...])) >= 0.97)
  }

  @Test func `a wider search finds more`() throws {
    let all = clustered(3_100, dimensions: 96, clusters: 300, spread: 1, seed: 2)
    let snapshot = try snapshot(Array(all[..<3_000]))
    let queries = Array(all[3_000...])
    let narrow = try recall(snapshot, queries, beam: 10)
    let wide = try recall(snapshot, queries, beam: 200)
    #expect(narrow < wide)
    #expect(wide >= 0.99)
    #expect(try recall(snapshot, queries, beam: 3_000) == 1, "every node is visited")
  }

  @Test func `tight clusters far apart are reached, and told apart inside`() throws {
    let rows = clustered(2_000, dimensions: 32, clusters: 20, spread: 0.001, seed: 3)
    let snapshot = try snapshot(rows, metric: .l2)
    #expect(try recall(snapshot, Array(rows[..<200])) >= 0.95)
  }

  @Test func `the number of threads changes no byte, the seed does`() throws {
    let rows = clustered(1_200, dimensions: 24, clusters: 10, spread: 0.5, seed: 4)
    let one = try bytes(rows) { $0.threads = 1 }
    for threads in [2, 3, 7] { #expect(try bytes(rows) { $0.threads = threads }.firstDifference(from: one) == nil) }
    #expect(try bytes(rows) { $0.seed = 1 }.firstDifference(from: one) != nil)
    #expect(try checked(one) == nil)
  }

  @Test func `rows with one vector are all found, in the order of their ids`() throws {
    var rows = clustered(600, dimensions: 16, clusters: 30, spread: 0.5, seed: 6)
    for index in stride(from: 5, to: 600, by: 2) { rows[index] = rows[3] }
    let bytes = try bytes(rows)
    #expect(try checked(bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    #expect(snapshot.graph?.nodes == 302)
    let twins = [3] + Array(stride(from: 5, to: 600, by: 2))
    #expect(try search(snapshot, [rows[3]], limit: 20)[0].map(\.row) == Array(twins[..<20]))
    let all = try search(snapshot, [rows[3]], limit: 299)[0]
    #expect(all.map(\.row) == twins)
    #expect(all.allSatisfy { $0.distance == 0 })
    #expect(try search(snapshot, [rows[3]], limit: 299, isExact: true)[0] == all)
  }

  @Test func `nothing but equal vectors is one node`() throws {
    let bytes = try bytes(Array(repeating: [1, 2, 3], count: 5_000))
    #expect(try checked(bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    #expect(snapshot.graph?.nodes == 1)
    #expect(try search(snapshot, [[1, 2, 3], [-1, 0, 0]], limit: 4).map { $0.map(\.row) } == [[0, 1, 2, 3], [0, 1, 2, 3]])
    #expect(try search(snapshot, [[0, 1, 0]], limit: 9_000)[0].count == 5_000)
  }

  @Test(arguments: [1, 2, 31, 32, 33, 34, 65, 130], [1, 3, 64, 65])
  func `few rows are all found`(count: Int, dimensions: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let rows = (0..<count).map { _ in generator.vector(dimensions) }
    let bytes = try bytes(rows, metric: .l2)
    #expect(try checked(bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    let exact = try search(snapshot, rows, limit: count, isExact: true)
    #expect(try search(snapshot, rows, limit: count) == exact)
    #expect(try search(snapshot, rows, limit: count + 1, beam: 1) == exact)
    #expect(try search(snapshot, rows, limit: 1, beam: count).map { $0[0].distance } == Array(repeating: 0, count: count))
  }

  @Test func `rows at equal distance rank by their ids`() throws {
    // The corners of a cube, from a point above its centre.
    let corners: [[Float]] = (0..<64).map { corner in (0..<6).map { corner >> $0 & 1 == 1 ? 1 : -1 } + [0] }
    let snapshot = try snapshot(corners, metric: .l2)
    let query: [Float] = [0, 0, 0, 0, 0, 0, 1]
    #expect(try search(snapshot, [query], limit: 10, beam: 64)[0].map(\.row) == Array(0..<10))
  }

  @Test func `a search ends where no row is left that can be near`() throws {
    var generator = SeededGenerator(seed: 10)
    let crowd = (0..<3_000).map { _ in generator.vector(64) }
    // Twelve rows by themselves, far from all others.
    let far = (0..<12).map { _ in generator.vector(64).map { 40 + $0 / 4 } }
    let snapshot = try snapshot(crowd + far, metric: .l2)
    func visits(_ query: [Float]) throws -> Int {
      var batch = QueryBatch(metric: .l2, dimensions: 64)
      try batch.append(query)
      var searcher = try Searcher(of: snapshot, limit: 10, plan: .graph(beam: 100))
      let found = try searcher.search(snapshot, for: batch)
      #expect(try found == search(snapshot, [query], limit: 10, isExact: true))
      return try #require(searcher.efforts.first?.visited)
    }
    let few = try visits([Float](repeating: 40, count: 64))
    // In the crowd all rows seem about as far, and many have to be visited.
    let many = try visits([Float](repeating: 0.01, count: 64))
    #expect(few < 80 && many > 100, "\(few) and \(many) visits")
  }

  /// A reader can do without the codes of all rows, but then its searches begin where all do.
  @Test func `codes of some rows tell where to begin`() throws {
    let all = clustered(4_100, dimensions: 64, clusters: 40, spread: 0.5, seed: 11)
    var bytes = try bytes(Array(all[..<4_000]))
    let queries = Array(all[4_000...])
    func search(_ snapshot: borrowing Snapshot) throws -> (visits: Int, recall: Double) {
      var batch = QueryBatch(metric: .cosine, dimensions: 64)
      for query in queries { try batch.append(query) }
      var searcher = try Searcher(of: snapshot, limit: 10, plan: .graph(beam: 32))
      _ = try searcher.search(snapshot, for: batch)
      return (searcher.efforts.reduce(0) { $0 + $1.visited }, try recall(snapshot, queries, beam: 32))
    }
    let near = try search(Indexing.open(bytes, in: folder))
    let name = Array("codes".utf8)
    let place = try #require((256..<4_096).first { bytes[$0..<($0 + name.count)].elementsEqual(name) })
    bytes[place] = UInt8(ascii: "x")
    SnapshotBytes.mendChecksums(&bytes)
    let far = try search(Indexing.open(bytes, in: folder))
    #expect(near.visits + queries.count < far.visits, "\(near.visits) and \(far.visits) visits")
    #expect(near.recall > far.recall - 0.02, "\(near.recall) and \(far.recall)")
  }

  @Test func `links of other numbers are built and searched`() throws {
    let all = clustered(1_600, dimensions: 48, clusters: 20, spread: 1, seed: 8)
    for neighbors in [64, 96] {
      let bytes = try bytes(Array(all[..<1_500])) { $0.maxNeighbors = neighbors }
      #expect(try checked(bytes) == nil)
      let snapshot = try Indexing.open(bytes, in: folder)
      #expect(snapshot.graph?.options.maxNeighbors == neighbors)
      #expect(try recall(snapshot, Array(all[1_500...])) >= 0.98)
    }
  }

  @Test func `recall is measured with the stored vectors`() throws {
    let rows = clustered(1_500, dimensions: 40, clusters: 30, spread: 1, seed: 9)
    let snapshot = try snapshot(rows)
    let recall = try Recall(of: snapshot, queries: 100, limit: 10, beam: nil, threads: 2)
    #expect(recall.queries == 100)
    #expect((0.95...1).contains(recall.share))
    #expect(try Recall(of: snapshot, queries: 9_999, limit: 5, beam: 1_500, threads: 1).share == 1)
    #expect(try Recall(of: snapshot, queries: 100, limit: 10, beam: 10, threads: 1).share < recall.share)
  }
}
