internal import EpiBytes

/// Numbered pieces of work done on several threads, whose results come out in order.
///
/// Every thread runs the same function. It takes piece after piece from its `Worker`, works on each by itself, and then, when all
/// pieces before have had theirs, has its turn: only then does it touch what the threads share. So the outcome is that of one
/// thread doing all pieces one after the other.
package enum Turns {
  /// Runs `body` on `threads` threads, this one among them, until all pieces are done. Where the system refuses a thread, fewer do
  /// the work.
  /// - Parameters:
  ///   - pieces: how many there are.
  ///   - threads: how many threads may work; more than there are pieces are not started.
  ///   - shared: what a worker may use in its turn.
  ///   - body: takes pieces until there is none left.
  /// - Throws: the first error of `body`, by the order of the pieces. All pieces before it have had their turns, none behind it has.
  package static func take<Shared: ~Copyable, Failure: Error>(
    pieces: Int, threads: Int, sharing shared: inout Shared,
    _ body: @Sendable (inout Worker<Shared>) throws(Failure) -> Void
  ) throws(Failure) {
    let failure: Failure? = unsafe withUnsafeMutablePointer(to: &shared) { shared in
      let schedule = unsafe Schedule(pieces: pieces, shared: shared)
      // Written by one worker, in its turn; read when all threads have ended.
      nonisolated(unsafe) var failure: Failure?
      withoutActuallyEscaping(body) { body in
        let others = (1..<max(1, min(threads, pieces))).compactMap { _ in
          Thread {
            let found = work(schedule, body)
            if let found { unsafe failure = found }
          }
        }
        let found = work(schedule, body)
        if let found { unsafe failure = found }
        for thread in others { thread.join() }
      }
      return unsafe failure
    }
    if let failure { throw failure }
  }

  /// One thread's part.
  /// - Returns: the error that ends all work, if it was this thread's.
  private static func work<Shared: ~Copyable, Failure: Error>(
    _ schedule: Schedule<Shared>, _ body: (inout Worker<Shared>) throws(Failure) -> Void
  ) -> Failure? {
    var worker = Worker(schedule)
    do throws(Failure) {
      try body(&worker)
      worker.finishPiece()
      return nil
    } catch {
      return worker.stopAll() ? error : nil
    }
  }
}

/// One thread's access to the pieces.
package struct Worker<Shared: ~Copyable>: ~Copyable {
  private let schedule: Schedule<Shared>
  private var piece: Int?

  fileprivate init(_ schedule: Schedule<Shared>) { self.schedule = schedule }

  /// Takes the next piece; the one before is done with that. nil when none is left, or the work has been ended.
  package mutating func next() -> Int? {
    finishPiece()
    piece = schedule.take()
    return piece
  }

  /// Waits until all pieces before this one are done, and hands over what is shared. May be called more than once a piece.
  ///
  /// Nothing is handed over where an error has ended the work meanwhile.
  package func inTurn<Failure: Error>(_ use: (inout Shared) throws(Failure) -> Void) throws(Failure) {
    guard let piece, schedule.awaitTurn(of: piece) else { return }
    unsafe try use(&schedule.shared.pointee)
  }

  fileprivate mutating func finishPiece() {
    guard let piece else { return }
    self.piece = nil
    if schedule.awaitTurn(of: piece) { schedule.passOn(after: piece) }
  }

  /// Ends the work behind the current piece.
  /// - Returns: false when an earlier piece has done so.
  fileprivate mutating func stopAll() -> Bool {
    if let piece, !schedule.awaitTurn(of: piece) { return false }
    return schedule.stop()
  }
}

/// Which piece is next to be taken, and whose turn it is.
@safe
private final class Schedule<Shared: ~Copyable>: @unchecked Sendable {
  let pieces: Int
  /// Only to be used by the worker whose turn it is.
  let shared: UnsafeMutablePointer<Shared>
  private let monitor = Monitor()
  private var taken = 0
  private var turn = 0
  private var isStopped = false

  init(pieces: Int, shared: UnsafeMutablePointer<Shared>) {
    self.pieces = pieces
    unsafe self.shared = shared
  }

  func take() -> Int? {
    monitor.locked {
      guard !isStopped, taken < pieces else { return nil }
      taken += 1
      return taken - 1
    }
  }

  /// - Returns: false when the work has been ended.
  func awaitTurn(of piece: Int) -> Bool {
    monitor.locked {
      while !isStopped, turn != piece { monitor.wait() }
      return !isStopped
    }
  }

  func passOn(after piece: Int) {
    monitor.locked {
      turn = piece + 1
      monitor.tellChange()
    }
  }

  /// - Returns: false when that had been done before.
  func stop() -> Bool {
    monitor.locked {
      defer { isStopped = true }
      monitor.tellChange()
      return !isStopped
    }
  }
}
