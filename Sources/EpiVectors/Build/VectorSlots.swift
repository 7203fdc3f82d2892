internal import EpiBytes

/// The vectors of a column, a slot each: those that were read lie here, and those that are as in an older snapshot lie there, whose file is
/// mapped. So of many vectors that have not changed nothing is made or kept.
struct VectorSlots: ~Copyable {
  /// The slots of those that were read.
  private var bytes = ByteWriter(capacity: 64)
  private let size: Int
  /// XXH64 of each of them.
  private var hashes: [UInt64] = []
  /// Where each vector lies: a number among those that were read, or that in the snapshot, inverted.
  private var places: [Int] = []
  private let older: SnapshotSlots

  /// Where a vector lies.
  enum Place {
    /// Among those that were read.
    case own(Int)
    /// Among those of the snapshot.
    case older(Int)
  }

  init(size: Int = 0, older: SnapshotSlots = .empty) {
    self.size = size
    self.older = older
  }

  /// Takes in the slot of a vector that was read.
  mutating func append(_ slot: Span<UInt8>) {
    var hash = ContentHash()
    hash.update(slot)
    append(slot, hash: hash.value)
  }

  private mutating func append(_ slot: Span<UInt8>, hash: UInt64) {
    places.append(hashes.count)
    bytes.append(slot)
    hashes.append(hash)
  }

  /// Takes in a vector of the older snapshot.
  mutating func append(older index: Int) { places.append(~index) }

  func place(_ vector: Int) -> Place { places[vector] < 0 ? .older(~places[vector]) : .own(places[vector]) }

  @_lifetime(borrow self)
  borrowing func slot(_ vector: Int) -> Span<UInt8> { slot(at: places[vector]) }

  @_lifetime(borrow self)
  private borrowing func slot(at place: Int) -> Span<UInt8> {
    if place < 0 { return older.slot(~place) }
    return bytes.span.extracting((place * size)..<((place + 1) * size))
  }

  /// XXH64 of a slot, made anew for those of the snapshot.
  func hash(_ vector: Int) -> UInt64 {
    if case .own(let index) = place(vector) { return hashes[index] }
    var hash = ContentHash()
    hash.update(slot(vector))
    return hash.value
  }

  /// How many vectors the snapshot has.
  var olderCount: Int { older.count }

  /// Whether some lie in the snapshot.
  var hasOlder: Bool { places.contains { $0 < 0 } }

  /// Those of some vectors, in that order.
  func extracting(_ vectors: [UInt32]) -> VectorSlots {
    var result = VectorSlots(size: size, older: older)
    for vector in vectors {
      switch place(Int(vector)) {
      case .own(let index): result.append(slot(Int(vector)), hash: hashes[index])
      case .older(let index): result.append(older: index)
      }
    }
    return result
  }

  /// Calls `body` with what threads may read of it, which is not to be used afterwards.
  /// - Parameter vectors: those that are read, in the order of their numbers there.
  func withNodeSlots<Result: ~Copyable, Failure: Error>(
    of vectors: [UInt32], _ body: (NodeSlots) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let chosen = vectors.map { places[Int($0)] }
    let (older, size) = (older, size)
    return try NodeSlots.with(bytes, size: size, places: chosen, older: older, body)
  }
}
