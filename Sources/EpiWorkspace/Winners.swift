internal import EpiBytes
internal import EpiYjs

/// The winning entries of an array of entries, one a key, in the order the keys first appeared.
struct Winners {
  struct Entry {
    var key: UInt32
    var value: ByteRange
    var timestamp: Double
  }

  private(set) var entries: [Entry] = []
  /// By key, as those are numbered one after the other; -1 is none.
  private var positions: [Int32] = []
  /// Numbers of the keys of a piece.
  private var numbers: [UInt32] = []

  /// Which entries count.
  struct Rule {
    /// The highest timestamp wins, of equal ones the rightmost, and entries without one are passed over; else the rightmost entry wins.
    var timed: Bool
    /// Values that are no objects are passed over.
    var objectsOnly: Bool
  }

  init(
    _ root: SharedType, by rule: Rule, _ document: inout Document, _ bytes: Span<UInt8>, _ workers: some PieceWorkers
  ) throws(DecodingError) {
    let runs = document.valueRuns(in: root)
    let most = runs.reduce(0) { $0 + $1.mostObjects }
    entries.reserveCapacity(most)
    document.withNames { $0.reserve(adding: most) }
    let pieces = Self.pieces(of: runs)
    try workers.work(on: pieces.count) { (index) throws(DecodingError) in
      try Piece(of: runs[pieces[index]], by: rule, bytes)
    } inTurn: { piece in
      document.withNames { take(piece, &$0, bytes) }
    }
  }

  /// Entries of a part of the array.
  private struct Piece {
    /// Their keys are yet to be numbered.
    var entries: [Entry] = []
    var keys: [HashedName] = []

    init(of runs: ArraySlice<ValueRun>, by rule: Rule, _ bytes: Span<UInt8>) throws(DecodingError) {
      for run in runs {
        try run.forEachObject(bytes) { (fields) throws(DecodingError) in
          guard let found = EpiWorkspace.Entry(fields, bytes) else { return }
          if rule.objectsOnly, !AnyView.isObject(found.value, bytes) { return }
          if rule.timed, found.timestamp == nil { return }
          entries.append(Entry(key: 0, value: found.value, timestamp: rule.timed ? found.timestamp ?? 0 : 0))
          keys.append(HashedName(found.key, bytes))
        }
      }
    }
  }

  /// Bytes of the input that a piece takes, more or less: enough that taking turns costs nothing.
  private static let pieceSize = 1 << 16

  private static func pieces(of runs: [ValueRun]) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var (start, size) = (0, 0)
    for (index, run) in runs.enumerated() {
      size += Int(run.bytes.count)
      guard size >= pieceSize || index == runs.count - 1 else { continue }
      pieces.append(start..<(index + 1))
      (start, size) = (index + 1, 0)
    }
    return pieces
  }

  /// Lets entries win over those of the same keys before them.
  private mutating func take(_ piece: Piece, _ names: inout KeyTable, _ bytes: Span<UInt8>) {
    names.intern(piece.keys, bytes, into: &numbers)
    for (index, key) in numbers.enumerated() {
      var new = piece.entries[index]
      new.key = key
      while positions.count <= Int(key) { positions.append(-1) }
      let position = Int(positions[Int(key)])
      if position < 0 {
        positions[Int(key)] = Int32(entries.count)
        entries.append(new)
      } else if new.timestamp >= entries[position].timestamp {
        entries[position] = new
      }
    }
  }
}
