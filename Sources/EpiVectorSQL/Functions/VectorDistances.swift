internal import EpiBytes
internal import EpiSQLite
internal import EpiVectors

/// `vector_distance_cos(a, b)`, `vector_distance_l2(a, b)` and `vector_distance_dot(a, b)`.
enum VectorDistances {
  static var all: [ScalarFunction] {
    let metrics: [(String, Metric)] = [
      ("vector_distance_cos", .cosine), ("vector_distance_l2", .l2), ("vector_distance_dot", .dot),
    ]
    return metrics.map { name, metric in
      ScalarFunction(name, arguments: 2) { arguments, result in
        VectorFunctions.answer(result) { () throws(VectorSQLError) in
          // libSQL has no dot; what Turso has takes vectors only.
          if metric == .dot { try VectorFunctions.refuseTexts(arguments, 0..<2, of: name) }
          try measure(metric, arguments, result)
        }
      }
    }
  }

  private static func measure(_ metric: Metric, _ arguments: FunctionArguments, _ result: FunctionResult) throws(VectorSQLError) {
    let a = try VectorArgument(arguments, at: 0)
    let b = try VectorArgument(arguments, at: 1)
    guard a.type == b.type else {
      throw VectorSQLError("vector_distance: vectors must have the same type: \(a.type.rawValue) != \(b.type.rawValue)")
    }
    guard a.dimensions == b.dimensions else {
      throw VectorSQLError("vector_distance: vectors must have the same length: \(a.dimensions) != \(b.dimensions)")
    }
    guard a.type != .float1bit || metric != .l2 else {
      throw VectorSQLError("vector_distance: l2 distance is not supported for float1bit vectors")
    }
    let distance = try a.withBlob { (a: VectorBlob, aBytes: Span<UInt8>) throws(VectorSQLError) in
      try b.withBlob { (b: VectorBlob, bBytes: Span<UInt8>) throws(VectorSQLError) in
        // The commas of a text may have promised another length.
        guard a.dimensions == b.dimensions else {
          throw VectorSQLError("vector_distance: vectors must have the same length: \(a.dimensions) != \(b.dimensions)")
        }
        return BlobDistance.distance(a, in: aBytes, b, in: bBytes, metric: metric)
      }
    }
    if let distance { result.set(Double(distance)) } else { result.setNull() }
  }
}
