internal import EpiBytes

// Putting blocks into the document: the YATA rules of yjs-format sections 12 to 14.

extension BlockStore {
  /// The client whose clock a block still waits for, and the clock; nil when everything it names is known.
  @inline(__always)
  func missingDependency(of index: UInt32) -> (client: UInt32, clock: UInt64)? {
    let (origin, originClock) = (blocks[index].originClient, blocks[index].originClock)
    if origin != none, originClock >= state(origin) { return (origin, originClock) }
    if blocks[index].rightOrigin != none {
      let right = rightOrigins[blocks[index].rightOrigin]
      if right.clock >= state(right.client) { return (right.client, right.clock) }
    }
    return nil
  }

  /// Puts a block into the store. What is known of it already is cut off.
  /// - Precondition: the block begins at or before its client's state and ends behind it, and `missingDependency` is nil.
  mutating func integrate(_ index: UInt32, _ bytes: Span<UInt8>) {
    let client = blocks[index].client
    let offset = UInt32(state(client) - blocks[index].clock)
    if blocks[index].kind == .gc {
      blocks[index].clock += UInt64(offset)
      blocks[index].length -= offset
      return append(index)
    }

    var parent = none
    var key = blocks[index].key
    var left = none
    var right = none
    if blocks[index].flags.contains(.parentIsID) {
      parent = typeOfItem(client: blocks[index].originClient, clock: blocks[index].originClock)
      blocks[index].originClient = none
    } else if blocks[index].flags.contains(.parentIsRoot) {
      parent = root(named: blocks[index].parent)
    } else {
      if blocks[index].originClient != none {
        left = findEnding(client: blocks[index].originClient, clock: blocks[index].originClock, bytes)
      }
      if blocks[index].rightOrigin != none {
        let origin = rightOrigins[blocks[index].rightOrigin]
        right = findStarting(client: origin.client, clock: origin.clock, bytes)
      }
      let leftIsGC = left != none && blocks[left].kind == .gc
      let rightIsGC = right != none && blocks[right].kind == .gc
      if !leftIsGC, !rightIsGC {
        let neighbour = left != none ? left : right
        if neighbour != none {
          parent = blocks[neighbour].parent
          key = blocks[neighbour].key
        }
      }
    }

    if offset > 0 {
      cutKnownPrefix(of: index, offset: offset, bytes)
      let before = blocks[index].clock - 1
      left = findEnding(client: client, clock: before, bytes)
      blocks[index].originClient = client
      blocks[index].originClock = before
      // The known units were collected: so are these. Else they go where the known ones are. A writer's copies agree on that; copies
      // that do not would put one item into two places, and what is printed twice at every level grows beyond all bounds.
      if blocks[left].kind == .gc {
        parent = none
      } else if parent != none {
        parent = blocks[left].parent
        key = blocks[left].key
      }
    }
    guard parent != none else {
      blocks[index].kind = .gc
      blocks[index].flags = []
      return append(index)
    }
    blocks[index].parent = parent
    blocks[index].key = key
    link(index, parent: parent, key: key, left: left, right: right)
    append(index)
    finish(index)
  }

  /// The type that is the content of the item at an ID; none when there is a GC or another content.
  ///
  /// The cells of a row come one behind the other and name one item: the last answer is kept. It stays right, as an item that holds
  /// a type is one clock long and never split.
  private mutating func typeOfItem(client: UInt32, clock: UInt64) -> UInt32 {
    if lastParent.client == client, lastParent.clock == clock { return lastParent.type }
    let item = find(client: client, clock: clock)
    guard blocks[item].kind == .type else { return none }
    lastParent = (client, clock, blocks[item].extra)
    return lastParent.type
  }

  private mutating func append(_ index: UInt32) {
    blocks[index].flags.insert(.integrated)
    let client = blocks[index].client
    lists.append(index, beginningAt: blocks[index].clock, to: client)
    clients.setState(of: client, to: blocks[index].end)
  }

