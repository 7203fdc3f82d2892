/// Where the parts of a node's block lie (epi-snapshot.5): its vector, the numbers of its neighbours, for each neighbour the two
/// numbers of its estimate, and the neighbours' codes in batches of 32.
struct GraphLayout: Equatable, Sendable {
  let dimensions: Int
  let neighbors: Int

  /// The dimensions of codes.
  var codeDimensions: Int { Rotation.paddedDimensions(dimensions) }
  /// Numbers of the vector, with its padding.
  var vectorStride: Int { SnapshotFormat.vectorStride(dimensions: dimensions) }
  var batches: Int { neighbors / GraphOptions.batch }

  var vectorBytes: Int { vectorStride * MemoryLayout<Float>.stride }
  /// What follows the vector.
  var edgeBytes: Int { neighbors * 12 + neighbors * codeDimensions / 8 }
  var blockBytes: Int { vectorBytes + edgeBytes }

  // Offsets behind the vector.
  var additions: Int { neighbors * 4 }
  var factors: Int { neighbors * 8 }
  var codes: Int { neighbors * 12 }
}
