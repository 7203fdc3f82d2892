internal import EpiBytes
internal import EpiSystem
internal import EpiWorkspace

/// The processors of the machine, at work on a document together.
struct Processors: PieceWorkers {
  /// What comes of the pieces meets at one place: more threads than this would only wait for it.
  static var count: Int { min(Process.processorCount, 8) }

  private struct Taker<Piece> {
    let take: (Piece) -> Void
  }

  func work<Piece>(
    on count: Int, _ read: @Sendable (Int) throws(DecodingError) -> Piece, inTurn take: (Piece) -> Void
  ) throws(DecodingError) {
    try withoutActuallyEscaping(take) { (take) throws(DecodingError) in
      var taker = Taker(take: take)
      try Turns.take(pieces: count, threads: Self.count, sharing: &taker) { (worker) throws(DecodingError) in
        while let number = worker.next() {
          let piece = try read(number)
          worker.inTurn { $0.take(piece) }
        }
      }
    }
  }
}
