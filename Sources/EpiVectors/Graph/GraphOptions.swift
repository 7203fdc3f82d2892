/// How a graph is built. The names are libSQL's.
package struct GraphOptions: Equatable, Sendable {
  /// Neighbours of each node: a multiple of 32.
  package var maxNeighbors = 32
  /// A neighbour is left out when another one is nearer to it than the node itself by this factor, of squared distances; at least 1.
  package var alpha: Float = 1.07
  /// Nodes that the search for a new node's neighbours keeps in view.
  package var insertL = 80
  /// What a search keeps in view when it is not told.
  package var searchL = 100
  package var seed: UInt64 = 0
  /// What each node keeps of its neighbours' vectors (`GraphLayout.code`).
  package var compression = NeighborCompression.auto
  /// Threads that build; the result is the same for any number.
  package var threads = 1

  package init() {}

  /// The neighbours of a node come in batches of this many.
  package static let batch = 32
  package static let maximumNeighbors = 1024
  package static let maximumAlpha: Float = 16
  package static let maximumBeam = 1 << 20

  /// Below so many rows of a form measuring each takes no longer than a search of a graph that keeps 100 nodes in view.
  ///
  /// Nanoseconds as they were measured on 500 to 8,000 derived text embeddings of 32, 128, 384 and 1,536 numbers: a search of the graph
  /// took 45,000 and 120 a number; a row 3 and 0.03 a number with the first pass by bytes, 0.1 a number without it.
  package static func fewestRows(of form: VectorForm) -> Int {
    let search = 45_000 + 120 * form.dimensions
    return search * 100 / (300 + (form.hasCoarseRows ? 3 : 10) * form.dimensions)
  }
}

/// What a node keeps of its neighbours' vectors, so that a search need not look them up. The names are libSQL's.
package enum NeighborCompression: String, CaseIterable, Sendable {
  case auto
  case none
  case float8
  case float1bit
  case float16
  case floatb16

  /// Of vectors with fewer numbers a bit for each tells so little that, at equal recall, searches are faster without.
  private static let fewestBits = 64

  /// The element type of what is kept of vectors with so many numbers; nil when nothing is.
  func code(dimensions: Int) -> ElementType? {
    switch self {
    case .auto: dimensions < Self.fewestBits ? nil : .float1bit
    case .float1bit: .float1bit
    case .none: nil
    case .float8: .float8
    case .float16: .float16
    case .floatb16: .floatb16
    }
  }
}
