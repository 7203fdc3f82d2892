/// Brings a vector into the form its metric stores, and rejects what no distance can be measured from.
package enum Normalization {
  /// The most numbers a vector may have, the limit of the vector SQL functions too.
  package static let maximumDimensions = 65_536

  /// Square of the greatest length of a vector that is not scaled: the squared distance of two such vectors stays below 2^127.
  private static let maximumSquare = 0x1p124

  /// Checks `values[range]` and, for cosine, scales it to length 1 in place; the length is computed in Double.
  /// On an error the values are as they were.
  /// - Complexity: O(`range.count`)
  package static func prepare(_ values: inout [Float], in range: Range<Int>, for metric: Metric) throws(VectorFault) {
    guard !range.isEmpty, range.count <= maximumDimensions else { throw .dimensions(found: range.count, wanted: nil) }
    let square = square(of: values.span.extracting(range))
    // A Float squared never overflows or vanishes in Double, so the sum tells of every number.
    guard square.isFinite else {
      let position = range.first { !values[$0].isFinite } ?? range.lowerBound
      throw .notFinite(position: position - range.lowerBound)
    }
    guard square > 0 else { throw .zero }
    guard metric == .cosine else {
      if square > maximumSquare { throw .tooLong }
      return
    }
    let scale = 1 / square.squareRoot()
    var scaled = values.mutableSpan
    for index in range { scaled[index] = Float(Double(scaled[index]) * scale) }
  }

  private static func square(of values: Span<Float>) -> Double {
    // Four sums, so that additions need not wait for each other.
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= values.count {
      let part = SIMD4<Double>(FloatBytes.four(values, at: index))
      sums += part * part
      index += 4
    }
    var square = (sums.x + sums.z) + (sums.y + sums.w)
    while index < values.count {
      square += Double(values[index]) * Double(values[index])
      index += 1
    }
    return square
  }

  /// The same for all of a vector in double precision. Its numbers must be such that a float can be made of each.
  package static func prepare(_ values: inout [Double], for metric: Metric) throws(VectorFault) {
    guard !values.isEmpty, values.count <= maximumDimensions else { throw .dimensions(found: values.count, wanted: nil) }
    if let position = values.firstIndex(where: { !Float($0).isFinite }) { throw .notFinite(position: position) }
    var square = 0.0
    for value in values { square += value * value }
    guard square > 0 else { throw .zero }
    guard metric == .cosine else {
      if square > maximumSquare { throw .tooLong }
      return
    }
    let length = square.squareRoot()
    for index in values.indices { values[index] /= length }
  }
}