  /// Finds the place between `left` and `right` and links the block in.
  private mutating func link(_ index: UInt32, parent: UInt32, key: UInt32, left: UInt32, right: UInt32) {
    let entry = key == none ? none : types.entry(of: parent, key: key)
    var left = left
    // The first value of a key meets none.
    let nothingBetween =
      left != none ? blocks[left].right == right : right != none ? blocks[right].left == none : key != none && entry == none
    if !nothingBetween { left = positionAmongConflicts(index, parent: parent, key: key, entry: entry, left: left, right: right) }

    let next: UInt32
    if left != none {
      next = blocks[left].right
      blocks[left].right = index
    } else if key != none {
      next = entry == none ? none : types.entries[entry].first
      if entry != none { types.setEntryFirst(entry, to: index) }
    } else {
      next = types.records[parent].start
      types.setStart(of: parent, to: index)
    }
    blocks[index].left = left
    blocks[index].right = next
    if next != none {
      blocks[next].left = index
    } else if key != none {
      // The new end of the chain is the value; the former one is deleted.
      if entry == none { types.addEntry(to: parent, key: key, item: index) } else { types.setEntryItem(entry, to: index) }
      if left != none { delete(left) }
    }
  }

  /// About as many steps as a search takes the time of.
  private static let searchSteps = 10

  /// The block that `index` goes directly right of (section 13): concurrent insertions at one place are ordered by client, and
  /// runs that were typed forward stay together.
  private mutating func positionAmongConflicts(
    _ index: UInt32, parent: UInt32, key: UInt32, entry: UInt32, left: UInt32, right: UInt32
  ) -> UInt32 {
    let x = blocks[index]
    let number = clients.number(x.client)
    var other =
      left != none ? blocks[left].right
      : key != none ? (entry == none ? none : types.entries[entry].first)
      : types.records[parent].start
    guard other != none, other != right else { return left }

    var position = left
    if visits.count < blocks.count { visits.append(contentsOf: repeatElement(0, count: blocks.count - visits.count)) }
    if visitCount > UInt32.max - UInt32(blocks.count) - 1 {
      visits = [UInt32](repeating: 0, count: blocks.count)
      visitCount = 0
    }
    // Visited since the loop began = before; since the position last moved = conflicting.
    let begin = visitCount + 1
    var conflictingSince = begin
    while other != none, other != right {
      visitCount += 1
      visits[Int(other)] = visitCount
      let o = blocks[other]
      if o.originClient == x.originClient && (o.originClient == none || o.originClock == x.originClock) {
        if clients.number(o.client) < number {
          position = other
          conflictingSince = visitCount + 1
        } else if haveEqualRightOrigins(o, x) {
          break
        }
      } else if o.originClient != none {
        let origin = originOf(o)
        let visit = Int(origin) < visits.count ? visits[Int(origin)] : 0
        guard visit >= begin else { break }
        if visit < conflictingSince {
          position = other
          conflictingSince = visitCount + 1
        }
      } else {
        break
      }
      other = o.right
    }
    conflictSteps += Int(visitCount - begin) + 1
    return position
  }

  private func haveEqualRightOrigins(_ a: Block, _ b: Block) -> Bool {
    if a.rightOrigin == b.rightOrigin { return true }
    guard a.rightOrigin != none, b.rightOrigin != none else { return false }
    let (left, right) = (rightOrigins[a.rightOrigin], rightOrigins[b.rightOrigin])
    return left.client == right.client && left.clock == right.clock
  }

  /// The block that holds a block's left origin. In a run that was typed forward it is the neighbour.
  private mutating func originOf(_ block: Block) -> UInt32 {
    if block.left != none {
      let neighbour = blocks[block.left]
      if neighbour.client == block.originClient, neighbour.clock <= block.originClock, block.originClock < neighbour.end { return block.left }
    }
    conflictSteps += Self.searchSteps
    return find(client: block.originClient, clock: block.originClock)
  }

  /// What follows from where the block came to lie.
  private mutating func finish(_ index: UInt32) {
    if isTracking { touched.append(index) }
    let kind = blocks[index].kind
    if kind == .type { types.setItem(of: blocks[index].extra, to: index) }
    let owner = types.records[blocks[index].parent].item
    let parentIsDeleted = owner != none && blocks[owner].isDeleted
    if kind == .deleted {
      blocks[index].flags.insert(.deleted)
    } else if parentIsDeleted || (blocks[index].key != none && blocks[index].right != none) {
      delete(index)
    }
  }
}
