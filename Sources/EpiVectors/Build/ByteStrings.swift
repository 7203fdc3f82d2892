internal import EpiBytes

/// Strings of bytes in the order they were added, in one buffer.
struct ByteStrings: ~Copyable {
  private var ends: [Int] = []
  private var bytes = ByteWriter(capacity: 64)

  var count: Int { ends.count }

  mutating func append(_ text: Span<UInt8>) {
    bytes.append(text)
    ends.append(bytes.count)
  }

  @_lifetime(borrow self)
  borrowing func text(_ index: Int) -> Span<UInt8> {
    bytes.span.extracting((index == 0 ? 0 : ends[index - 1])..<ends[index])
  }

  /// The numbers of the strings in byte order; of equal strings the last one only.
  /// - Complexity: O(`count` · log(`count`)) comparisons, O(`count`) when the strings came in order
  borrowing func sortedKeepingLast() -> [UInt32] {
    var order = (0..<count).map { UInt32($0) }
    var isAscending = true
    for index in order.indices.dropFirst() where compare(order[index - 1], order[index]) >= 0 {
      isAscending = false
      break
    }
    if isAscending { return order }
    order.sort {
      let comparison = compare($0, $1)
      return comparison == 0 ? $0 < $1 : comparison < 0
    }
    var kept = 0
    for index in order.indices {
      let isLast = index == order.count - 1 || compare(order[index], order[index + 1]) != 0
      guard isLast else { continue }
      order[kept] = order[index]
      kept += 1
    }
    order.removeLast(order.count - kept)
    return order
  }

  private func compare(_ a: UInt32, _ b: UInt32) -> Int { ByteOrder.compare(text(Int(a)), text(Int(b))) }
}
