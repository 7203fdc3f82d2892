internal import EpiBytes
internal import EpiJSON

/// The field names of the row before: rows mostly repeat them, and then nothing is to be done.
struct RowNames: ~Copyable {
  /// Changes whenever a row has other names, or the same in another order.
  private(set) var shape = 0
  /// The names, escapes resolved, one after the other, and where each ends.
  private var text = ByteWriter(capacity: 256)
  private var ends: [Int] = []
  private var candidate = ByteWriter(capacity: 256)
  private var candidateEnds: [Int] = []

  /// Takes in the names of a row. Of fields with the same name the first stays, with the value of the last.
  /// - Complexity: O(bytes of the names) when they are those of the row before, else O(n log n) comparisons of n names.
  mutating func settle(_ fields: inout [RowField], in input: borrowing ByteWriter) {
    let bytes = input.span
    if matches(fields, in: bytes) { return }
    candidate.removeAll()
    candidateEnds.removeAll(keepingCapacity: true)
    for field in fields {
      if field.nameHasEscapes {
        EscapedText.append(bytes, in: field.name.bounds, to: &candidate)
      } else {
        candidate.append(bytes, in: field.name.bounds)
      }
      candidateEnds.append(candidate.count)
    }
    if removeRepeated(&fields) { return settle(&fields, in: input) }
    if candidateEnds == ends, Self.equal(candidate.span, 0..<candidate.count, text.span, 0..<text.count) { return }
    swap(&text, &candidate)
    swap(&ends, &candidateEnds)
    shape += 1
  }

  private func matches(_ fields: [RowField], in bytes: Span<UInt8>) -> Bool {
    guard fields.count == ends.count else { return false }
    let text = text.span
    var start = 0
    for index in 0..<fields.count {
      let end = ends[index]
      guard !fields[index].nameHasEscapes, Self.equal(bytes, fields[index].name.bounds, text, start..<end) else { return false }
      start = end
    }
    return true
  }

  /// Rows with more fields than this are sorted to find names that repeat.
  private static var pairwiseLimit: Int { 16 }

  /// - Returns: whether a name repeated.
  private func removeRepeated(_ fields: inout [RowField]) -> Bool {
    let count = fields.count
    var repeated: [(first: Int, again: Int)] = []
    if count <= Self.pairwiseLimit {
      for again in 1..<max(count, 1) {
        if let first = (0..<again).first(where: { isEqual($0, again) }) { repeated.append((first, again)) }
      }
    } else {
      let order = (0..<count).sorted { precedes($0, $1) }
      var first = order[0]
      for index in order.dropFirst() {
        if isEqual(first, index) { repeated.append((first, index)) } else { first = index }
      }
      repeated.sort { $0.again < $1.again }
    }
    guard !repeated.isEmpty else { return false }
    var kept: [RowField] = []
    kept.reserveCapacity(count - repeated.count)
    for pair in repeated { fields[pair.first].value = fields[pair.again].value }
    var next = 0
    for index in 0..<count {
      if next < repeated.count, repeated[next].again == index { next += 1 } else { kept.append(fields[index]) }
    }
    fields = kept
    return true
  }

  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : candidateEnds[index - 1])..<candidateEnds[index] }

  private func isEqual(_ left: Int, _ right: Int) -> Bool {
    Self.equal(candidate.span, range(left), candidate.span, range(right))
  }

  /// By name, then by place.
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let bytes = candidate.span
    let (a, b) = (range(left), range(right))
    for (i, j) in zip(a, b) where bytes[i] != bytes[j] { return bytes[i] < bytes[j] }
    return a.count != b.count ? a.count < b.count : left < right
  }

  static func equal(_ left: Span<UInt8>, _ leftRange: Range<Int>, _ right: Span<UInt8>, _ rightRange: Range<Int>) -> Bool {
    guard leftRange.count == rightRange.count else { return false }
    var i = leftRange.lowerBound
    var j = rightRange.lowerBound
    while i < leftRange.upperBound {
      if left[i] != right[j] { return false }
      i &+= 1
      j &+= 1
    }
    return true
  }
}
