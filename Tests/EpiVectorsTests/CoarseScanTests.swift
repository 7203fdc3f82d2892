import CEpiKernels
import EpiBytes
import EpiTestSupport
import EpiVectors
import Testing

/// The first pass by bytes: it finds what measuring all rows finds.
struct CoarseScanTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Rows that make bounds matter: clusters, near and equal vectors, lengths of all sizes, one great number among small ones.
  private func rows(_ dimensions: Int, _ generator: inout SeededGenerator) -> [[Float]] {
    let centres = (0..<6).map { _ in generator.vector(dimensions) }
    return (0..<700).map { index in
      let noise = generator.vector(dimensions)
      let spread: Float = [1, 0.1, 0.001, 0][index % 4]
      var row = zip(centres[index % 6], noise).map { $0 + spread * $1 }
      if index % 5 == 0 { row = row.map { $0 * Float.random(in: 0.001...50, using: &generator) } }
      if index % 11 == 0 { row[index % dimensions] = 30 }
      return row
    }
  }

  @Test(arguments: Metric.allCases, [1, 3, 64, 65, 200])
  func `results are those of measuring all rows`(metric: Metric, dimensions: Int) throws {
    var generator = SeededGenerator(seed: UInt64(dimensions))
    let vectors = rows(dimensions, &generator)
    let indexed = try Indexing.rows(vectors.enumerated().map { Indexing.line("r\(10_000 + $0)", $1) }.joined()) {
      $0.metric = metric
      $0.column = FieldName(table: "t", field: "v")
    }
    let snapshot = try Indexing.open(try Indexing.bytes(of: indexed), in: folder)
    var batch = QueryBatch(metric: metric, dimensions: dimensions)
    for index in 0..<40 { try batch.append(index % 2 == 0 ? vectors[index * 7] : generator.vector(dimensions).map { $0 * 3 }) }
    for limit in [1, 10, 300] {
      var searcher = try Searcher(of: snapshot, limit: limit)
      let found = try searcher.search(snapshot, for: batch)
      let all = ExactSearch.search(snapshot.vectors, pitch: snapshot.vectorPitch, form: snapshot.form, for: batch, limit: limit)
      #expect(found == all)
    }
  }

  @Test func `bounds agree at all levels`() {
    var generator = SeededGenerator(seed: 1)
    for count in stride(from: 64, through: 2_112, by: 64) {
      let query = (0..<count).map { _ in Int8.random(in: -64...64, using: &generator) }
      let codes = (0..<(3 * count)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let measures = (0..<3).map { _ in epi_coarse_row(scale: .random(in: 0...1, using: &generator), error: 0.25, length: 2, zero: 0) }
      var terms = epi_coarse_query(zero: 77, base: 3, square: 0.5, product: 0.001, error: 2, length: 0.125)
      var expected = [Float](repeating: .nan, count: 3)
      epi_coarse_bounds_at(EPI_LEVEL_PORTABLE, query, count, codes, measures, 3, &terms, &expected)
      for row in 0..<3 {
        let sum = (0..<count).reduce(0) { $0 + Int(query[$1]) * Int(codes[row * count + $1]) }
        let wanted = 3 + 0.5 * 4 - 0.001 * measures[row].scale * Float(sum - 77) - (2 * 0.25 + 0.125 * 2)
        #expect(abs(expected[row] - wanted) < 1e-3 * max(1, abs(wanted)))
      }
      for level in [EPI_LEVEL_NEON, EPI_LEVEL_AVX2, EPI_LEVEL_AVX512, EPI_LEVEL_AVX512_VNNI, EPI_LEVEL_AVX512_VPOPCNTDQ] where epi_level_is_available(level) {
        var found = [Float](repeating: .nan, count: 3)
        epi_coarse_bounds_at(level, query, count, codes, measures, 3, &terms, &found)
        #expect(found == expected)
      }
    }
  }
}
