internal import EpiBytes

/// The hash of a state: the sum of the hashes of the lines that a snapshot of it has, but for the first and the last.
///
/// The order of the lines does not matter, and a line can be taken out again: so a batch of changes tells the hash of the whole state
/// without looking at the lines that stay.
package struct StateHash: Equatable, Sendable {
  package private(set) var value: UInt64

  package init(value: UInt64 = 0) { self.value = value }

  /// Takes in whole lines, each with its newline.
  package mutating func add(lines: Span<UInt8>) {
    var start = 0
    while start < lines.count {
      let newline = ByteScan.first(UInt8(ascii: "\n"), in: lines, start..<lines.count)
      let end = min(newline + 1, lines.count)
      value &+= Self.hash(lines, in: start..<end)
      start = end
    }
  }

  /// Takes in a line that `hash` was computed of.
  package mutating func add(line hash: UInt64) { value &+= hash }

  /// Takes a line out again.
  package mutating func remove(line hash: UInt64) { value &-= hash }

  /// The hash of a line, which stands there with its newline.
  package static func hash(_ lines: Span<UInt8>, in line: Range<Int>) -> UInt64 { ContentHash.of(lines, in: line) }

  /// As `end` lines have it: 16 hexadecimal digits.
  package var text: String {
    var digits = ByteWriter(capacity: 16)
    digits.append(hex: value)
    return String(decoding: Array(copying: digits.span, in: 0..<digits.count), as: UTF8.self)
  }
}
