/// The plane on which a set of points is spread most: its first two principal components.
///
/// Found by orthogonal iteration on the covariance, which is never formed, with a few directions more than wanted and a Rayleigh-Ritz
/// step at the end (Golub and Van Loan, Matrix Computations, 8.2). All in one order and in double precision, so that the same points
/// give the same plane on any machine.
struct PrincipalPlane {
  /// Two directions of length 1 that stand upright on each other; one that the points do not have is all zeros.
  let axes: [[Double]]
  let centre: [Double]
  /// For each axis its part of the points' variance, from 0 to 1.
  let shares: [Double]

  /// Directions that are followed; the more there are beyond two, the sooner the first two stand still.
  private static let block = 6
  private static let iterations = 30

  /// - Parameter matrix: `rows` points of `dimensions` numbers, row-major.
  /// - Complexity: O(`rows` · `dimensions`) for each direction and iteration
  init(of matrix: [Float], dimensions: Int) {
    let rows = dimensions == 0 ? 0 : matrix.count / dimensions
    var centre = [Double](repeating: 0, count: dimensions)
    for row in 0..<rows { for column in 0..<dimensions { centre[column] += Double(matrix[row * dimensions + column]) } }
    for column in 0..<dimensions { centre[column] /= Double(max(1, rows)) }
    self.centre = centre

    // Any directions do that are not special; these are a Weyl sequence's.
    var vectors = (0..<min(Self.block, dimensions)).map { index in
      (0..<dimensions).map { column in
        let value = Double((index + 1) * dimensions + column + 1) * 0.618_033_988_749_894_9
        return value - value.rounded(.down) - 0.5
      }
    }
    var total = 0.0
    var images = vectors
    for iteration in 0...Self.iterations {
      Self.orthonormalize(&vectors)
      (images, total) = Self.covariance(times: vectors, of: matrix, rows, centre)
      if iteration < Self.iterations { vectors = images }
    }
    // Of the directions' span, those of most variance.
    let small = vectors.map { left in images.map { right in Self.dot(left, right) } }
    let (values, turns) = SymmetricEigenvectors.of(small)
    let order = values.indices.sorted { values[$0] > values[$1] }.prefix(2)
    var axes = order.map { place in Self.upright(Self.combine(vectors, turns[place])) }
    var shares = order.map { total > 0 ? min(1, max(0, values[$0] / total)) : 0 }
    while axes.count < 2 {
      axes.append([Double](repeating: 0, count: dimensions))
      shares.append(0)
    }
    self.axes = axes
    self.shares = shares
  }

  /// Where a point lies on the plane.
  func project(_ point: ArraySlice<Float>) -> (x: Double, y: Double) {
    var place = (x: 0.0, y: 0.0)
    for (column, value) in point.enumerated() {
      let offset = Double(value) - centre[column]
      place.x += offset * axes[0][column]
      place.y += offset * axes[1][column]
    }
    return place
  }

  /// The covariance of the points by each vector, and its trace.
  private static func covariance(
    times vectors: [[Double]], of matrix: [Float], _ rows: Int, _ centre: [Double]
  ) -> (images: [[Double]], trace: Double) {
    let dimensions = centre.count
    // One array each: of arrays in arrays every access would look whether they are shared.
    let flat = vectors.flatMap { $0 }
    var images = [Double](repeating: 0, count: flat.count)
    var trace = 0.0
    var offsets = [Double](repeating: 0, count: dimensions)
    for row in 0..<rows {
      for column in 0..<dimensions { offsets[column] = Double(matrix[row * dimensions + column]) - centre[column] }
      trace += dot(offsets, offsets)
      for start in stride(from: 0, to: flat.count, by: dimensions) {
        var length = 0.0
        for column in 0..<dimensions { length += offsets[column] * flat[start + column] }
        for column in 0..<dimensions { images[start + column] += length * offsets[column] }
      }
    }
    return (vectors.indices.map { Array(images[($0 * dimensions)..<(($0 + 1) * dimensions)]) }, trace)
  }

  /// Makes the vectors of length 1 and at right angles (Gram and Schmidt, twice); one that the others span becomes zero.
  private static func orthonormalize(_ vectors: inout [[Double]]) {
    for index in vectors.indices {
      let before = dot(vectors[index], vectors[index]).squareRoot()
      for _ in 0..<2 {
        for other in 0..<index {
          let share = dot(vectors[index], vectors[other])
          for column in vectors[index].indices { vectors[index][column] -= share * vectors[other][column] }
        }
      }
      let length = dot(vectors[index], vectors[index]).squareRoot()
      let factor = length > before * 1e-9 && length > 0 ? 1 / length : 0
      for column in vectors[index].indices { vectors[index][column] *= factor }
    }
  }

  private static func combine(_ vectors: [[Double]], _ weights: [Double]) -> [Double] {
    vectors.first.map { first in first.indices.map { column in zip(vectors, weights).reduce(0) { $0 + $1.0[column] * $1.1 } } } ?? []
  }

  /// Of the two directions of an axis the one whose greatest number is positive.
  private static func upright(_ axis: [Double]) -> [Double] {
    let greatest = axis.max { abs($0) < abs($1) } ?? 0
    return greatest < 0 ? axis.map { -$0 } : axis
  }

  private static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for column in left.indices { sum += left[column] * right[column] }
    return sum
  }
}

/// The eigenvectors of a small symmetric matrix, by Jacobi's rotations.
enum SymmetricEigenvectors {
  /// - Returns: the eigenvalues, in no order, and the vector of each.
  /// - Complexity: O(n³) for each of some ten sweeps
  static func of(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    var a = matrix
    let count = a.count
    var vectors = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0.0 } }
    for _ in 0..<50 {
      var rest = 0.0
      for p in 0..<count { for q in 0..<count where p != q { rest += a[p][q] * a[p][q] } }
      guard rest > 1e-300 else { break }
      for p in 0..<count {
        for q in (p + 1)..<max(count, p + 1) where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<count { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
          for k in 0..<count { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
          for k in 0..<count { (vectors[p][k], vectors[q][k]) = (c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]) }
        }
      }
    }
    return ((0..<count).map { a[$0][$0] }, vectors)
  }
}
