internal import EpiBytes
internal import EpiSystem

/// An older snapshot whose graph is to be taken over, as far as its rows are still there.
package final class PreviousGraph {
  let shared: SharedSnapshot
  private let graph: SnapshotGraph
  /// For each of its nodes the node of the new graph, or `gone`.
  private(set) var successors: [UInt32] = []
  /// For each node of the new graph the node it was, or `gone`.
  private(set) var predecessors: [UInt32] = []

  static let gone = UInt32.max

  /// More than this part of the rows changed, and building all anew gives a better graph in about the same time.
  private static let mostChanged = 0.3
  private static let listsAhead = 8

  /// - Throws: when the snapshot has no graph that rows of this form and these options can be added to; the error says why not.
  package init(_ shared: SharedSnapshot, for rows: borrowing IndexedRows, options: GraphOptions) throws(PreviousGraphError) {
    guard let graph = shared.snapshot.graph else { throw .unlike("it has no graph") }
    self.graph = graph
    self.shared = shared
    let old = graph.options
    guard graph.layout.form == rows.form else { throw .unlike("its vectors are of another metric, type, or number of dimensions") }
    guard old.maxNeighbors == options.maxNeighbors, old.alpha == options.alpha, old.seed == options.seed, graph.layout.code == options.compression.code(dimensions: rows.dimensions) else {
      throw .unlike("its graph was built with other options")
    }
  }
}

/// Why an older snapshot is of no use.
package enum PreviousGraphError: Error, Equatable {
  /// What is different, in words.
  case unlike(String)
  case damaged(SnapshotError)

  /// In words, to follow "cannot be reused: ".
  package var message: String {
    switch self {
    case .unlike(let reason): reason
    case .damaged(let error): "it \(error.message)"
    }
  }
}

extension PreviousGraph {
  var entry: Int { graph.entry }
  var layout: GraphLayout { graph.layout }

  /// The space that the codes are of.
  var space: GraphSpace { Self.space(graph, shared.snapshot) }

  private static func space(_ graph: SnapshotGraph, _ snapshot: borrowing Snapshot) -> GraphSpace { graph.space(in: snapshot.bytes) }

  /// Finds for each node what it was: rows are the same whose table, id and vector hash are.
  /// - Returns: whether enough stayed the same.
  func match(_ rows: borrowing IndexedRows, _ nodes: borrowing DistinctVectors) throws(PreviousGraphError) -> Bool {
    successors = Array(repeating: Self.gone, count: graph.nodes)
    predecessors = Array(repeating: Self.gone, count: nodes.count)
    do {
      try Self.pair(rows, nodes.nodeOfRows(), shared.snapshot, graph, &successors, &predecessors)
    } catch {
      throw .damaged(error)
    }
    let changed = successors.count { $0 == Self.gone } + predecessors.count { $0 == Self.gone }
    return Double(changed) <= Self.mostChanged * Double(nodes.count)
  }

  private static func pair(
    _ rows: borrowing IndexedRows, _ nodeOfRows: [UInt32], _ snapshot: borrowing Snapshot, _ graph: SnapshotGraph,
    _ successors: inout [UInt32], _ predecessors: inout [UInt32]
  ) throws(SnapshotError) {
    let bytes = snapshot.bytes
    guard snapshot.head.tables == 1 else { return }
    var name: [UInt8] = []
    for place in try snapshot.name(ofTable: 0) { name.append(bytes[place]) }
    guard rows.table.utf8.elementsEqual(name) else { return }
    let oldNodes = try graph.nodeOfRows(in: bytes)
    var old = 0
    for row in 0..<rows.count {
      var comparison = -1
      while old < snapshot.head.rows {
        comparison = ByteOrder.compare(bytes.extracting(try snapshot.id(ofRow: old)), rows.id(row))
        if comparison >= 0 { break }
        old += 1
      }
      guard old < snapshot.head.rows else { return }
      guard comparison == 0, snapshot.vectorHash(ofRow: old) == rows.hash(row) else { continue }
      let (before, now) = (Int(oldNodes[old]), Int(nodeOfRows[row]))
      guard successors[before] == gone, predecessors[now] == gone else { continue }
      successors[before] = UInt32(now)
      predecessors[now] = UInt32(before)
    }
  }

  /// How a list was found.
  private enum TakenState: UInt8 { case whole, torn, damaged }

  /// Nodes whose lists a thread takes at a time.
  private static let share = 1_024

  /// Sets in `lists` what neighbours each node of the new graph had that are still there.
  /// - Returns: the nodes that lost some, and those that are new.
  func takeLists(into lists: borrowing TakenLists, threads: Int) throws(PreviousGraphError) -> [Int] {
    let states = SharedArray<UInt8>(zeros: predecessors.count)
    Self.takeLists(of: predecessors, graph, shared.snapshot, successors, into: lists, states, threads: threads)
    var torn: [Int] = []
    for (node, before) in predecessors.enumerated() {
      switch TakenState(rawValue: states[node]) {
      case .whole: break
      case .torn: torn.append(node)
      case .damaged, nil: throw .damaged(SnapshotError(.neighbor(node: Int(before))))
      }
    }
    return torn
  }

