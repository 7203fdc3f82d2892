/// Strings of bytes inside a section: `count + 1` offsets of 64 bits, then the bytes, string i from offset i to offset i + 1.
struct SnapshotStrings {
  let section: String
  let count: Int
  /// Where the first offset lies in the file.
  private let offsets: Int
  /// Where the bytes lie in the file.
  private let content: Range<Int>

  /// Takes the part of `section` behind its first `skipped` bytes, which must be there, and verifies its outer offsets.
  init(_ section: SnapshotSection, count: Int, skipping skipped: Int = 0, in bytes: Span<UInt8>) throws(SnapshotError) {
    self.section = section.name
    self.count = count
    offsets = section.offset + skipped
    let head = skipped + (count + 1) * 8
    guard section.length >= head else {
      throw SnapshotError(.sectionLength(section.name, found: section.length, wanted: head))
    }
    content = (section.offset + head)..<section.range.upperBound
    guard bytes.littleEndian64(at: offsets) == 0 else { throw SnapshotError(.sectionOffsets(section.name, item: 0)) }
    let last = bytes.littleEndian64(at: offsets + count * 8)
    guard last == UInt64(content.count) else {
      throw SnapshotError(.sectionLength(section.name, found: section.length, wanted: Int(clamping: last &+ UInt64(head))))
    }
  }

  /// Where string `index` lies in the file.
  func range(of index: Int, in bytes: Span<UInt8>) throws(SnapshotError) -> Range<Int> {
    precondition(index >= 0 && index < count)
    let start = bytes.littleEndian64(at: offsets + index * 8)
    let end = bytes.littleEndian64(at: offsets + (index + 1) * 8)
    guard start <= end, end <= UInt64(content.count) else { throw SnapshotError(.sectionOffsets(section, item: index)) }
    return (content.lowerBound + Int(start))..<(content.lowerBound + Int(end))
  }
}
