/// A shell pattern over bytes: `*` stands for any run of bytes, `?` for one byte, `[abc]`, `[a-z]` and `[!abc]` for one of a set, and a
/// backslash takes the meaning from what follows it. A `[` that nothing closes is an ordinary byte.
///
/// Bytes and not characters: names are compared by bytes wherever they are sorted or looked up, and `?` on one byte of a longer
/// character would be the only surprise; `*` gives none.
package struct Glob: Equatable, Sendable {
  /// One place of the pattern.
  private enum Element: Equatable, Sendable {
    case byte(UInt8)
    case any
    /// Any number of bytes.
    case run
    case set([ClosedRange<UInt8>], isNegated: Bool)
  }

  /// What the pattern was read from.
  package let pattern: [UInt8]
  private let elements: [Element]

  package init(_ pattern: [UInt8]) {
    self.pattern = pattern
    var elements: [Element] = []
    var offset = 0
    while offset < pattern.count {
      let byte = pattern[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "*"): if elements.last != .run { elements.append(.run) }
      case UInt8(ascii: "?"): elements.append(.any)
      case UInt8(ascii: "\\") where offset < pattern.count:
        elements.append(.byte(pattern[offset]))
        offset += 1
      case UInt8(ascii: "["):
        guard let (set, end) = Self.readSet(pattern, from: offset) else {
          elements.append(.byte(byte))
          continue
        }
        elements.append(set)
        offset = end
      default: elements.append(.byte(byte))
      }
    }
    self.elements = elements
  }

  package init(_ pattern: String) { self.init(Array(pattern.utf8)) }

  /// The one text that matches, when the pattern asks for nothing but bytes; else nil.
  package var literal: [UInt8]? {
    var bytes: [UInt8] = []
    for element in elements {
      guard case .byte(let byte) = element else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// Reads what follows a `[`. A `]` or `-` that comes first stands for itself.
  /// - Returns: nil when no `]` closes it.
  private static func readSet(_ pattern: [UInt8], from start: Int) -> (Element, Int)? {
    var offset = start
    let isNegated = offset < pattern.count && (pattern[offset] == UInt8(ascii: "!") || pattern[offset] == UInt8(ascii: "^"))
    if isNegated { offset += 1 }
    let first = offset
    var ranges: [ClosedRange<UInt8>] = []
    while offset < pattern.count, pattern[offset] != UInt8(ascii: "]") || offset == first {
      guard let low = byte(pattern, &offset) else { return nil }
      let isRange = offset + 1 < pattern.count && pattern[offset] == UInt8(ascii: "-") && pattern[offset + 1] != UInt8(ascii: "]")
      guard isRange else {
        ranges.append(low...low)
        continue
      }
      offset += 1
      guard let high = byte(pattern, &offset) else { return nil }
      if low <= high { ranges.append(low...high) }
    }
    return offset < pattern.count ? (.set(ranges, isNegated: isNegated), offset + 1) : nil
  }

  /// One byte of a set, perhaps behind a backslash.
  private static func byte(_ pattern: [UInt8], _ offset: inout Int) -> UInt8? {
    if pattern[offset] == UInt8(ascii: "\\") { offset += 1 }
    guard offset < pattern.count else { return nil }
    offset += 1
    return pattern[offset - 1]
  }

  /// Whether the whole of `name[range]` is what the pattern describes.
  /// - Complexity: O(bytes of the name · bytes of the pattern): after a mismatch only the last `*` takes one byte more.
  package func matches(_ name: Span<UInt8>, in range: Range<Int>) -> Bool {
    var place = 0
    var offset = range.lowerBound
    var retry: (place: Int, offset: Int)?
    while offset < range.upperBound {
      if place < elements.count, elements[place] == .run {
        retry = (place + 1, offset)
        place += 1
      } else if place < elements.count, Self.accepts(elements[place], name[offset]) {
        place += 1
        offset += 1
      } else if let (afterRun, start) = retry {
        retry = (afterRun, start + 1)
        place = afterRun
        offset = start + 1
      } else {
        return false
      }
    }
    return elements[place...].allSatisfy { $0 == .run }
  }

  package func matches(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return matches(bytes.span, in: 0..<bytes.count)
  }

  private static func accepts(_ element: Element, _ byte: UInt8) -> Bool {
    switch element {
    case .byte(let wanted): byte == wanted
    case .any: true
    case .run: false
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
    }
  }
}
