import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Searches by the codes of all nodes, judged by measuring every row.
struct CodeScanTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func snapshot(_ vectors: [[Float]], metric: Metric, configure: (inout GraphOptions) -> Void = { _ in }) throws -> Snapshot {
    var options = GraphOptions()
    options.compression = .float1bit
    configure(&options)
    let text = vectors.enumerated().map { Indexing.line("r\(100_000 + $0)", $1) }.joined()
    let rows = try Indexing.rows(text) {
      $0.metric = metric
      $0.column = FieldName(table: "t", field: "v")
    }
    return try Indexing.open(try Indexing.bytes(of: rows, graph: options), in: folder)
  }

  private func batch(_ queries: [[Float]], for snapshot: borrowing Snapshot) throws -> QueryBatch {
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    for query in queries { try batch.append(query) }
    return batch
  }

  @Test(arguments: [Metric.cosine, .l2], [(1, 3), (31, 64), (33, 65), (700, 100), (3_000, 48)])
  func `codes find what measuring every row finds`(metric: Metric, shape: (count: Int, dimensions: Int)) throws {
    var generator = SeededGenerator(seed: UInt64(shape.count))
    let rows = (0..<shape.count).map { _ in generator.vector(shape.dimensions) }
    let snapshot = try snapshot(rows, metric: metric)
    let queries = try batch((0..<40).map { _ in generator.vector(shape.dimensions) } + rows.prefix(10), for: snapshot)
    for limit in [1, 10, 60] {
      var judge = try Searcher(of: snapshot, limit: limit, isExact: true)
      var searcher = try Searcher(of: snapshot, limit: limit, plan: .codes)
      let exact = try judge.search(snapshot, for: queries)
      let found = try searcher.search(snapshot, for: queries)
      #expect(found.map(\.count) == exact.map(\.count))
      let missed = zip(exact, found).reduce(0) { $0 + $1.0.count - Set($1.0.map(\.row)).intersection($1.1.map(\.row)).count }
      #expect(missed <= 50 * limit / 500, "\(missed) of \(50 * limit)")
      #expect(searcher.efforts.allSatisfy { $0.estimates == shape.count && $0.distances <= shape.count && $0.visited == 0 })
    }
  }

  @Test func `answers depend neither on threads nor on how queries come together`() throws {
    var generator = SeededGenerator(seed: 2)
    let snapshot = try snapshot((0..<900).map { _ in generator.vector(40) }, metric: .cosine)
    let queries = (0..<30).map { _ in generator.vector(40) }
    var one = try Searcher(of: snapshot, limit: 5, plan: .codes)
    let alone = try queries.map { try one.search(snapshot, for: batch([$0], for: snapshot))[0] }
    for threads in [1, 2, 7] {
      var searcher = try Searcher(of: snapshot, limit: 5, plan: .codes, threads: threads)
      #expect(try searcher.search(snapshot, for: batch(queries, for: snapshot)) == alone)
    }
  }

  @Test func `rows of equal vectors are all found`() throws {
    let rows: [[Float]] = (0..<400).map { [Float($0 / 40 + 1), 1, Float($0 / 40 % 3)] }
    let snapshot = try snapshot(rows, metric: .l2)
    var searcher = try Searcher(of: snapshot, limit: 40, plan: .codes)
    let found = try searcher.search(snapshot, for: batch([rows[85]], for: snapshot))[0]
    #expect(found.map(\.row) == Array(80..<120))
  }

  @Test func `codes are taken where the beam is wide for the rows`() throws {
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<1_000).map { _ in generator.vector(64) }
    let cosine = try snapshot(rows, metric: .cosine)
    #expect(try Searcher(of: cosine, limit: 10, beam: 400).plan == .codes)
    #expect(try Searcher(of: cosine, limit: 1, beam: 10).plan == .graph(beam: 10))
    // They have none.
    #expect(try Searcher(of: try snapshot(rows, metric: .dot), limit: 10, beam: 400).plan == .graph(beam: 400))
    #expect(try Searcher(of: try snapshot(rows, metric: .cosine) { $0.compression = .float8 }, limit: 10, beam: 400).plan == .graph(beam: 400))
  }
}
