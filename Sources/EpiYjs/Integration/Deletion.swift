internal import EpiBytes

extension BlockStore {
  /// Deletes an item and, when it holds a type, everything inside it.
  ///
  /// Positions do not change. An explicit stack keeps input from choosing the depth of recursion.
  mutating func delete(_ index: UInt32) {
    guard mark(index) else { return }
    guard blocks[index].kind == .type else { return }
    var stack = [blocks[index].extra]
    while let type = stack.popLast() {
      let record = types.records[type]
      var member = record.start
      while member != none {
        if mark(member), blocks[member].kind == .type { stack.append(blocks[member].extra) }
        member = blocks[member].right
      }
      var entry = record.firstEntry
      while entry != none {
        let item = types.entries[entry].item
        if mark(item), blocks[item].kind == .type { stack.append(blocks[item].extra) }
        entry = types.entries[entry].next
      }
    }
  }

  /// - Returns: whether the item was not deleted before.
  private mutating func mark(_ index: UInt32) -> Bool {
    guard !blocks[index].isDeleted else { return false }
    blocks[index].flags.insert(.deleted)
    if isTracking { touched.append(index) }
    return true
  }

  /// Deletes the clocks `clock..<end` of a client, as far as they are known; items are split at both ends.
  mutating func delete(client: UInt32, from clock: UInt64, to end: UInt64, _ bytes: Span<UInt8>) {
    let end = min(end, state(client))
    guard clock < end else { return }
    var position = position(client: client, clock: clock)
    let first = blocks[lists.block(position, of: client)]
    if first.clock < clock, first.kind != .gc, !first.isDeleted {
      split(at: position, client: client, offset: UInt32(clock - first.clock), bytes)
      position = self.position(client: client, clock: clock)
    }
    while lists.contains(position, of: client) {
      let index = lists.block(position, of: client)
      let block = blocks[index]
      guard block.clock < end else { break }
      clients.setHint(of: client, to: position)
      if block.kind != .gc, !block.isDeleted {
        if block.end > end {
          split(at: position, client: client, offset: UInt32(end - block.clock), bytes)
          return delete(index)
        }
        delete(index)
      }
      position = lists.next(after: position, of: client)
    }
  }
}
