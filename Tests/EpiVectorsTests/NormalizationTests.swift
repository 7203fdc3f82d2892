import EpiTestSupport
import EpiVectors
import Testing

struct NormalizationTests {
  private func prepared(_ values: [Float], _ metric: Metric = .cosine) throws -> [Float] {
    var values = values
    try Normalization.prepare(&values, in: 0..<values.count, for: metric)
    return values
  }

  private func length(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test(arguments: Metric.allCases)
  func `what has no distance is rejected with the reason`(metric: Metric) {
    #expect(throws: VectorFault.zero) { try prepared([0, -0, 0], metric) }
    #expect(throws: VectorFault.notFinite(position: 1)) { try prepared([1, .nan, 0], metric) }
    #expect(throws: VectorFault.notFinite(position: 4)) { try prepared([1, 1, 0, 1, -.infinity], metric) }
    #expect(throws: VectorFault.dimensions(found: 0, wanted: nil)) { try prepared([], metric) }
    #expect(throws: VectorFault.dimensions(found: 65_537, wanted: nil)) { try prepared(Array(repeating: 1, count: 65_537), metric) }
    #expect(throws: Never.self) { try prepared(Array(repeating: 1, count: 65_536), metric) }
  }

  @Test func `a vector that is rejected stays as it was, and its neighbours too`() {
    var values: [Float] = [3, 4, 0, 0, .infinity, 1, 7, 7]
    #expect(throws: VectorFault.notFinite(position: 0)) { try Normalization.prepare(&values, in: 4..<6, for: .cosine) }
    #expect(values == [3, 4, 0, 0, .infinity, 1, 7, 7])
    #expect(throws: Never.self) { try Normalization.prepare(&values, in: 0..<2, for: .cosine) }
    #expect(values == [0.6, 0.8, 0, 0, .infinity, 1, 7, 7])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 100, 384, 3_072])
  func `for cosine vectors get length 1, however long or short they were`(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    for scale: Float in [1, 0x1p-140, 1e-30, 1e30, 3e38] {
      let values = generator.vector(count).map { $0 * scale }
      // So close to zero numbers have few bits, which changes the direction, not the length.
      #expect(abs(length(try prepared(values)) - 1) < 2e-7, "\(scale)")
    }
  }

  @Test func `other metrics keep the numbers, but refuse those whose distances overflow`() throws {
    #expect(try prepared([3, 4], .l2) == [3, 4])
    #expect(try prepared([3, 4], .dot) == [3, 4])
    #expect(throws: VectorFault.tooLong) { try prepared([0x1p63, 0], .l2) }
    #expect(throws: VectorFault.tooLong) { try prepared([3e38, 3e38], .dot) }
    let a = try prepared([0x1p62, 0], .l2), b = try prepared([-0x1p62, 0], .l2)
    #expect(DistanceKernel.distance(a.span, b.span, metric: .l2) == 0x1p63)
    #expect(DistanceKernel.distance(a.span, b.span, metric: .dot) == 0x1p124)
  }
}
