package import EpiBytes

/// A place in a document where something has come, gone or been replaced.
package struct ChangedPlace: Hashable, Sendable {
  /// The root that it lies in.
  package var root: SharedType
  /// The key of the root under which it lies; nil for members of the root's list.
  package var key: UInt32?
  /// The key under that one; nil when the value of `key` itself has changed, or a member of its list.
  package var innerKey: UInt32?
  /// The block, where it lies in the root's own list.
  let block: UInt32?
}

extension Document {
  /// From now on `takeChanges()` tells what has changed.
  package mutating func trackChanges() { store.isTracking = true }

  /// The places that have changed since the last call, or since `trackChanges()`, each once.
  /// - Complexity: O(blocks that have changed × their depth)
  package mutating func takeChanges() -> Set<ChangedPlace> {
    var places: Set<ChangedPlace> = []
    for index in 0..<store.touched.count { places.insert(place(of: store.touched[index])) }
    store.touched.removeLast(store.touched.count)
    return places
  }

  private func place(of index: UInt32) -> ChangedPlace {
    var place = ChangedPlace(root: SharedType(index: none), key: nil, innerKey: nil, block: nil)
    var block = index
    while true {
      let parent = store.blocks[block].parent
      let key = store.blocks[block].key
      (place.key, place.innerKey) = (key == none ? nil : key, place.key)
      let owner = store.types.records[parent].item
      guard owner == none else {
        block = owner
        continue
      }
      place.root = SharedType(index: parent)
      guard key == none else { return place }
      return ChangedPlace(root: place.root, key: nil, innerKey: nil, block: block)
    }
  }

  /// Calls `body` with the entries of the plain objects at a place in the root's own list, whether they are still there or not.
  package func forEachObject(
    at place: ChangedPlace, _ bytes: Span<UInt8>, _ body: ([AnyView.Entry]) throws(DecodingError) -> Void
  ) throws(DecodingError) {
    guard let block = place.block else { return }
    try forEachObject(of: ListBlock(index: block), bytes, body)
  }
}

/// A block of a list: members that came together. It stays where it is; parts of it may be split off, which are blocks then.
package struct ListBlock: Hashable, Sendable {
  let index: UInt32
}

extension Document {
  /// The block at a place in the root's own list.
  package func listBlock(at place: ChangedPlace) -> ListBlock? { place.block.map { ListBlock(index: $0) } }

  package func isDeleted(_ block: ListBlock) -> Bool { store.blocks[block.index].isDeleted }

  /// Calls `body` with the entries of the plain objects in a block; other members are passed over.
  package func forEachObject(
    of block: ListBlock, _ bytes: Span<UInt8>, _ body: ([AnyView.Entry]) throws(DecodingError) -> Void
  ) throws(DecodingError) {
    let block = store.blocks[block.index]
    guard block.kind == .any else { return }
    try ValueRun(bytes: block.content, count: block.length).forEachObject(bytes, body)
  }

  /// The blocks of a type's list that are there, in order.
  package func forEachListBlock(of type: SharedType, _ body: (ListBlock) -> Void) {
    var index = store.types.records[type.index].start
    while index != none {
      if !store.blocks[index].isDeleted { body(ListBlock(index: index)) }
      index = store.blocks[index].right
    }
  }

  /// Blocks of one list in its order.
  /// - Complexity: O(blocks of the list)
  package func inListOrder(_ blocks: Set<ListBlock>) -> [ListBlock] {
    guard let any = blocks.first else { return [] }
    var index = store.types.records[store.blocks[any.index].parent].start
    var ordered: [ListBlock] = []
    while index != none, ordered.count < blocks.count {
      if blocks.contains(ListBlock(index: index)) { ordered.append(ListBlock(index: index)) }
      index = store.blocks[index].right
    }
    return ordered
  }
}
