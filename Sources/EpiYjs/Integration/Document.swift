package import EpiBytes

/// A Yjs document: the state that results from a set of updates, whatever their order.
///
/// The document keeps ranges of the input instead of copies; the same bytes must be handed to every operation.
package struct Document: ~Copyable, Sendable {
  var store = BlockStore()
  /// What could not be integrated because something it builds on is missing.
  package private(set) var pending = PendingUpdates()
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

  /// Reads all updates, then integrates what can be integrated.
  ///
  /// Reading comes first for all of them, so a malformed update leaves nothing half done; integrating once gives the same result as
  /// integrating one after the other (yjs-format sections 17 and 26).
  /// - Returns: the encoding the updates were read in.
  package mutating func apply(
    _ frames: [ByteRange], encoding: UpdateEncoding, of bytes: Span<UInt8>, limits: UpdateLimits = UpdateLimits()
  ) throws(UpdateError) -> UpdateEncoding {
    let encoding = encoding == .auto ? UpdateEncoding.detect(frames, of: bytes, limits: limits) : encoding
    depth = limits.depth
    // Few structs take less than 16 bytes. Room that is never written to costs nothing; growing would copy.
    store.blocks.reserve(bytes.count / 16)
    store.types.reserve(bytes.count / 16)
    var reader = StructReader(itemLimit: limits.items(forBytes: bytes.count), depth: limits.depth)
    var decoder = UpdateDecoder(encoding, of: bytes, depth: limits.depth)
    for (number, frame) in frames.enumerated() {
      do {
        try reader.read(frame, by: &decoder, into: &store, bytes)
      } catch {
        throw UpdateError(error: error, update: number, encoding: encoding)
      }
    }
    do {
      try integrate(reader.runs, bytes)
    } catch {
      throw UpdateError(error: error, update: frames.firstIndex { $0.end > error.offset } ?? 0, encoding: encoding)
    }
    reader.deletes.normalize()
    for range in reader.deletes.ranges {
      let state = store.state(range.client)
      store.delete(client: range.client, from: range.clock, to: range.end, bytes)
      if range.end > state { pending.addDelete(client: store.clients.number(range.client), from: max(range.clock, state), to: range.end) }
    }
    return encoding
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
    for run in schedule.leftOver() {
      for index in run.first..<(run.first + run.count) {
        let block = store.blocks[index]
        let state = store.state(block.client)
        guard block.end > state else { continue }
        pending.addStruct(client: store.clients.number(block.client), from: max(block.clock, state), to: block.end)
      }
    }
  }
}
