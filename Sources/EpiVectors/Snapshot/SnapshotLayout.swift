/// Where everything lies in a snapshot, verified against the counts in its head and the length of the file.
struct SnapshotLayout {
  let head: SnapshotHead
  let sections: [SnapshotSection]
  /// Where vectors lie: the section `vectors`, or the blocks of a graph.
  let vectors: SnapshotSection
  /// The rows as bytes, of a snapshot without a graph.
  let coarse: SnapshotSection?
  let graph: SnapshotGraph?
  /// One-bit codes of the nodes, of a graph that has them.
  let codes: SnapshotSection?
  let hashes: SnapshotSection
  /// The hashes of the texts that vectors were made of.
  let texts: SnapshotSection?
  let ids: SnapshotStrings
  let tableNames: SnapshotStrings
  /// Offset of the numbers of the tables' first rows.
  let tableStarts: Int
  let stored: SnapshotStrings?
  let origin: SnapshotSection

  /// - Complexity: O(sections); reads the first page and the outer offsets of the sections with strings.
  init(_ bytes: Span<UInt8>) throws(SnapshotError) {
    head = try SnapshotHead(decoding: bytes)
    guard head.form.isMeaningful else { throw SnapshotError(.headField("element type")) }
    sections = try SnapshotSectionTable.decode(bytes, count: head.sections)
    let end = sections.last?.range.upperBound ?? 0
    guard end == bytes.count else { throw SnapshotError(.fileLength(found: bytes.count, wanted: end)) }

    // At most 2^32 rows of 2^19 bytes, so no product overflows.
    switch head.kind {
    case .exact:
      vectors = try Self.section(SnapshotSection.Name.vectors, length: head.rows * head.form.slotBytes, among: sections)
      coarse = head.form.hasCoarseRows ? try Self.section(SnapshotSection.Name.coarse, length: head.rows * head.form.coarseBytes, among: sections) : nil
      graph = nil
      codes = nil
    case .graph:
      vectors = try Self.section(SnapshotSection.Name.blocks, among: sections)
      coarse = nil
      let found = try SnapshotGraph(
        try Self.section(SnapshotSection.Name.graph, among: sections), nodes: try Self.section(SnapshotSection.Name.nodes, among: sections),
        blocks: vectors, head: head, in: bytes)
      graph = found
      codes =
        NodeCodeLayout.suits(found.layout) && sections.contains { $0.name == SnapshotSection.Name.codes }
        ? try Self.section(SnapshotSection.Name.codes, length: NodeCodeLayout(found.layout, nodes: found.nodes).byteCount, among: sections) : nil
    }
    hashes = try Self.section(SnapshotSection.Name.hashes, length: head.rows * 8, among: sections)
    texts =
      sections.contains { $0.name == SnapshotSection.Name.texts }
      ? try Self.section(SnapshotSection.Name.texts, length: head.rows * 8, among: sections) : nil
    ids = try SnapshotStrings(try Self.section(SnapshotSection.Name.ids, among: sections), count: head.rows, in: bytes)
    let tables = try Self.section(SnapshotSection.Name.tables, among: sections)
    tableStarts = tables.offset
    tableNames = try SnapshotStrings(tables, count: head.tables, skipping: (head.tables + 1) * 8, in: bytes)
    if let section = sections.first(where: { $0.name == SnapshotSection.Name.stored }) {
      stored = try SnapshotStrings(section, count: head.rows, in: bytes)
    } else {
      stored = nil
    }
    origin = try Self.section(SnapshotSection.Name.origin, among: sections)
  }

  private static func section(_ name: String, length: Int? = nil, among sections: [SnapshotSection]) throws(SnapshotError) -> SnapshotSection {
    guard let section = sections.first(where: { $0.name == name }) else { throw SnapshotError(.sectionMissing(name)) }
    if let length, section.length != length { throw SnapshotError(.sectionLength(name, found: section.length, wanted: length)) }
    return section
  }
}