  private static func takeLists(
    of predecessors: [UInt32], _ graph: SnapshotGraph, _ snapshot: borrowing Snapshot, _ successors: [UInt32],
    into lists: borrowing TakenLists, _ states: borrowing SharedArray<UInt8>, threads: Int
  ) {
    Threads.perform((predecessors.count + share - 1) / share, on: threads) { part, _ in
      let bytes = snapshot.bytes
      for node in (part * share)..<min(predecessors.count, (part + 1) * share) {
        states[node] = takeList(of: node, predecessors[node], graph, bytes, successors.span, into: lists).rawValue
      }
    }
  }

  private static func takeList(
    of node: Int, _ before: UInt32, _ graph: SnapshotGraph, _ bytes: Span<UInt8>, _ successors: Span<UInt32>, into lists: borrowing TakenLists
  ) -> TakenState {
    guard before != gone else { return .torn }
    let layout = graph.layout
    let (pitch, size) = (layout.blockBytes, layout.neighbors * 4)
    let start = graph.blocks.offset + layout.slotBytes + Int(before) * pitch
    // Lists lie far apart, so that processors do not see the next one coming.
    let soon = min(start + listsAhead * pitch, bytes.count - size)
    GraphKernel.prefetch(bytes, in: soon..<(soon + size))
    var state = TakenState.whole
    lists.set(node) { list in
      var last = before
      var count = 0
      for index in 0..<layout.neighbors {
        let neighbor = ByteScan.halfWord(bytes, at: start + index * 4)
        guard Int(neighbor) < successors.count else {
          state = .damaged
          break
        }
        if neighbor == before || neighbor == last { continue }
        last = neighbor
        let successor = successors[Int(neighbor)]
        if successor == gone {
          state = .torn
        } else {
          list[count] = successor
          count &+= 1
        }
      }
      return count
    }
    return state
  }

  /// The neighbours that a node of the old graph had, by their old numbers: without itself and without repetitions.
  func neighbors(ofOld node: Int, into result: inout [UInt32]) throws(PreviousGraphError) {
    try Self.neighbors(of: node, graph, shared.snapshot, into: &result)
  }

  private static func neighbors(
    of node: Int, _ graph: SnapshotGraph, _ snapshot: borrowing Snapshot, into result: inout [UInt32]
  ) throws(PreviousGraphError) {
    result.removeAll(keepingCapacity: true)
    let bytes = snapshot.bytes
    let start = graph.block(node).lowerBound + graph.layout.slotBytes
    var areNodes = true
    result.append(addingCapacity: graph.layout.neighbors) { output in
      var last = UInt32(node)
      for index in 0..<graph.layout.neighbors {
        let neighbor = ByteScan.halfWord(bytes, at: start + index * 4)
        areNodes = areNodes && Int(neighbor) < graph.nodes
        if Int(neighbor) != node, neighbor != last { output.append(neighbor) }
        last = neighbor
      }
    }
    guard areNodes else { throw .damaged(SnapshotError(.neighbor(node: node))) }
  }

  /// Adds the one-bit code of a node relative to the centre; returns false when the snapshot has none.
  func addCode(ofOld node: Int, by writer: inout NodeCodeWriter, to piece: inout ByteWriter) -> Bool {
    Self.withCodes(graph, shared.snapshot) { writer.add(node, of: $0, in: $1, to: &piece) }
  }

  /// Adds the codes of a batch of nodes; returns false when one of them has another number than it had, or the snapshot has no such batch.
  func addCodeBatch(_ first: Int, by writer: inout NodeCodeWriter, to piece: inout ByteWriter) -> Bool {
    let end = first + GraphOptions.batch
    guard end <= min(graph.nodes, predecessors.count), (first..<end).allSatisfy({ Int(predecessors[$0]) == $0 }) else { return false }
    return Self.withCodes(graph, shared.snapshot) { writer.addBatch(first, of: $0, in: $1, to: &piece) }
  }

  /// Calls `add` with the section `codes`; returns false when there is none.
  private static func withCodes(_ graph: SnapshotGraph, _ snapshot: borrowing Snapshot, _ add: (NodeCodeLayout, Span<UInt8>) -> Void) -> Bool {
    guard snapshot.layout.codes != nil else { return false }
    add(NodeCodeLayout(graph.layout, nodes: graph.nodes), snapshot.nodeCodes)
    return true
  }

  /// Copies what followed the vector of a node, all of whose neighbours are still there.
  func copyEdges(ofOld node: Int, into target: inout MutableSpan<UInt8>) {
    Self.copyEdges(of: node, graph, shared.snapshot, successors, into: &target)
  }

  private static func copyEdges(
    of node: Int, _ graph: SnapshotGraph, _ snapshot: borrowing Snapshot, _ successors: [UInt32], into target: inout MutableSpan<UInt8>
  ) {
    let block = graph.block(node)
    let bytes = snapshot.bytes
    let edges = bytes.extracting((block.lowerBound + graph.layout.slotBytes)..<block.upperBound)
    GraphKernel.copy(edges, into: &target, at: 0)
    for index in 0..<graph.layout.neighbors {
      let successor = successors[Int(edges.littleEndian32(at: index * 4))]
      for byte in 0..<4 { target[index * 4 + byte] = UInt8(truncatingIfNeeded: successor >> (8 * UInt32(byte))) }
    }
  }
}
