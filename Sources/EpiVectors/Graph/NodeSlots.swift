internal import EpiBytes

/// The slots of all nodes' vectors, for as long as a graph is built: threads read them wherever they lie among the rows.
@safe
struct NodeSlots {
  private let memory: UnsafeRawBufferPointer
  private let older: SnapshotSlots
  /// The place of each node's slot (`VectorSlots`).
  private let places: [Int]
  private let size: Int

  /// Calls `body` with the slots of the first rows of `nodes`; they are not to be used afterwards.
  static func with<Result: ~Copyable, Failure: Error>(
    _ rows: borrowing IndexedRows, _ nodes: borrowing DistinctVectors, _ body: (NodeSlots) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try rows.slots.withNodeSlots(of: nodes.representatives.map { rows.places[Int($0)].vector }, body)
  }

  /// - Parameter places: numbers of slots in `bytes`, `size` bytes each, or inverted ones in `older`.
  static func with<Result: ~Copyable, Failure: Error>(
    _ bytes: borrowing ByteWriter, size: Int, places: [Int], older: SnapshotSlots, _ body: (NodeSlots) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    for place in places { precondition(place < 0 ? ~place < older.count : (place + 1) * size <= bytes.count) }
    return unsafe try bytes.span.withUnsafeBytes { (memory) throws(Failure) in
      try body(unsafe NodeSlots(memory: memory, older: older, places: places, size: size))
    }
  }

  private init(memory: UnsafeRawBufferPointer, older: SnapshotSlots, places: [Int], size: Int) {
    unsafe self.memory = memory
    self.older = older
    self.places = places
    self.size = size
  }

  var count: Int { places.count }

  @_lifetime(borrow self)
  borrowing func slot(_ node: Int) -> Span<UInt8> {
    let place = places[node]
    if place < 0 { return older.slot(~place) }
    let part = unsafe UnsafeRawBufferPointer(rebasing: memory[(place * size)..<((place + 1) * size)])
    let span = unsafe Span<UInt8>(_unsafeElements: part.bindMemory(to: UInt8.self))
    return unsafe _overrideLifetime(span, borrowing: self)
  }
}
