internal import EpiCommand
internal import EpiSystem

/// The queries of all inputs, read by a thread of its own while earlier ones are answered.
final class QueryFeed {
  private final class Reading: @unchecked Sendable {
    /// Used by the thread only.
    private var rest: ArraySlice<String>
    private var source: QuerySource?
    private var count = 0
    private var isOver = false
    private let open: (String, Int) throws(ToolFailure) -> QuerySource

    init(_ paths: [String], open: @escaping (String, Int) throws(ToolFailure) -> QuerySource) {
      rest = paths[...]
      self.open = open
    }

    func next() -> QuerySource.Piece? {
      guard !isOver else { return nil }
      do {
        if source == nil {
          guard let path = rest.popFirst() else { return nil }
          source = try open(path, count)
        }
      } catch {
        isOver = true
        return QuerySource.Piece(failure: error)
      }
      let piece = source?.nextPiece()
      if source?.isAtEnd != false {
        count = source?.count ?? count
        source = nil
      }
      isOver = piece?.failure != nil
      return piece
    }
  }

  private let feed: Feed<QuerySource.Piece>

  /// Pieces that may wait.
  private static let limit = 64

  /// - Parameter open: opens an input, after so many queries of earlier ones.
  /// - Returns: nil where the system refuses a thread.
  init?(_ paths: [String], open: @escaping (String, Int) throws(ToolFailure) -> QuerySource) {
    let reading = Reading(paths, open: open)
    guard let feed = Feed(holding: Self.limit, { reading.next() }) else { return nil }
    self.feed = feed
  }

  /// What was read meanwhile; nothing when all was.
  func next() -> [QuerySource.Piece] { feed.next() }

  /// Whether nothing more has been read yet.
  var isBehind: Bool { feed.isBehind }
}
