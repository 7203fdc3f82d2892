internal import CEpiKernels

/// The blocks of a mapped graph for as long as a search runs, with what every query needs of it.
@safe
struct SearchableGraph: ~Copyable {
  let nodes: Int
  let entry: Int
  let layout: GraphLayout
  let space: GraphSpace
  private let blocks: UnsafeRawPointer
  private let blockBytes: Int

  private init(_ graph: SnapshotGraph, space: GraphSpace, blocks: UnsafeRawPointer) {
    nodes = graph.nodes
    entry = graph.entry
    layout = graph.layout
    self.space = space
    unsafe self.blocks = blocks
    blockBytes = graph.layout.blockBytes
  }

  /// Calls `body` with the graph whose bytes `file` holds.
  /// - Parameter space: that of the graph.
  static func with<Result, Failure: Error>(
    _ graph: SnapshotGraph, _ space: GraphSpace, in file: Span<UInt8>, _ body: (borrowing SearchableGraph) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let blocks = file.extracting(graph.blocks.range)
    precondition(blocks.count == graph.nodes * graph.layout.blockBytes && !blocks.isEmpty)
    return try unsafe blocks.withUnsafeBytes { (memory: UnsafeRawBufferPointer) throws(Failure) -> Result in
      try body(unsafe SearchableGraph(graph, space: space, blocks: memory.baseAddress!))
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
