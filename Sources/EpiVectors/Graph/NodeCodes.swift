internal import EpiBytes

/// Where the parts of the section `codes` lie (epi-snapshot.5): a one-bit code of every node relative to the centre of all vectors, made
/// as those in the blocks are (`EdgeEncoder`), by which all nodes are compared with a query.
struct NodeCodeLayout: Equatable {
  let nodes: Int
  /// Bits of a code.
  let dimensions: Int

  /// Whether a graph has them: where its blocks have such codes. For dot the error of an estimate says little of a product.
  static func suits(_ layout: GraphLayout) -> Bool { layout.code == .float1bit && layout.form.metric != .dot }

  init(_ layout: GraphLayout, nodes: Int) {
    self.nodes = nodes
    dimensions = layout.codeDimensions
  }

  /// Codes are interleaved by 32; what is missing of the last ones is zeros.
  var batches: Int { (nodes + GraphOptions.batch - 1) / GraphOptions.batch }
  var batchBytes: Int { GraphOptions.batch * dimensions / 8 }
  /// An infinite addition where a node is missing: its distance is, too.
  var additions: Int { batches * batchBytes }
  var factors: Int { additions + batches * GraphOptions.batch * 4 }
  /// The greatest `spread` of all nodes.
  var spread: Int { factors + batches * GraphOptions.batch * 4 }
  var byteCount: Int { spread + 4 }

  /// How far an estimate of a node's squared distance is off, times the query's length: the standard deviation, over rotations, of what a
  /// code tells of an inner product (RaBitQ, theorem 3.2). Σ|r| = 2 |r|² / -factor tells how well the code fits.
  @inline(__always)
  func spread(addition: Float, factor: Float) -> Float {
    let square = (Float(dimensions) * factor * factor - 4 * addition) / Float(dimensions - 1)
    return square > 0 ? square.squareRoot() : 0
  }
}

/// Makes the section `codes`, node by node.
struct NodeCodeWriter: ~Copyable {
  private let layout: NodeCodeLayout
  private let centre: [Float]
  private var batch: [UInt8]
  private var interleaved: [UInt8]
  private var count = 0
  private var additions = ByteWriter()
  private var factors = ByteWriter()
  private var spread: Float = 0

  init(_ layout: NodeCodeLayout) {
    self.layout = layout
    centre = Array(repeating: 0, count: layout.dimensions)
    batch = Array(repeating: 0, count: layout.batchBytes)
    interleaved = Array(repeating: 0, count: layout.batchBytes)
  }

  /// Where the bits of the next code lie in the batch.
  private var place: Int { count % GraphOptions.batch * layout.dimensions / 8 }

  /// Adds the next node. Appends the bytes of a batch that is full, and behind the last one what follows the codes.
  /// - Parameter point: the node's, relative to the centre.
  mutating func add(_ point: Span<Float>, to piece: inout ByteWriter) {
    let (place, centre) = (place, centre)
    var target = batch.mutableSpan
    let sums = GraphKernel.encode(point, relativeTo: centre.span, into: &target, at: place)
    add(addition: sums.squares, factor: sums.magnitudes > 0 ? -2 * sums.squares / sums.magnitudes : 0, to: &piece)
  }

  /// Adds the next node with the code that it has in a section `codes`.
  mutating func add(_ node: Int, of old: NodeCodeLayout, in section: Span<UInt8>, to piece: inout ByteWriter) {
    let start = node / GraphOptions.batch * old.batchBytes + node % 16
    let shift: UInt8 = node % GraphOptions.batch < 16 ? 0 : 4
    let place = place
    for byte in 0..<(layout.dimensions / 8) {
      let low = section[start + byte * 32] >> shift & 15
      let high = section[start + byte * 32 + 16] >> shift & 15
      batch[place + byte] = low | high << 4
    }
    add(
      addition: Float(bitPattern: section.littleEndian32(at: old.additions + node * 4)),
      factor: Float(bitPattern: section.littleEndian32(at: old.factors + node * 4)), to: &piece)
  }

  /// Adds the next nodes, a whole batch that a section `codes` has as well.
  /// - Parameter first: its first node, there and here.
  mutating func addBatch(_ first: Int, of old: NodeCodeLayout, in section: Span<UInt8>, to piece: inout ByteWriter) {
    let start = first / GraphOptions.batch * old.batchBytes
    piece.append(section, in: start..<(start + old.batchBytes))
    for node in first..<(first + GraphOptions.batch) {
      note(
        addition: Float(bitPattern: section.littleEndian32(at: old.additions + node * 4)),
        factor: Float(bitPattern: section.littleEndian32(at: old.factors + node * 4)))
    }
    if count == layout.nodes { end(to: &piece) }
  }

  private mutating func note(addition: Float, factor: Float) {
    additions.appendLittleEndian(addition.bitPattern)
    factors.appendLittleEndian(factor.bitPattern)
    spread = max(spread, layout.spread(addition: addition, factor: factor))
    count += 1
  }

  private mutating func add(addition: Float, factor: Float, to piece: inout ByteWriter) {
    note(addition: addition, factor: factor)
    if count % GraphOptions.batch == 0 || count == layout.nodes { endBatch(to: &piece) }
    if count == layout.nodes { end(to: &piece) }
  }

  /// Appends what follows the codes.
  private mutating func end(to piece: inout ByteWriter) {
    for _ in count..<(layout.batches * GraphOptions.batch) {
      additions.appendLittleEndian(Float.infinity.bitPattern)
      factors.appendLittleEndian(Float(0).bitPattern)
    }
    piece.append(additions.span)
    piece.append(factors.span)
    piece.appendLittleEndian(spread.bitPattern)
  }

  private mutating func endBatch(to piece: inout ByteWriter) {
    let (bits, dimensions) = (batch, layout.dimensions)
    var target = interleaved.mutableSpan
    GraphKernel.interleave(bits.span, count: dimensions, into: &target, at: 0)
    piece.append(interleaved.span)
    for index in batch.indices { batch[index] = 0 }
  }
}
