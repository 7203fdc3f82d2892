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
  /// Below so many rows measuring each is taken to be as fast as a graph: about what the visits of a search cost.
  package static let fewestRows = 1_000
}

/// What a node keeps of its neighbours' vectors, so that a search need not look them up. The names are libSQL's.
package enum NeighborCompression: String, CaseIterable, Sendable {
  case auto
  case none
  case float8
  case float1bit
  case float16
  case floatb16

  /// The element type of what is kept; nil when nothing is.
  var code: ElementType? {
    switch self {
    case .auto, .float1bit: .float1bit
    case .none: nil
    case .float8: .float8
    case .float16: .float16
    case .floatb16: .floatb16
    }
  }
}
