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

/// The code of a node, and what goes with it.
struct NodeCode {
  var bits: [UInt8]
  var addition: Float
  var factor: Float

  /// - Parameter point: the node's, relative to the centre.
  init(_ point: Span<Float>) {
    var bits = [UInt8](repeating: 0, count: point.count / 8)
    let centre = [Float](repeating: 0, count: point.count)
    var target = bits.mutableSpan
    let sums = GraphKernel.encode(point, relativeTo: centre.span, into: &target, at: 0)
    self.bits = bits
    addition = sums.squares
    factor = sums.magnitudes > 0 ? -2 * sums.squares / sums.magnitudes : 0
  }

  /// Reads that of a node in a section `codes`.
  init(of node: Int, _ layout: NodeCodeLayout, in section: Span<UInt8>) {
    bits = Array(repeating: 0, count: layout.dimensions / 8)
    let batch = section.extracting(
      (node / GraphOptions.batch * layout.batchBytes)..<((node / GraphOptions.batch + 1) * layout.batchBytes))
    let index = node % GraphOptions.batch
    let shift: UInt8 = index < 16 ? 0 : 4
    for byte in bits.indices {
      let low = batch[byte * 32 + index % 16] >> shift & 15
      let high = batch[byte * 32 + 16 + index % 16] >> shift & 15
      bits[byte] = low | high << 4
    }
    addition = Float(bitPattern: section.littleEndian32(at: layout.additions + node * 4))
    factor = Float(bitPattern: section.littleEndian32(at: layout.factors + node * 4))
  }
}

/// Makes the section `codes`.
struct NodeCodeWriter: ~Copyable {
  private let layout: NodeCodeLayout
  private var batch: [UInt8]
  private var interleaved: [UInt8]
  private var count = 0
  private var additions = ByteWriter()
  private var factors = ByteWriter()
  private var spread: Float = 0

  init(_ layout: NodeCodeLayout) {
    self.layout = layout
    batch = Array(repeating: 0, count: layout.batchBytes)
    interleaved = Array(repeating: 0, count: layout.batchBytes)
  }

  /// Adds the code of the next node. Appends the bytes of a batch that is full, and behind the last one what follows the codes.
  mutating func add(_ code: NodeCode, to piece: inout ByteWriter) {
    let place = count % GraphOptions.batch * code.bits.count
    batch.replaceSubrange(place..<(place + code.bits.count), with: code.bits)
    additions.appendLittleEndian(code.addition.bitPattern)
    factors.appendLittleEndian(code.factor.bitPattern)
    spread = max(spread, layout.spread(addition: code.addition, factor: code.factor))
    count += 1
    if count % GraphOptions.batch == 0 || count == layout.nodes { endBatch(to: &piece) }
    guard count == layout.nodes else { return }
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

extension VectorGraph {
  /// Makes the section `codes`, in pieces.
  /// - Parameter flush: is called after every node, and may empty the piece.
  func writeCodes<Failure: Error>(
    of rows: borrowing IndexedRows, through piece: inout ByteWriter, _ flush: (inout ByteWriter) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = NodeCodeWriter(NodeCodeLayout(layout, nodes: nodeCount))
    var flat = [Float](repeating: 0, count: space.flatDimensions)
    var point = [Float](repeating: 0, count: space.dimensions)
    for node in 0..<nodeCount {
      if let code = takenCode(node) {
        writer.add(code, to: &piece)
      } else {
        var target = point.mutableSpan
        space.place(rows.slot(Int(nodes.representatives[node])), by: &flat, at: &target)
        writer.add(NodeCode(point.span), to: &piece)
      }
      try flush(&piece)
    }
  }
}
