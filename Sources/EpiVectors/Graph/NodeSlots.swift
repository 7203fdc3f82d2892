internal import EpiBytes

/// The slots of all nodes' vectors, for as long as a graph is built: threads read them wherever they lie among the rows.
@safe
struct NodeSlots {
  private let memory: UnsafeRawBufferPointer
  /// The place of each node's slot.
  private let places: [UInt32]
  private let slotBytes: Int

  /// Calls `body` with the slots of the first rows of `nodes`; they are not to be used afterwards.
  static func with<Result: ~Copyable>(
    _ rows: borrowing IndexedRows, _ nodes: borrowing DistinctVectors, _ body: (NodeSlots) -> Result
  ) -> Result {
    let size = rows.form.slotBytes
    let places = nodes.representatives.map { rows.places[Int($0)].vector }
    for place in places { precondition((Int(place) + 1) * size <= rows.slots.count) }
    return unsafe rows.slots.span.withUnsafeBytes { memory in
      body(unsafe NodeSlots(memory: memory, places: places, slotBytes: size))
    }
  }

  private init(memory: UnsafeRawBufferPointer, places: [UInt32], slotBytes: Int) {
    unsafe self.memory = memory
    self.places = places
    self.slotBytes = slotBytes
  }

  var count: Int { places.count }

  @_lifetime(borrow self)
  borrowing func slot(_ node: Int) -> Span<UInt8> {
    let start = Int(places[node]) * slotBytes
    let part = unsafe UnsafeRawBufferPointer(rebasing: memory[start..<(start + slotBytes)])
    let span = unsafe Span<UInt8>(_unsafeElements: part.bindMemory(to: UInt8.self))
    return unsafe _overrideLifetime(span, borrowing: self)
  }
}
