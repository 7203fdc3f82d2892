package import EpiBytes

/// A Yjs document: the state that results from a set of updates, whatever their order.
///
/// The document keeps ranges of the input instead of copies; the same bytes must be handed to every operation.
package struct Document: ~Copyable, Sendable {
  var store = BlockStore()
  /// What could not be integrated because something it builds on is missing.
  package private(set) var pending = PendingUpdates()
  /// Structs and deletions that are pending, to be tried again with the next updates.
  private var waiting: [StructRun] = []
  private var waitingDeletes: [DeleteSet.Range] = []
  /// Structs that all updates so far have announced.
  private var itemCount = 0
  /// How texts are printed.
  package var textForm = TextForm.plain
  /// Levels of shared types inside shared types that are printed.
  package private(set) var depth = Limits.depth

  package init() {}

  /// A decoding error and the update it lies in.
  package struct UpdateError: Error {
    package var error: DecodingError
    /// Number of the update, from 0.
    package var update: Int
    package var encoding: UpdateEncoding

    package init(error: DecodingError, update: Int, encoding: UpdateEncoding) {
      self.error = error
      self.update = update
      self.encoding = encoding
    }
  }

  /// Reads all updates, then integrates what can be integrated of them and of what waited for them.
  ///
  /// Integrating once gives the same result as integrating one after the other (yjs-format sections 17 and 26), so it may be called
  /// again when there are more updates, with bytes that have grown at their end. The work is that of the new ones.
  /// - Throws: where an update is malformed, or asks for too much work. The document is good for nothing then.
  /// - Returns: the encoding the updates were read in.
  package mutating func apply(
    _ frames: [ByteRange], encoding: UpdateEncoding, of bytes: Span<UInt8>, limits: UpdateLimits = UpdateLimits()
  ) throws(UpdateError) -> UpdateEncoding {
    let encoding = encoding == .auto ? UpdateEncoding.detect(frames, of: bytes, limits: limits) : encoding
    depth = limits.depth
    // Few structs take less than 16 bytes. Room that is never written to costs nothing; growing would copy.
    if store.blocks.count == 0 {
      store.blocks.reserve(bytes.count / 16)
      store.rightOrigins.reserve(bytes.count / 32)
      store.lists.reserve(bytes.count / 16)
      store.types.reserve(bytes.count / 16)
    }
    let itemLimit = limits.items(forBytes: bytes.count)
    var reader = StructReader(itemLimit: itemLimit, allowance: itemLimit - itemCount, depth: limits.depth)
    var decoder = UpdateDecoder(encoding, of: bytes, depth: limits.depth)
    for (number, frame) in frames.enumerated() {
      do {
        try reader.read(frame, by: &decoder, into: &store, bytes)
      } catch {
        throw UpdateError(error: error, update: number, encoding: encoding)
      }
    }
    do {
      try integrate(waiting.isEmpty ? reader.runs : waiting + reader.runs, bytes)
    } catch {
      throw UpdateError(error: error, update: frames.firstIndex { $0.end > error.offset } ?? 0, encoding: encoding)
    }
    itemCount = itemLimit - reader.allowance
    for range in waitingDeletes { reader.deletes.add(client: range.client, clock: range.clock, end: range.end) }
    delete(&reader.deletes, bytes)
    return encoding
  }

  private mutating func delete(_ deletes: inout DeleteSet, _ bytes: Span<UInt8>) {
    deletes.normalize()
    waitingDeletes = []
    for range in deletes.ranges {
      let state = store.state(range.client)
      store.delete(client: range.client, from: range.clock, to: range.end, bytes)
      guard range.end > state else { continue }
      let rest = DeleteSet.Range(client: range.client, clock: max(range.clock, state), end: range.end)
      waitingDeletes.append(rest)
      pending.addDelete(client: store.clients.number(range.client), from: rest.clock, to: rest.end)
    }
  }

  /// Integrates the blocks of a run as far as what they build on is known; where it is not, the client waits for it.
  /// - Returns: the first block that is not done.
  private mutating func integrate(
    _ run: Range<UInt32>, of client: UInt32, _ schedule: inout IntegrationSchedule, conflictLimit limit: Int, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> UInt32 {
    for index in run {
      let state = store.state(client)
      if store.blocks[index].end <= state { continue }
      if store.blocks[index].clock > state { return index }  // clocks of its own client are missing, and no run holds them
      if let missing = store.missingDependency(of: index) {
        schedule.wait(client, for: missing.client, clock: missing.clock)
        return index
      }
      store.integrate(index, bytes)
      guard store.conflictSteps <= limit else {
        throw DecodingError(.conflictsExceeded(limit: limit), at: Int(store.blocks[index].content.start))
      }
    }
    return run.upperBound
  }

  /// Integrates runs in an order that respects what they build on; what is left over becomes pending.
  /// - Throws: when that takes too many steps. The document is good for nothing then.
  private mutating func integrate(_ runs: [StructRun], _ bytes: Span<UInt8>) throws(DecodingError) {
    var schedule = IntegrationSchedule(runs, clients: store.clients.descending)
    let limit = Limits.conflictSteps(forItems: store.blocks.count)
    while let client = schedule.nextReady() {
      while let run = schedule.next(of: client) {
        let end = try integrate(run, of: client, &schedule, conflictLimit: limit, bytes)
        schedule.advance(client, to: end)
        if end < run.upperBound { break }
      }
      schedule.wake(after: client, state: store.state(client))
    }
    pending = PendingUpdates()
    waiting = schedule.leftOver()
    for run in waiting {
      for index in run.first..<(run.first + run.count) {
        let block = store.blocks[index]
        let state = store.state(block.client)
        guard block.end > state else { continue }
        pending.addStruct(client: store.clients.number(block.client), from: max(block.clock, state), to: block.end)
      }
    }
  }
}
