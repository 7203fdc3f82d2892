internal import EpiBytes

/// Strings of bytes in the order they were added, in one buffer.
struct ByteStrings: ~Copyable {
  private var ends: [Int] = []
  private var bytes = ByteWriter(capacity: 64)

  var count: Int { ends.count }
  var isEmpty: Bool { ends.isEmpty }

  mutating func append(_ text: Span<UInt8>) {
    bytes.append(text)
    ends.append(bytes.count)
  }

  @_lifetime(borrow self)
  borrowing func text(_ index: Int) -> Span<UInt8> {
    bytes.span.extracting((index == 0 ? 0 : ends[index - 1])..<ends[index])
  }

  /// One of the strings, for those who cannot borrow it.
  borrowing func copy(_ index: Int) -> [UInt8] { text(index).copied() }

  /// The numbers of the strings in byte order; of equal strings the last one only.
  /// - Complexity: O(`count`) comparisons for those that came in order, O(n · log(n)) for the n from the first on that did not
  borrowing func sortedKeepingLast() -> [UInt32] {
    var ascending = min(1, count)
    while ascending < count, compare(UInt32(ascending - 1), UInt32(ascending)) < 0 { ascending += 1 }
    var rest = (ascending..<count).map { UInt32($0) }
    rest.sort {
      let comparison = compare($0, $1)
      return comparison == 0 ? $0 < $1 : comparison < 0
    }
    var order: [UInt32] = []
    order.reserveCapacity(count)
    var next: UInt32 = 0
    for (index, number) in rest.enumerated() {
      // Of equal ones among the rest the last, and none of those before.
      if index + 1 < rest.count, compare(number, rest[index + 1]) == 0 { continue }
      while next < ascending, compare(next, number) < 0 {
        order.append(next)
        next += 1
      }
      if next < ascending, compare(next, number) == 0 { next += 1 }
      order.append(number)
    }
    while next < ascending {
      order.append(next)
      next += 1
    }
    return order
  }

  private func compare(_ a: UInt32, _ b: UInt32) -> Int { ByteOrder.compare(text(Int(a)), text(Int(b))) }
}
