internal import CEpiKernels

/// The blocks of a mapped graph for as long as a search runs, with what every query needs of it.
@safe
struct SearchableGraph: ~Copyable {
  let nodes: Int
  let entry: Int
  /// The number of the entry as if it were the first of a node's neighbours.
  let entryNumbers: [UInt8]
  let layout: GraphLayout
  let space: GraphSpace
  private let blocks: UnsafeRawPointer
  private let blockBytes: Int
  /// The section `codes`, where there is one.
  private let codes: UnsafeRawPointer?
  private let codeLayout: NodeCodeLayout

  private init(_ graph: SnapshotGraph, space: GraphSpace, blocks: UnsafeRawPointer, codes: UnsafeRawPointer?) {
    unsafe self.codes = codes
    codeLayout = NodeCodeLayout(graph.layout, nodes: graph.nodes)
    nodes = graph.nodes
    entry = graph.entry
    entryNumbers = (0..<4 * graph.layout.neighbors).map { $0 < 4 ? UInt8(truncatingIfNeeded: graph.entry >> (8 * $0)) : 0 }
    layout = graph.layout
    self.space = space
    unsafe self.blocks = blocks
    blockBytes = graph.layout.blockBytes
  }

  /// Calls `body` with the graph whose bytes `file` holds.
  /// - Parameters:
  ///   - space: that of the graph.
  ///   - codes: the section of that name, where there is one.
  static func with<Result, Failure: Error>(
    _ graph: SnapshotGraph, _ space: GraphSpace, _ codes: SnapshotSection?, in file: Span<UInt8>,
    _ body: (borrowing SearchableGraph) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let blocks = file.extracting(graph.blocks.range)
    precondition(blocks.count == graph.nodes * graph.layout.blockBytes && !blocks.isEmpty)
    let section = file.extracting(codes?.range ?? 0..<0)
    precondition(codes == nil || section.count == NodeCodeLayout(graph.layout, nodes: graph.nodes).byteCount)
    return try unsafe blocks.withUnsafeBytes { (memory: UnsafeRawBufferPointer) throws(Failure) -> Result in
      try unsafe section.withUnsafeBytes { (section: UnsafeRawBufferPointer) throws(Failure) -> Result in
        try body(unsafe SearchableGraph(graph, space: space, blocks: memory.baseAddress!, codes: section.isEmpty ? nil : section.baseAddress))
      }
    }
  }

  private func block(_ node: UInt32) -> UnsafeRawPointer {
    precondition(Int(node) < nodes)
    return unsafe blocks + Int(node) &* blockBytes
  }

  /// Asks for the block of a node to be brought near.
  @inline(__always)
  func prefetch(_ node: UInt32) { unsafe epi_prefetch(block(node), blockBytes) }

  /// Asks for the first part of a node's block to be brought near: as much as a processor asks for without standing still.
  @inline(__always)
  func prefetchFront(_ node: UInt32) { unsafe epi_prefetch(block(node), min(blockBytes, Self.frontBytes)) }

  /// Asks for the other part.
  @inline(__always)
  func prefetchBack(_ node: UInt32) {
    if blockBytes > Self.frontBytes { unsafe epi_prefetch(block(node) + Self.frontBytes, blockBytes - Self.frontBytes) }
  }

  private static let frontBytes = 1536

  /// Asks for the vector of a node to be brought near.
  @inline(__always)
  func prefetchVector(_ node: UInt32) { unsafe epi_prefetch(block(node), layout.slotBytes) }

  /// What the metric's kernel gives for a node's vector and `query`, which has zeros up to a multiple of 16: the squared distance, for
  /// dot the product.
  @inline(__always)
  func value(_ node: UInt32, _ query: Span<Float>) -> Float { unsafe value(ofSlot: block(node), layout.form, query) }

  @inline(__always)
  private func value(ofSlot slot: UnsafeRawPointer, _ form: VectorForm, _ query: Span<Float>) -> Float {
    precondition(query.count >= form.dimensions && query.count % 16 == 0)
    var value: Float = 0
    unsafe query.withUnsafeBufferPointer { query in
      switch form.metric {
      case .cosine, .l2: unsafe epi_squared_l2_rows(form.element.kernel, query.baseAddress, form.dimensions, slot, 0, 1, &value)
      case .dot: unsafe epi_dot_rows(form.element.kernel, query.baseAddress, form.dimensions, slot, 0, 1, &value)
      }
    }
    return value
  }

