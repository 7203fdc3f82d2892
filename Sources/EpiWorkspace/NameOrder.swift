internal import EpiBytes
internal import EpiYjs

extension Document {
  /// Sorts elements by the names of their keys, byte by byte.
  /// - Complexity: O(n log n) comparisons of eight bytes each; only names that begin with the same eight are looked at further.
  borrowing func sortByName<Element>(_ elements: inout [Element], key: (Element) -> UInt32) {
    guard elements.count > 1 else { return }
    // Names that all begin alike (rec_000…) would tie on their first bytes: what they share is left out.
    let shared = sharedPrefix(elements, key: key)
    var order: [(prefix: UInt64, index: UInt32)] = []
    order.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      order.append((prefix(of: nameRange(ofKey: key(element)), skipping: shared), UInt32(index)))
    }
    order.sort { a, b in
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      return keyPrecedes(key(elements[Int(a.index)]), key(elements[Int(b.index)]))
    }
    elements = order.map { elements[Int($0.index)] }
  }

  /// Bytes that all names have in common at their start.
  private borrowing func sharedPrefix<Element>(_ elements: [Element], key: (Element) -> UInt32) -> Int {
    let names = names
    let first = nameRange(ofKey: key(elements[0]))
    var shared = first.count
    for element in elements where shared > 0 {
      let range = nameRange(ofKey: key(element))
      shared = min(shared, range.count)
      var same = 0
      while same &+ 8 <= shared, ByteScan.word(names, at: first.lowerBound &+ same) == ByteScan.word(names, at: range.lowerBound &+ same) {
        same &+= 8
      }
      while same < shared, names[first.lowerBound &+ same] == names[range.lowerBound &+ same] { same &+= 1 }
      shared = same
    }
    return shared
  }

  /// Eight bytes of a name as a number that sorts as they do; bytes beyond its end count as 0.
  private borrowing func prefix(of range: Range<Int>, skipping shared: Int) -> UInt64 {
    let names = names
    let start = range.lowerBound &+ shared
    let count = range.upperBound &- start
    if count >= 8 { return ByteScan.word(names, at: start).byteSwapped }
    return ByteScan.rest(names, from: start, to: range.upperBound).byteSwapped
  }
}
