internal import EpiBytes
internal import EpiSystem

/// The rows of a spool in order, each table and id once, in chunks of whole rows.
///
/// Runs are merged by a heap of their first rows; a spool whose rows came in order is handed out as it lies.
struct SpoolMerge: ~Copyable {
  /// Several rows have the table and id of this one, which `KeepPolicy.error` does not take.
  struct Duplicate: Error {
    var table: Int
    var place: RowPlace
  }

  private let spool: RowSpool
  private let chunks: [RowSpool.Chunk]
  private let keep: KeepPolicy
  /// A heap: the cursor with the least row first.
  private var heap: [SpoolCursor] = []
  /// Of a spool that is in order, how many pieces and chunks were handed out.
  private var taken = 0
  private let pieces: [Range<Int>]
  /// The key of the last row that was handed out, or is about to be.
  private var lastTable = -1
  private var lastID = ByteWriter(capacity: 64)
  /// Rows passed over because another one has their table and id.
  private(set) var duplicates = 0

  init(_ spool: consuming RowSpool, keep: KeepPolicy) throws {
    var spool = spool
    let chunks = spool.takeChunks()
    // What held the rows before is now of use to others.
    MemoryBlock.release()
    self.keep = keep
    self.chunks = chunks
    if spool.isAscending {
      pieces = spool.runs.flatMap(\.pieces)
    } else {
      pieces = []
      // Earlier runs have smaller numbers, so that equal rows keep their order.
      for (number, run) in spool.runs.enumerated() { heap.append(SpoolCursor(number, .file(run.pieces))) }
      let entries = spool.isRunSorted ? SpoolKey.entries(of: chunks) : SpoolKey.sorted(chunks)
      heap.append(SpoolCursor(spool.runs.count, .memory(chunks, entries)))
    }
    self.spool = spool
    var started: [SpoolCursor] = []
    for cursor in heap where try cursor.advance(self.spool) { started.append(cursor) }
    heap = started
    for index in heap.indices.reversed() { sink(index) }
  }

  /// The next rows, or nil when there are no more.
  mutating func next() throws -> RowSpool.Chunk? {
    guard spool.isAscending else { return try merged() }
    defer { taken += 1 }
    if taken < pieces.count {
      var bytes = ByteWriter(capacity: pieces[taken].count)
      try spool.readScratch(pieces[taken], into: &bytes)
      return RowSpool.Chunk(bytes)
    }
    let index = taken - pieces.count
    return index < chunks.count ? chunks[index] : nil
  }

  private mutating func merged() throws -> RowSpool.Chunk? {
    guard !heap.isEmpty else { return nil }
    var output = ByteWriter(capacity: RowSpool.chunkSize)
    var lastStart = 0
    while let first = heap.first {
      if first.table == lastTable, first.hasID(lastID) {
        duplicates += 1
        switch keep {
        case .error: throw Duplicate(table: first.table, place: first.place)
        case .first: break
        case .last:
          output.truncate(to: lastStart)
          first.appendRow(to: &output)
        }
      } else {
        // Not before it is sure that the last row stays.
        if !output.isEmpty, output.count + first.count > RowSpool.chunkSize { break }
        lastStart = output.count
        lastTable = first.table
        lastID.removeAll()
        first.appendID(to: &lastID)
        first.appendRow(to: &output)
      }
      try step()
    }
    return RowSpool.Chunk(output)
  }

  /// Moves the first cursor on and puts it into its place.
  private mutating func step() throws {
    if try !heap[0].advance(spool) {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    if heap.count > 1 { sink(0) }
  }

  private mutating func sink(_ index: Int) {
    var parent = index
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