  /// What the metric's kernel gives for the slots that a node keeps of its neighbours.
  func values(ofNeighbors node: UInt32, _ query: Span<Float>, into values: borrowing SharedArray<Float>) {
    guard let form = layout.codeForm else { return }
    precondition(query.count >= form.dimensions && query.count % 16 == 0 && values.count == layout.neighbors)
    let slots = unsafe block(node) + layout.slotBytes + layout.codeSlots
    values.withMutable(0..<values.count) { values in
      unsafe query.withUnsafeBufferPointer { query in
        unsafe values.withUnsafeMutableBufferPointer { values in
          let element = form.element.kernel
          switch form.metric {
          case .cosine, .l2:
            unsafe epi_squared_l2_rows(element, query.baseAddress, form.dimensions, slots, form.slotBytes, values.count, values.baseAddress)
          case .dot: unsafe epi_dot_rows(element, query.baseAddress, form.dimensions, slots, form.slotBytes, values.count, values.baseAddress)
          }
        }
      }
    }
  }

  /// Estimates the squared distances of a node's neighbours.
  /// - Parameters:
  ///   - table: that of the query.
  ///   - estimates: takes one for each neighbour.
  ///   - near: takes a bit for each neighbour, set where the estimate is below the scan's limit.
  @inline(__always)
  func estimate(
    _ node: UInt32, table: borrowing SharedArray<UInt8>, _ scan: epi_scan, into estimates: borrowing SharedArray<Float>,
    near: borrowing SharedArray<UInt32>
  ) {
    let layout = layout
    precondition(table.count == 4 * layout.codeDimensions && estimates.count == layout.neighbors && near.count == layout.batches)
    let edges = unsafe block(node) + layout.slotBytes
    var scan = scan
    estimates.withMutable(0..<estimates.count) { estimates in
      near.withMutable(0..<near.count) { near in
        unsafe table.span.withUnsafeBufferPointer { table in
          unsafe estimates.withUnsafeMutableBufferPointer { estimates in
            unsafe near.withUnsafeMutableBufferPointer { near in
              unsafe epi_scan_codes(
                (edges + layout.codes).assumingMemoryBound(to: UInt8.self), table.baseAddress, layout.codeDimensions, layout.batches,
                (edges + layout.additions).assumingMemoryBound(to: Float.self),
                (edges + layout.factors).assumingMemoryBound(to: Float.self), &scan, estimates.baseAddress, near.baseAddress)
            }
          }
        }
      }
    }
  }

  /// Batches of codes, as far apart as can be, by whose nodes a search chooses where to begin: more would cost as much as the visits
  /// that they spare.
  private static let sampleBatches = 4

  /// Whether there is anything to choose by.
  var hasSample: Bool { unsafe codes != nil }

  /// Of some nodes that lie anywhere in the graph the one whose code seems nearest to the query; nil where nodes have no codes.
  /// - Parameters:
  ///   - table: that of the query.
  ///   - scan: of a limit that the node has to be nearer than.
  ///   - estimates, near: room for those of one batch.
  func nearestOfSample(
    table: borrowing SharedArray<UInt8>, _ scan: epi_scan, into estimates: borrowing SharedArray<Float>,
    near: borrowing SharedArray<UInt32>
  ) -> UInt32? {
    guard let codes = unsafe codes else { return nil }
    precondition(table.count == 4 * codeLayout.dimensions && estimates.count >= GraphOptions.batch && near.count > 0)
    let count = min(Self.sampleBatches, codeLayout.batches)
    var scan = scan
    var nearest: UInt32?
    for sample in 0..<count {
      let batch = sample * (codeLayout.batches / count)
      let numbers = 4 * GraphOptions.batch * batch
      unsafe epi_scan_codes(
        (codes + batch * codeLayout.batchBytes).assumingMemoryBound(to: UInt8.self), table.start, codeLayout.dimensions, 1,
        (codes + codeLayout.additions + numbers).assumingMemoryBound(to: Float.self),
        (codes + codeLayout.factors + numbers).assumingMemoryBound(to: Float.self), &scan, estimates.start, near.start)
      var bits = near[0]
      while bits != 0 {
        let index = bits.trailingZeroBitCount
        bits &= bits - 1
        // In a damaged file what is missing of the last batch may seem to be near.
        guard estimates[index] < scan.limit, GraphOptions.batch * batch + index < nodes else { continue }
        scan.limit = estimates[index]
        nearest = UInt32(GraphOptions.batch * batch + index)
      }
    }
    return nearest
  }

  /// The numbers of a node's neighbours as they stand in the block, four bytes each: any in a damaged file.
  @inline(__always)
  @_lifetime(borrow self)
  func neighbors(_ node: UInt32) -> Span<UInt8> {
    let numbers = unsafe UnsafeRawBufferPointer(start: block(node) + layout.slotBytes, count: 4 &* layout.neighbors)
    return unsafe _overrideLifetime(Span<UInt8>(_unsafeBytes: numbers), borrowing: self)
  }

  /// A neighbour's number as it stands in the block: any 32 bits in a damaged file.
  @inline(__always)
  func neighbor(_ node: UInt32, _ index: Int) -> UInt32 {
    precondition(index < layout.neighbors)
    return unsafe UInt32(littleEndian: (block(node) + layout.slotBytes).load(fromByteOffset: index &* 4, as: UInt32.self))
  }
}
