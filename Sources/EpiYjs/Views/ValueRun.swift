package import EpiBytes

/// Any values that lie one behind the other in the input: a block of a list.
package struct ValueRun: Sendable {
  package let bytes: ByteRange
  package let count: UInt32

  /// How many of them can be objects, those of less than eight bytes not counted.
  package var mostObjects: Int { min(Int(count), Int(bytes.count) / 8) }

  /// Calls `body` with the entries of every plain object in the run, in order; other values are passed over.
  package func forEachObject(_ input: Span<UInt8>, _ body: ([AnyView.Entry]) throws(DecodingError) -> Void) throws(DecodingError) {
    _ = try whileObjects(input) { (entries) throws(DecodingError) in
      try body(entries)
      return true
    }
  }

  /// As above, as long as `body` returns true.
  /// - Returns: whether it always did.
  package func whileObjects(_ input: Span<UInt8>, _ body: ([AnyView.Entry]) throws(DecodingError) -> Bool) throws(DecodingError) -> Bool {
    var entries: [AnyView.Entry] = []
    var reader = ByteReader(input, in: bytes.bounds)
    for _ in 0..<count where try AnyView.readEntries(&reader, into: &entries) {
      guard try body(entries) else { return false }
    }
    return true
  }
}

extension Document {
  /// The values in a type's list, in order.
  /// - Complexity: O(blocks of the list)
  package func valueRuns(in type: SharedType) -> [ValueRun] {
    var runs: [ValueRun] = []
    var index = store.types.records[type.index].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      if !block.isDeleted, block.kind == .any { runs.append(ValueRun(bytes: block.content, count: block.length)) }
    }
    return runs
  }
}
