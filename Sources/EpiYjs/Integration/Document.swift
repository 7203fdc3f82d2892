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
  /// - Parameter itemLimit: items that all updates together may announce; by their size unless told.
  /// - Returns: the encoding the updates were read in.
  package mutating func apply(
    _ frames: [ByteRange], encoding: UpdateEncoding, of bytes: Span<UInt8>, itemLimit: Int? = nil
  ) throws(UpdateError) -> UpdateEncoding {
    let encoding = encoding == .auto ? UpdateEncoding.detect(frames, of: bytes, itemLimit: itemLimit) : encoding
    // Few structs take less than 16 bytes.
    store.blocks.reserve(bytes.count / 16)
    var reader = StructReader(itemLimit: itemLimit ?? Limits.items(forBytes: bytes.count))
    for (number, frame) in frames.enumerated() {
      do {
        try reader.read(frame, encoding, into: &store, bytes)
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
      if range.end > state { pending.addDelete(client: store.clients.clients[Int(range.client)].number, from: max(range.clock, state), to: range.end) }
    }
    return encoding
  }

  /// Integrates runs in an order that respects what they build on; what is left over becomes pending.
  /// - Throws: when that takes too many steps. The document is good for nothing then.
  private mutating func integrate(_ runs: [StructRun], _ bytes: Span<UInt8>) throws(DecodingError) {
    var schedule = IntegrationSchedule(runs, clients: store.clients.descending)
    let limit = Limits.conflictSteps(forItems: store.blocks.count)
    while let client = schedule.nextReady() {
      while let index = schedule.next(of: client) {
        let block = store.blocks[index]
        let state = store.state(client)
        if block.end <= state {
          schedule.advance(client)
          continue
        }
        if block.clock > state { break }  // clocks of its own client are missing, and no run holds them
        if let missing = store.missingDependency(of: block) {
          schedule.wait(client, for: missing.client, clock: missing.clock)
          break
        }
        store.integrate(index, bytes)
        guard store.conflictSteps <= limit else { throw DecodingError(.conflictsExceeded(limit: limit), at: Int(block.content.start)) }
        schedule.advance(client)
      }
      schedule.wake(after: client, state: store.state(client))
    }
    for run in schedule.leftOver() {
      for index in run.first..<(run.first + run.count) {
        let block = store.blocks[index]
        let client = store.clients.clients[Int(block.client)]
        if block.end > client.state { pending.addStruct(client: client.number, from: max(block.clock, client.state), to: block.end) }
      }
    }
  }
}
