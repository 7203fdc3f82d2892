package import EpiBytes

/// Those who do numbered pieces of work: one after the other, or several at once.
package protocol PieceWorkers: Sendable {
  /// Has pieces `0..<count` read, and hands over what each comes to, one at a time and in order.
  /// - Throws: the first error of `read`, by the order of the pieces. What came of all pieces before has been handed over.
  func work<Piece>(
    on count: Int, _ read: @Sendable (Int) throws(DecodingError) -> Piece, inTurn take: (Piece) -> Void
  ) throws(DecodingError)
}

/// The thread that asks.
package struct OneWorker: PieceWorkers {
  package init() {}

  package func work<Piece>(
    on count: Int, _ read: @Sendable (Int) throws(DecodingError) -> Piece, inTurn take: (Piece) -> Void
  ) throws(DecodingError) {
    for piece in 0..<count { take(try read(piece)) }
  }
}
