internal import EpiBytes

/// An entry of the section table: a name and a run of bytes.
package struct SnapshotSection: Equatable, Sendable {
  package var name: String
  package var offset: Int
  package var length: Int
  /// CRC-32C of the section's bytes.
  package var checksum: UInt32

  var range: Range<Int> { offset..<(offset + length) }

  /// The names of version 1. A reader passes over names it does not know.
  enum Name {
    static let vectors = "vectors", coarse = "coarse", graph = "graph", nodes = "nodes", blocks = "blocks", codes = "codes", hashes = "hashes", texts = "texts", ids = "ids", tables = "tables", stored = "stored", origin = "origin"
    /// Those that the content hash in the head is made of, in the order of the file.
    static let hashed = [hashes, ids, tables, stored]
  }
}

/// The table of sections, between the head and the end of the first page.
enum SnapshotSectionTable {
  static func encoded(_ sections: [SnapshotSection]) -> ByteWriter {
    var writer = ByteWriter(capacity: SnapshotFormat.pageSize)
    for section in sections {
      writer.append(section.name)
      for _ in section.name.utf8.count..<SnapshotFormat.maximumSectionNameBytes { writer.append(UInt8(0)) }
      writer.appendLittleEndian(UInt64(section.offset))
      writer.appendLittleEndian(UInt64(section.length))
      writer.appendLittleEndian(section.checksum)
      writer.appendLittleEndian(UInt32(0))
    }
    writer.appendLittleEndian(Checksum.crc32c(writer.span))
    return writer
  }

  /// Reads and verifies `count` entries: each begins at a page, behind the one before it, and ends inside the file.
  /// - Precondition: `bytes` holds a page at least, `count` is at most `maximumSections`.
  static func decode(_ bytes: Span<UInt8>, count: Int) throws(SnapshotError) -> [SnapshotSection] {
    let start = SnapshotFormat.headSize
    let end = start + count * SnapshotFormat.sectionEntrySize
    guard Checksum.crc32c(bytes.extracting(start..<end)) == bytes.littleEndian32(at: end) else { throw SnapshotError(.tableChecksum) }
    var sections: [SnapshotSection] = []
    var free = SnapshotFormat.pageSize
    for index in 0..<count {
      let entry = start + index * SnapshotFormat.sectionEntrySize
      let name = try name(bytes, at: entry, index: index)
      guard let offset = Int(exactly: bytes.littleEndian64(at: entry + 16)), let length = Int(exactly: bytes.littleEndian64(at: entry + 24)),
        offset % SnapshotFormat.pageSize == 0, offset >= free, offset <= bytes.count, length <= bytes.count - offset,
        !sections.contains(where: { $0.name == name })
      else { throw SnapshotError(.sectionBounds(name)) }
      sections.append(
        SnapshotSection(name: name, offset: offset, length: length, checksum: bytes.littleEndian32(at: entry + 32)))
      free = offset + length
    }
    return sections
  }

  private static func name(_ bytes: Span<UInt8>, at entry: Int, index: Int) throws(SnapshotError) -> String {
    var text: [UInt8] = []
    for offset in entry..<(entry + SnapshotFormat.maximumSectionNameBytes) {
      let byte = bytes[offset]
      if byte == 0 { continue }
      // Small letters, digits and hyphens, without a gap: safe to print.
      let isAllowed = (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
      guard isAllowed, text.count == offset - entry else { throw SnapshotError(.sectionBounds("#\(index)")) }
      text.append(byte)
    }
    guard !text.isEmpty else { throw SnapshotError(.sectionBounds("#\(index)")) }
    return String(decoding: text, as: UTF8.self)
  }
}
