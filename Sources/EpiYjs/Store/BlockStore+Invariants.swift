// What holds of every store between two operations, whatever the input was. Only checks call this.

extension Document {
  /// What is wrong with the document's store, or nil.
  /// - Complexity: O(blocks + types + keys)
  package func brokenInvariant() -> String? { store.brokenInvariant() }
}

extension BlockStore {
  func brokenInvariant() -> String? {
    for client in 0..<UInt32(clients.count) {
      if let broken = brokenClocks(of: client) { return broken }
    }
    for index in 0..<UInt32(blocks.count) where blocks[index].flags.contains(.integrated) {
      if let broken = brokenLinks(of: index) { return broken }
    }
    for type in 0..<UInt32(types.count) {
      if let broken = brokenEnds(of: type) { return broken }
    }
    return nil
  }

  /// A client's blocks cover its clocks from 0 without gaps.
  private func brokenClocks(of client: UInt32) -> String? {
    var clock: UInt64 = 0
    var position = BlockLists.Position()
    while lists.contains(position, of: client) {
      let index = lists.block(position, of: client)
      position = lists.next(after: position, of: client)
      let block = blocks[index]
      if block.client != client || block.clock != clock || block.length == 0 || !block.flags.contains(.integrated) {
        return "client \(clients.number(client)): block \(index) is not the one from clock \(clock)"
      }
      clock = block.end
    }
    return clock == clients.state(client) ? nil : "client \(clients.number(client)): the blocks end at \(clock)"
  }

  /// Neighbours name each other and belong to the same list or chain. So every item has one place, and walks end.
  private func brokenLinks(of index: UInt32) -> String? {
    let block = blocks[index]
    if block.kind == .gc { return block.left == none && block.right == none ? nil : "GC \(index) is linked" }
    if Int(block.parent) >= types.count { return "block \(index) has no parent" }
    if block.left != none, blocks[block.left].right != index { return "the left neighbour of block \(index) does not name it" }
    guard block.right != none else {
      guard block.key != none else { return nil }
      let entry = types.entry(of: block.parent, key: block.key)
      return entry != none && types.entries[entry].item == index ? nil : "block \(index) ends a chain and is not its value"
    }
    let right = blocks[block.right]
    if right.left != index { return "the right neighbour of block \(index) does not name it" }
    if right.parent != block.parent || right.key != block.key { return "blocks \(index) and \(block.right) are of different lists" }
    return nil
  }

  private func brokenEnds(of type: UInt32) -> String? {
    let record = types.records[type]
    if record.start != none, blocks[record.start].left != none || blocks[record.start].parent != type || blocks[record.start].key != none {
      return "type \(type) does not start with the first of its list"
    }
    var entry = record.firstEntry
    while entry != none {
      let item = blocks[types.entries[entry].item]
      let first = blocks[types.entries[entry].first]
      if first.parent != type || first.key != item.key || first.left != none { return "entry \(entry) does not know the start of its chain" }
      if item.parent != type || item.key != types.entries[entry].key || item.right != none { return "entry \(entry) is not the end of its chain" }
      entry = types.entries[entry].next
    }
    return nil
  }
}
