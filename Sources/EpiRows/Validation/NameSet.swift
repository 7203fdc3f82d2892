internal import EpiBytes

/// Names to be found by their bytes: the fields of a table, the choices of a field, the properties of an object.
struct NameSet: Sendable {
  private var bytes: [UInt8] = []
  /// Where each name lies in `bytes`, as given.
  private var ranges: [Range<Int>] = []
  /// Indices into `ranges`, in byte order of the names.
  private var order: [Int] = []

  /// Of equal names the first one is found.
  init(_ names: [[UInt8]]) {
    for name in names {
      ranges.append(bytes.count..<bytes.count + name.count)
      bytes += name
    }
    let (bytes, ranges) = (bytes, ranges)
    order = ranges.indices.sorted { a, b in
      let comparison = Self.compare(bytes.span, ranges[a], bytes.span, ranges[b])
      return comparison == 0 ? a < b : comparison < 0
    }
  }

  var count: Int { ranges.count }
  var isEmpty: Bool { ranges.isEmpty }

  /// The index of the name that `text[range]` spells, in the order the names were given; nil when it is none of them.
  /// - Complexity: O(log(`count`)) comparisons
  func index(of range: Range<Int>, in text: Span<UInt8>) -> Int? {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if Self.compare(bytes.span, ranges[order[middle]], text, range) < 0 { low = middle + 1 } else { high = middle }
    }
    guard low < order.count, Self.compare(bytes.span, ranges[order[low]], text, range) == 0 else { return nil }
    return order[low]
  }

  /// Whether the name at `index` is `text[range]`.
  func isName(_ index: Int, _ range: Range<Int>, in text: Span<UInt8>) -> Bool {
    index < ranges.count && Self.compare(bytes.span, ranges[index], text, range) == 0
  }

  func name(_ index: Int) -> String { UTF8Text.string(bytes.span, in: ranges[index]) ?? "" }

  private static func compare(_ a: Span<UInt8>, _ first: Range<Int>, _ b: Span<UInt8>, _ second: Range<Int>) -> Int {
    var i = first.lowerBound
    var j = second.lowerBound
    while i < first.upperBound, j < second.upperBound {
      if a[i] != b[j] { return Int(a[i]) - Int(b[j]) }
      i &+= 1
      j &+= 1
    }
    return first.count - second.count
  }
}
