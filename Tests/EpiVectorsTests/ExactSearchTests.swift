import EpiTestSupport
import EpiVectors
import Testing

struct ExactSearchTests {
  /// Rows as a snapshot stores them.
  private func stored(_ rows: [[Float]], _ metric: Metric) throws -> [Float] {
    var values: [Float] = []
    for row in rows {
      var row = row
      try Normalization.prepare(&row, in: 0..<row.count, for: metric)
      values += row + Array(repeating: 0, count: SnapshotFormat.vectorStride(dimensions: row.count) - row.count)
    }
    return values
  }

  private func search(_ rows: [[Float]], _ queries: [[Float]], _ metric: Metric, limit: Int) throws -> [[Match]] {
    var batch = QueryBatch(metric: metric, dimensions: queries[0].count)
    for query in queries { try batch.append(query) }
    let vectors = try stored(rows, metric)
    return search(vectors, VectorForm(metric: metric, element: .float32, dimensions: queries[0].count), batch, limit: limit)
  }

  private func search(_ vectors: [Float], _ form: VectorForm, _ batch: QueryBatch, limit: Int) -> [[Match]] {
    let bytes = vectors.withUnsafeBytes { Array($0) }
    return ExactSearch.search(bytes.span, pitch: form.slotBytes, form: form, for: batch, limit: limit)
  }

  /// The distance by its definition, in Double, on the vectors as they were given.
  private func distance(_ a: [Float], _ b: [Float], _ metric: Metric) -> Double {
    var dot = 0.0, aa = 0.0, bb = 0.0, difference = 0.0
    for (x, y) in zip(a, b) {
      dot += Double(x) * Double(y)
      aa += Double(x) * Double(x)
      bb += Double(y) * Double(y)
      difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    }
    switch metric {
    case .cosine: return 1 - dot / (aa * bb).squareRoot()
    case .l2: return difference.squareRoot()
    case .dot: return -dot
    }
  }

  @Test(arguments: Metric.allCases, [1, 2, 15, 16, 17, 100, 384])
  func `results are those of the definition`(metric: Metric, dimensions: Int) throws {
    var generator = SeededGenerator(seed: UInt64(dimensions))
    let rows = (0..<200).map { _ in generator.vector(dimensions) }
    let queries = (0..<3).map { _ in generator.vector(dimensions) }
    let found = try search(rows, queries, metric, limit: 20)
    for (query, matches) in zip(queries, found) {
      let wanted = rows.map { distance($0, query, metric) }
      let order = wanted.indices.sorted { wanted[$0] < wanted[$1] }
      #expect(matches.count == 20)
      #expect(Set(matches.map(\.row)).count == 20)
      // Numbers of either sign add up: what an addition loses is measured against the sum of the magnitudes.
      let scale = metric == .cosine ? 1 : Double(dimensions).squareRoot()
      for (rank, match) in matches.enumerated() {
        #expect(abs(Double(match.distance) - wanted[match.row]) < 1e-6 * scale)
        // Rows that lie closer to each other than a Float can tell may change places.
        #expect(abs(wanted[match.row] - wanted[order[rank]]) < 1e-6 * scale)
      }
      #expect(matches.map(\.distance) == matches.map(\.distance).sorted())
    }
  }

  @Test(arguments: Metric.allCases)
  func `rows at equal distance come in the order of their ids`(metric: Metric) throws {
    var rows = Array(repeating: [Float](arrayLiteral: 0, 1), count: 600)
    rows[500] = [1, 0]
    let matches = try search(rows, [[2, 0]], metric, limit: 4)[0]
    #expect(matches.map(\.row) == [500, 0, 1, 2])
    #expect(try search(rows, [[0, 1]], metric, limit: 3)[0].map(\.row) == [0, 1, 2])
  }

  @Test func `an equal vector is at distance 0, and nothing is at minus zero`() throws {
    var generator = SeededGenerator(seed: 7)
    let rows = (0..<50).map { _ in generator.vector(384) }
    for metric in [Metric.cosine, .l2] {
      for (row, matches) in try search(rows, rows, metric, limit: 1).enumerated() {
        #expect(matches == [Match(row: row, distance: 0)])
      }
    }
    // The same direction, another length.
    #expect(try search([[1, 2, 3]], [[2, 4, 6]], .cosine, limit: 1)[0] == [Match(row: 0, distance: 0)])
    let orthogonal = try search([[0, 1]], [[1, 0]], .dot, limit: 1)[0]
    #expect(orthogonal[0].distance.sign == .plus)
  }

  @Test(arguments: Metric.allCases)
  func `a batch gives what its queries give alone`(metric: Metric) throws {
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<3_000).map { _ in generator.vector(24) }
    let queries = (0..<33).map { _ in generator.vector(24) }
    let together = try search(rows, queries, metric, limit: 7)
    for (query, matches) in zip(queries, together) { #expect(try search(rows, [query], metric, limit: 7)[0] == matches) }
  }

  @Test func `fewer rows than asked for are all that can come`() throws {
    #expect(try search([[1, 0], [0, 1]], [[1, 0]], .l2, limit: .max)[0].map(\.row) == [0, 1])
  }

  @Test(arguments: Metric.allCases)
  func `rows without a distance, which only a damaged file holds, are passed over`(metric: Metric) throws {
    var values = try stored([[1, 0], [0, 1], [1, 1], [1, 2]], metric)
    let stride = SnapshotFormat.vectorStride(dimensions: 2)
    values[0] = .nan
    values[stride] = .infinity
    values[stride + 1] = .infinity
    var batch = QueryBatch(metric: metric, dimensions: 2)
    try batch.append([1, 1])
    try batch.append([-1, -1])
    for matches in search(values, VectorForm(metric: metric, element: .float32, dimensions: 2), batch, limit: 4) {
      #expect(Set(matches.map(\.row)) == [2, 3])
    }
  }

  @Test func `a query that does not fit leaves its batch as it was`() throws {
    var batch = QueryBatch(metric: .cosine, dimensions: 2)
    try batch.append([1, 0])
    #expect(throws: VectorFault.dimensions(found: 3, wanted: 2)) { try batch.append([1, 0, 0]) }
    #expect(throws: VectorFault.zero) { try batch.append([0, 0]) }
    #expect(throws: VectorFault.notFinite(position: 1)) { try batch.append([0, .nan]) }
    #expect(batch.count == 1)
    try batch.append([0, 1])
    let vectors = try stored([[1, 0], [0, 1]], .cosine)
    let found = search(vectors, VectorForm(metric: .cosine, element: .float32, dimensions: 2), batch, limit: 1)
    #expect(found.map { $0.map(\.row) } == [[0], [1]])
  }
}
