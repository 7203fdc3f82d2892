internal import EpiBytes

/// The graph of a snapshot: what its section `graph` says, verified against the head and the other sections.
package struct SnapshotGraph: Equatable, Sendable {
  package let nodes: Int
  package let options: GraphOptions
  let layout: GraphLayout
  /// The node that searches begin at.
  let entry: Int
  /// For dot the greatest square of a vector's length (`GraphSpace`).
  private let bound: Float
  /// The rotated centre of the vectors, and the signs of the rotation, in the section `graph`.
  let centre: Range<Int>
  let signs: Range<Int>
  let blocks: SnapshotSection
  /// The first of nodes + 1 numbers in the section `nodes`, and the first of the row numbers behind them.
  private let starts: Int
  private let rows: Int
  private let rowCount: Int

  /// Bytes before the centre.
  static let headSize = 64

  private enum Offset {
    static let nodes = 0, neighbors = 4, entry = 8, code = 12, searchL = 16, insertL = 20, alpha = 24, bound = 28, seed = 32
  }

  /// - Precondition: `graph`, `nodes` and `blocks` lie in `bytes`.
  init(
    _ graph: SnapshotSection, nodes section: SnapshotSection, blocks: SnapshotSection, head: SnapshotHead, in bytes: Span<UInt8>
  ) throws(SnapshotError) {
    func wrong(_ name: String) -> SnapshotError { SnapshotError(.graphField(name)) }
    func length(_ size: Int) -> Int { Self.headSize + size * 4 + size * Rotation.rounds / 8 }
    let least = Rotation.paddedDimensions(GraphSpace.flatDimensions(of: head.form))
    // Files of before 2026-12 have the next multiple of 64.
    let size = [least, (least + 63) & ~63].first { graph.length == length($0) }
    guard let size else { throw SnapshotError(.sectionLength(graph.name, found: graph.length, wanted: length(least))) }
    func field(_ offset: Int) -> Int { Int(bytes.littleEndian32(at: graph.offset + offset)) }

    nodes = field(Offset.nodes)
    guard nodes > 0, nodes <= head.rows, nodes <= Frontier.maximumNodes else { throw wrong("node count") }
    var options = GraphOptions()
    options.maxNeighbors = field(Offset.neighbors)
    guard options.maxNeighbors > 0, options.maxNeighbors % GraphOptions.batch == 0, options.maxNeighbors <= GraphOptions.maximumNeighbors else {
      throw wrong("number of neighbours")
    }
    entry = field(Offset.entry)
    guard entry < nodes else { throw wrong("entry") }
    let code = field(Offset.code)
    options.compression = try Self.compression(code)
    options.searchL = field(Offset.searchL)
    options.insertL = field(Offset.insertL)
    guard (1...GraphOptions.maximumBeam).contains(options.searchL), (1...GraphOptions.maximumBeam).contains(options.insertL) else { throw wrong("search width") }
    options.alpha = Float(bitPattern: bytes.littleEndian32(at: graph.offset + Offset.alpha))
    guard (1...GraphOptions.maximumAlpha).contains(options.alpha) else { throw wrong("alpha") }
    options.seed = bytes.littleEndian64(at: graph.offset + Offset.seed)
    bound = Float(bitPattern: bytes.littleEndian32(at: graph.offset + Offset.bound))
    guard bound.isFinite, bound >= 0 else { throw wrong("bound") }
    self.options = options
    layout = GraphLayout(
      form: head.form, neighbors: options.maxNeighbors, code: options.compression.code(dimensions: head.dimensions), codeDimensions: size)
    centre = (graph.offset + Self.headSize)..<(graph.offset + Self.headSize + size * 4)
    signs = centre.upperBound..<graph.range.upperBound

    // At most 2^31 nodes of less than 2^24 bytes, so no product overflows.
    guard blocks.length == nodes * layout.blockBytes else {
      throw SnapshotError(.sectionLength(blocks.name, found: blocks.length, wanted: nodes * layout.blockBytes))
    }
    guard section.length == (nodes + 1 + head.rows) * 4 else {
      throw SnapshotError(.sectionLength(section.name, found: section.length, wanted: (nodes + 1 + head.rows) * 4))
    }
    self.blocks = blocks
    starts = section.offset
    rows = starts + (nodes + 1) * 4
    rowCount = head.rows
  }

  /// The bytes of the section `graph`.
  static func encoded(_ graph: VectorGraph) -> ByteWriter {
    var writer = ByteWriter(capacity: headSize + graph.space.dimensions * 8)
    let options = graph.options
    for value in [
      graph.nodeCount, options.maxNeighbors, graph.entry, Int(graph.layout.code?.rawValue ?? 0), options.searchL, options.insertL,
    ] { writer.appendLittleEndian(UInt32(value)) }
    writer.appendLittleEndian(options.alpha.bitPattern)
    writer.appendLittleEndian(graph.space.bound.bitPattern)
    writer.appendLittleEndian(options.seed)
    while writer.count < headSize { writer.append(UInt8(0)) }
    for value in graph.space.centre { writer.appendLittleEndian(value.bitPattern) }
    for start in stride(from: 0, to: graph.space.rotation.signs.count, by: 8) {
      writer.append((0..<8).reduce(UInt8(0)) { graph.space.rotation.signs[start + $1] < 0 ? $0 | 1 << UInt8($1) : $0 })
    }
    return writer
  }

  private static func compression(_ code: Int) throws(SnapshotError) -> NeighborCompression {
    switch UInt8(exactly: code).flatMap(ElementType.init(rawValue:)) {
    case .float1bit: return .float1bit
    case .float8: return .float8
    case .float16: return .float16
    case .floatb16: return .floatb16
    case nil where code == 0: return .none
    default: throw SnapshotError(.unsupported("neighbour code \(code)"))
    }
  }

  /// The space that the codes are of.
  func space(in bytes: Span<UInt8>) -> GraphSpace {
    GraphSpace(form: layout.form, rotation: rotation(in: bytes), centre: centreValues(in: bytes), bound: bound)
  }

  /// The node of each row.
  /// - Throws: when rows are missing, or are of several nodes.
  func nodeOfRows(in bytes: Span<UInt8>) throws(SnapshotError) -> [UInt32] {
    var owners = Array(repeating: UInt32.max, count: rowCount)
    for node in 0..<nodes {
      for place in try places(ofNode: node, in: bytes) {
        let row = try row(at: place, in: bytes)
        guard owners[row] == .max else { throw SnapshotError(.nodeRows(node: node)) }
        owners[row] = UInt32(node)
      }
    }
    if let row = owners.firstIndex(of: .max) { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.nodes, item: row)) }
    return owners
  }

  /// Where the block of a node lies in the file.
  func block(_ node: Int) -> Range<Int> {
    precondition(node >= 0 && node < nodes)
    let start = blocks.offset + node * layout.blockBytes
    return start..<(start + layout.blockBytes)
  }

  /// The rotation that the codes were made with.
  func rotation(in bytes: Span<UInt8>) -> Rotation {
    Rotation(dimensions: layout.codeDimensions, signs: signs.flatMap { place in (0..<8).map { bytes[place] >> $0 & 1 == 1 ? -1 : 1 } })
  }

  func centreValues(in bytes: Span<UInt8>) -> [Float] {
    stride(from: centre.lowerBound, to: centre.upperBound, by: 4).map { Float(bitPattern: bytes.littleEndian32(at: $0)) }
  }

  /// The places of a node's rows, for `row(at:)`.
  func places(ofNode node: Int, in bytes: Span<UInt8>) throws(SnapshotError) -> Range<Int> {
    precondition(node >= 0 && node < nodes)
    let start = Int(bytes.littleEndian32(at: starts + node * 4))
    let end = Int(bytes.littleEndian32(at: starts + node * 4 + 4))
    guard start < end, end <= rowCount else { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.nodes, item: node)) }
    return start..<end
  }

  /// - Parameter place: one that `places` gave.
  func row(at place: Int, in bytes: Span<UInt8>) throws(SnapshotError) -> Int {
    let row = Int(bytes.littleEndian32(at: rows + place * 4))
    guard row < rowCount else { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.nodes, item: nodes + 1 + place)) }
    return row
  }

  /// The node that a row belongs to.
  /// - Complexity: O(rows)
  func node(ofRow wanted: Int, in bytes: Span<UInt8>) throws(SnapshotError) -> Int {
    for node in 0..<nodes {
      for place in try places(ofNode: node, in: bytes) where try row(at: place, in: bytes) == wanted { return node }
    }
    throw SnapshotError(.sectionOffsets(SnapshotSection.Name.nodes, item: nodes))
  }

  /// The results of a search as rows with distances.
  /// - Parameter found: nodes with what the metric's kernel gives; for dot with distances.
  func results(of found: [Match], among allowed: AllowedRows?, limit: Int, in bytes: Span<UInt8>) throws(SnapshotError) -> [Match] {
    let metric = layout.form.metric
    let measured = metric == .dot ? found : found.map { Match(row: $0.row, distance: metric.distance(kernelValue: $0.distance)) }
    return try rows(of: measured, among: allowed, limit: limit, in: bytes)
  }

  /// The matches of nodes as those of their rows: nearest first, equal distances by row, at most `limit`.
  /// - Parameter allowed: the rows that may be among them; nil when all may.
  func rows(of matches: [Match], among allowed: AllowedRows?, limit: Int, in bytes: Span<UInt8>) throws(SnapshotError) -> [Match] {
    // Every row has a node of its own.
    guard limit > 0 else { return [] }
    var best = TopK(limit: min(limit, rowCount))
    for match in matches {
      for place in try places(ofNode: match.row, in: bytes) {
        guard match.distance <= best.worstDistance else { break }
        let row = try row(at: place, in: bytes)
        if allowed?.contains(row) ?? true { best.offer(row: row, distance: match.distance) }
      }
    }
    return best.sorted()
  }
}
