/// Queries that are searched for together, each checked and brought into the form the index stores.
package struct QueryBatch {
  package let metric: Metric
  package let dimensions: Int
  /// Numbers from one query to the next: `dimensions` and zeros, at least 16.
  let stride: Int
  private(set) var values: [Float] = []

  package init(metric: Metric, dimensions: Int) {
    self.metric = metric
    self.dimensions = dimensions
    stride = max(16, SnapshotFormat.vectorStride(dimensions: dimensions))
  }

  package var count: Int { values.count / stride }

  /// A query and the zeros behind it.
  @_lifetime(borrow self)
  func vector(_ index: Int) -> Span<Float> { values.span.extracting((index * stride)..<((index + 1) * stride)) }

  /// Some of the queries.
  func part(_ range: Range<Int>) -> QueryBatch {
    var part = QueryBatch(metric: metric, dimensions: dimensions)
    part.values = Array(values[(range.lowerBound * stride)..<(range.upperBound * stride)])
    return part
  }

  /// Some of the queries, by their places.
  package func chosen(_ places: [Int]) -> QueryBatch {
    var chosen = QueryBatch(metric: metric, dimensions: dimensions)
    for place in places { chosen.values += values[(place * stride)..<((place + 1) * stride)] }
    return chosen
  }

  package mutating func removeAll() { values.removeAll(keepingCapacity: true) }

  /// Adds a vector of the snapshot, which has the form that the index stores.
  package mutating func append(stored vector: [Float]) {
    precondition(vector.count == dimensions)
    values.append(contentsOf: vector)
    values.append(contentsOf: repeatElement(0, count: stride - dimensions))
  }

  /// Adds a query. On an error the batch is as it was.
  package mutating func append(_ vector: [Float]) throws(VectorFault) {
    let start = values.count
    // An index without rows may not know its dimensions; it has no answer to any query.
    guard dimensions > 0 else {
      var vector = vector
      try Normalization.prepare(&vector, in: 0..<vector.count, for: metric)
      values.append(contentsOf: repeatElement(0, count: stride))
      return
    }
    guard vector.count == dimensions else { throw .dimensions(found: vector.count, wanted: dimensions) }
    values.append(contentsOf: vector)
    do {
      try Normalization.prepare(&values, in: start..<values.count, for: metric)
    } catch {
      values.removeLast(vector.count)
      throw error
    }
    values.append(contentsOf: repeatElement(0, count: stride - dimensions))
  }
}
