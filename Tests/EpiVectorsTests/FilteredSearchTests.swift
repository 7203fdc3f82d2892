import EpiRows
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Searches among the rows that a filter allows.
struct FilteredSearchTests {
  private let folder: TemporaryFolder
  private static let count = 1_600
  private static let dimensions = 32
  private static let clusters = 40
  /// Made once for all tests.
  private static let bytes: [UInt8] = {
    let text = vectors(count, seed: 2).enumerated().map { Indexing.line("r\(100_000 + $0)", $1) }.joined()
    return (try? Indexing.bytes(of: try Indexing.rows(text), graph: Indexing.coded)) ?? []
  }()

  init() throws { folder = try TemporaryFolder() }

  private static func vectors(_ count: Int, seed: UInt64) -> [[Float]] {
    var centres = SeededGenerator(seed: 1)
    var noise = SeededGenerator(seed: seed)
    let middles = (0..<Self.clusters).map { _ in centres.vector(dimensions) }
    return (0..<count).map { row in zip(middles[row % clusters], noise.vector(dimensions)).map { $0 + 0.8 * $1 } }
  }

  private func snapshot() throws -> Snapshot { try Indexing.open(Self.bytes, in: folder) }

  private func batch(_ queries: [[Float]], of snapshot: borrowing Snapshot) throws -> QueryBatch {
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    for query in queries { try batch.append(query) }
    return batch
  }

  private func allowed(_ rows: some Sequence<Int>) -> AllowedRows {
    var allowed = AllowedRows(rows: Self.count)
    for row in rows { allowed.insert(row) }
    return allowed
  }

  @Test(arguments: [0.9, 0.5, 0.1, 0.01, 0.001])
  func `what is found is allowed, as many as are wanted, and nearly all of the nearest`(selectivity: Double) throws {
    let snapshot = try snapshot()
    let batch = try batch(Self.vectors(80, seed: 3), of: snapshot)
    var generator = SeededGenerator(seed: 4)
    let rows = (0..<Self.count).filter { _ in Double.random(in: 0..<1, using: &generator) < selectivity } + [7]
    let allowed = allowed(rows)
    // The exact answer, from a search that knows of no filter.
    var judge = try Searcher(of: snapshot, limit: Self.count, isExact: true, threads: 2)
    let exact = try judge.search(snapshot, for: batch).map { $0.filter { allowed.contains($0.row) }.prefix(10) }
    var plans: Set<String> = []
    for plan in [nil, .filteredScan, SearchPlan.graph(beam: SearchPlan.beam(100, limit: 10, allowed: allowed.count, nodes: Self.count))] {
      var searcher = try Searcher(of: snapshot, limit: 10, among: allowed, plan: plan, threads: 2)
      plans.insert(searcher.plan.name)
      let found = try searcher.search(snapshot, for: batch)
      var hits = 0
      for (exact, found) in zip(exact, found) {
        #expect(found.count == exact.count && found.allSatisfy { allowed.contains($0.row) })
        hits += Set(exact.map(\.row)).intersection(found.map(\.row)).count
      }
      let share = Double(hits) / Double(exact.reduce(0) { $0 + $1.count })
      if plan == .filteredScan { #expect(zip(exact, found).allSatisfy { Array($0) == $1 }) }
      // The graph would not be taken where few rows are allowed.
      #expect(share >= (plan == nil || selectivity > 0.05 ? 0.95 : 0.85), "\(searcher.plan)")
    }
    #expect(plans == ["filtered scan", "graph"])
  }

  @Test func `many allowed rows are left to the graph, few are measured`() throws {
    let snapshot = try snapshot()
    for (share, name) in [(1.0, "graph"), (0.5, "graph"), (0.01, "filtered scan"), (0.0, "filtered scan")] {
      let rows = allowed(0..<Int(Double(Self.count) * share))
      #expect(try Searcher(of: snapshot, limit: 1, beam: 1, among: rows).plan.name == name, "\(share)")
      // The way of a search depends on nothing that differs from run to run.
      #expect(try Searcher(of: snapshot, limit: 10, among: rows, threads: 4).plan == Searcher(of: snapshot, limit: 10, among: rows).plan)
    }
  }

  @Test func `allowed rows far from a query are found too`() throws {
    let snapshot = try snapshot()
    // Half of the clusters; the queries lie in the others.
    let allowed = allowed((0..<Self.count).filter { $0 % Self.clusters < Self.clusters / 2 })
    let queries = Self.vectors(Self.clusters, seed: 5).suffix(Self.clusters / 2)
    let batch = try batch(Array(queries), of: snapshot)
    var searcher = try Searcher(of: snapshot, limit: 10, among: allowed, plan: .graph(beam: 40))
    var judge = try Searcher(of: snapshot, limit: 10, isExact: true, among: allowed)
    let exact = try judge.search(snapshot, for: batch)
    for (found, exact) in zip(try searcher.search(snapshot, for: batch), exact) {
      #expect(found.count == 10 && found.allSatisfy { allowed.contains($0.row) })
      #expect(found.count { $0.distance <= exact[9].distance } >= 7)
    }
    #expect(searcher.efforts.contains { $0.plan == .filteredScan })
  }

  @Test func `equal vectors of allowed rows are found, and of others not`() throws {
    let same = Array(repeating: Self.vectors(1, seed: 2)[0], count: 1_200)
    let text = same.enumerated().map { Indexing.line("r\(100_000 + $0)", $1) }.joined()
    let snapshot = try Indexing.open(try Indexing.bytes(of: try Indexing.rows(text), graph: Indexing.coded), in: folder)
    #expect(snapshot.graph?.nodes == 1)
    var allowed = AllowedRows(rows: 1_200)
    for row in stride(from: 3, to: 1_200, by: 300) { allowed.insert(row) }
    var searcher = try Searcher(of: snapshot, limit: 3, among: allowed)
    #expect(try searcher.search(snapshot, for: batch([same[0]], of: snapshot))[0].map(\.row) == [3, 303, 603])
  }

  @Test func `rows are found by id wherever the last search ended`() throws {
    let text = (0..<500).map { Indexing.line("\($0 * 2)", [1, Float($0)]) }.joined()
    let snapshot = try Indexing.open(try Indexing.bytes(of: try Indexing.rows(text)), in: folder)
    let sorted = (0..<500).map { Array("\($0 * 2)".utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    var lookup = try RowLookup(snapshot)
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2_000 {
      let number = Int.random(in: 0..<1_010, using: &generator)
      let id = Array("\(number)".utf8)
      #expect(try lookup.row(id.span, inTable: 0, of: snapshot) == sorted.firstIndex(of: id))
    }
  }

  @Test func `ranks are fused by reciprocals`() {
    let fused = RankFusion.fuse([[1, 2, 3], [3, 4]], limit: 3)
    #expect(fused.map(\.row) == [3, 1, 2])
    #expect(abs(fused[0].score - (1.0 / 63 + 1.0 / 61)) < 1e-12)
    #expect(RankFusion.fuse([[5, 4], [4, 5]], limit: 9).map(\.row) == [4, 5])
    #expect(RankFusion.fuse([[], []], limit: 9).isEmpty)
  }
}
