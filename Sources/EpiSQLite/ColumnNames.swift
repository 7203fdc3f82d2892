internal import EpiBytes

/// The names of a table's columns, to be found by the bytes of a line.
struct ColumnNames {
  private(set) var list: [String] = []
  /// All names, one after the other.
  private var bytes: [UInt8] = []
  private var ranges: [ByteRange] = []
  /// FNV-1a of each name.
  private var hashes: [UInt64] = []
  /// Where the last name was found; the next one is looked for behind it first.
  private var cursor = 0

  /// - Returns: the number of the new name.
  mutating func add(_ name: String) -> Int {
    let added = Array(name.utf8)
    ranges.append(ByteRange(start: bytes.count, count: added.count))
    bytes += added
    hashes.append(Self.hash(added.span, in: added.indices))
    list.append(name)
    return list.count - 1
  }

  /// The next names come from the beginning of a row.
  mutating func rewind() { cursor = 0 }

  /// The number of the name `text[range]`; nil when there is none.
  mutating func index(of text: Span<UInt8>, in range: Range<Int>) -> Int? {
    for index in cursor..<min(cursor + 2, list.count) where isName(index, text, range) {
      cursor = index + 1
      return index
    }
    let hash = Self.hash(text, in: range)
    for index in list.indices where hashes[index] == hash && isName(index, text, range) {
      cursor = index + 1
      return index
    }
    return nil
  }

  private func isName(_ index: Int, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let name = ranges[index]
    guard Int(name.count) == range.count else { return false }
    var offset = Int(name.start)
    for position in range {
      guard bytes[offset] == text[position] else { return false }
      offset += 1
    }
    return true
  }

  private static func hash(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for offset in range { hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01b3 }
    return hash
  }
}
