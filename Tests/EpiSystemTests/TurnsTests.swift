import EpiSystem
import Testing

struct TurnsTests {
  private struct Stop: Error, Equatable {
    var piece: Int
  }

  /// Work that takes longer for some pieces than for others, so that threads overtake each other.
  private static func work(on piece: Int) -> UInt64 {
    var value = UInt64(piece)
    for _ in 0..<(piece % 7) * 500 { value = value &* 6_364_136_223_846_793_005 &+ 1 }
    return value
  }

  @Test(arguments: [1, 2, 3, 8]) func `results come in the order of the pieces`(threads: Int) {
    var results: [UInt64] = []
    Turns.take(pieces: 500, threads: threads, sharing: &results) { worker in
      while let piece = worker.next() {
        let result = Self.work(on: piece)
        worker.inTurn { $0.append(result) }
      }
    }
    #expect(results == (0..<500).map(Self.work))
  }

  @Test func `a piece may take its turn in several parts, or not at all`() {
    var results: [Int] = []
    Turns.take(pieces: 300, threads: 4, sharing: &results) { worker in
      while let piece = worker.next() {
        for part in 0..<(piece % 3) {
          _ = Self.work(on: piece)
          worker.inTurn { $0.append(piece * 10 + part) }
        }
      }
    }
    #expect(results == (0..<300).flatMap { piece in (0..<(piece % 3)).map { piece * 10 + $0 } })
  }

  @Test(arguments: [1, 4]) func `the first error by the order of the pieces ends the work`(threads: Int) {
    var results: [Int] = []
    #expect(throws: Stop(piece: 90)) {
      try Turns.take(pieces: 400, threads: threads, sharing: &results) { (worker) throws(Stop) in
        while let piece = worker.next() {
          _ = Self.work(on: piece)
          if piece >= 90, piece % 2 == 0 { throw Stop(piece: piece) }
          worker.inTurn { $0.append(piece) }
        }
      }
    }
    #expect(results == Array(0..<90))
  }

  @Test func `an error in a turn, or before any piece, ends the work too`() {
    var results: [Int] = []
    #expect(throws: Stop(piece: 5)) {
      try Turns.take(pieces: 400, threads: 3, sharing: &results) { (worker) throws(Stop) in
        while let piece = worker.next() {
          try worker.inTurn { (results) throws(Stop) in
            if piece == 5 { throw Stop(piece: piece) }
            results.append(piece)
          }
        }
      }
    }
    #expect(results == Array(0..<5))
    #expect(throws: Stop(piece: -1)) {
      try Turns.take(pieces: 4, threads: 3, sharing: &results) { (_) throws(Stop) in throw Stop(piece: -1) }
    }
  }

  @Test func `without pieces nothing is done`() {
    var results: [Int] = []
    Turns.take(pieces: 0, threads: 4, sharing: &results) { worker in
      while let piece = worker.next() { worker.inTurn { $0.append(piece) } }
    }
    #expect(results.isEmpty)
  }
}
