package import EpiBytes

/// A shared type of a document: a root, or one that lies in another.
package struct SharedType: Equatable, Hashable, Sendable {
  let index: UInt32
}

/// One unit of content: an element of a list or the value of a key.
package struct Member: Sendable {
  package enum Content: Equatable, Sendable {
    /// An Any value at `range`.
    case any
    case type(SharedType)
    /// Anything else: legacy JSON, bytes, embeds, characters, sub documents.
    case other
  }

  package var content: Content
  /// Bytes of an Any value; they may reach beyond its end.
  package var range: ByteRange
  let block: UInt32
  /// Units into the block.
  let offset: UInt32
}

extension Document {
  /// Root types in the order of their names, byte by byte.
  package var roots: [SharedType] {
    store.types.roots.sorted { store.keys.precedes(store.types.records[$0].name, store.types.records[$1].name) }
      .map { SharedType(index: $0) }
  }

  /// The root of a name, or nil when no update has mentioned it.
  package func root(named name: String) -> SharedType? {
    let bytes = Array(name.utf8)
    guard let key = store.keys.find(bytes.span), store.keys.root(of: key) != none else { return nil }
    return SharedType(index: store.keys.root(of: key))
  }

  /// The number of a key's name; nil when no update has mentioned it.
  package func key(named name: String) -> UInt32? {
    let bytes = Array(name.utf8)
    return store.keys.find(bytes.span)
  }

  /// Bytes of all names; `nameRange` tells where one lies.
  package var names: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { store.keys.span }
  }

  package func nameRange(ofKey key: UInt32) -> Range<Int> { store.keys.range(of: key) }

  package func nameRange(of root: SharedType) -> Range<Int> { store.keys.range(of: store.types.records[root.index].name) }

  /// The value of a key: nil when it is absent or deleted.
  package func value(of key: UInt32, in type: SharedType) -> Member? {
    let entry = store.types.entry(of: type.index, key: key)
    guard entry != none else { return nil }
    return value(ofEntry: store.types.entries[entry])
  }

  private func value(ofEntry entry: TypeTable.Entry) -> Member? {
    let block = store.blocks[entry.item]
    guard !block.isDeleted, block.kind.isCountable else { return nil }
    return member(block, entry.item, offset: block.length - 1)
  }

  private func member(_ block: Block, _ index: UInt32, offset: UInt32) -> Member {
    switch block.kind {
    case .type: Member(content: .type(SharedType(index: block.extra)), range: .empty, block: index, offset: offset)
    case .any: Member(content: .any, range: block.content, block: index, offset: offset)
    default: Member(content: .other, range: .empty, block: index, offset: offset)
    }
  }

  /// Calls `body` with the key and the value of every present entry, in no particular order.
  package func forEachEntry(of type: SharedType, _ body: (UInt32, Member) -> Void) {
    var next = store.types.records[type.index].firstEntry
    while next != none {
      let entry = store.types.entries[next]
      if let member = value(ofEntry: entry) { body(entry.key, member) }
      next = entry.next
    }
  }

  /// Present entries in the order of their keys, byte by byte.
  package func sortedEntries(of type: SharedType) -> [(key: UInt32, value: Member)] {
    var entries: [(key: UInt32, value: Member)] = []
    forEachEntry(of: type) { entries.append((key: $0, value: $1)) }
    entries.sort { store.keys.precedes($0.key, $1.key) }
    return entries
  }

  /// Clocks known of every client, clients descending: `varUint` count, then client and clock each.
  package func writeStateVector(to writer: inout ByteWriter) {
    let known = store.clients.descending.filter { store.state($0) > 0 }
    writer.append(varUint: UInt64(known.count))
    for client in known {
      writer.append(varUint: store.clients.number(client))
      writer.append(varUint: store.state(client))
    }
  }
}

extension Document {
  /// Whether a nested type was written as a map. yjs 14 writes every unnamed type as reference 4; then its keys tell.
  package func isMap(_ type: SharedType) -> Bool {
    let record = store.types.records[type.index]
    return record.kind == .map || record.kind == .root || (record.kind == .xmlFragment && record.start == none)
  }

  /// The number of a name, given to it now if it is new.
  package mutating func internKey(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt32 { store.keys.intern(bytes, in: range) }

  /// Hands over the names for many to be looked up at once.
  package mutating func withNames(_ body: (inout KeyTable) -> Void) { body(&store.keys) }

  package func keyPrecedes(_ a: UInt32, _ b: UInt32) -> Bool { store.keys.precedes(a, b) }

  /// Present entries in the order in which their keys were first written: those of the type's maker first, by clock, then those of
  /// other writers, by writer and clock. The order does not depend on how updates arrived.
  package func entriesInWritingOrder(of type: SharedType) -> [(key: UInt32, value: Member)] {
    let item = store.types.records[type.index].item
    let maker = item == none ? nil : store.clients.number(store.blocks[item].client)
    func rank(_ member: Member) -> (Int, UInt64, UInt64) {
      var first = member.block
      while store.blocks[first].left != none { first = store.blocks[first].left }
      let writer = store.clients.number(store.blocks[first].client)
      return (writer == maker ? 0 : 1, writer, store.blocks[first].clock)
    }
    var entries: [(key: UInt32, value: Member, rank: (Int, UInt64, UInt64))] = []
    forEachEntry(of: type) { entries.append((key: $0, value: $1, rank: rank($1))) }
    entries.sort { $0.rank < $1.rank }
    return entries.map { (key: $0.key, value: $0.value) }
  }
}
