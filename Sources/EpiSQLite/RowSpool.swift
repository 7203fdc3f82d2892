internal import EpiBytes
internal import EpiSystem

/// The rows of the input, held as bytes until all have been seen: only then are the columns' types known.
///
/// They come out by table and id, in the order of their bytes (`SpoolMerge`), so that the same rows make the same database in
/// whatever order they came. Up to `memoryLimit` bytes lie in memory, in chunks that never move and never grow; what is more goes to
/// a scratch file in sorted runs.
struct RowSpool: ~Copyable {
  /// A run of whole rows.
  final class Chunk {
    let bytes: ByteWriter

    init(_ bytes: consuming ByteWriter) { self.bytes = bytes }

    /// Appends a part of it.
    func append(_ range: Range<Int>, to writer: inout ByteWriter) { Self.append(bytes, range, to: &writer) }

    private static func append(_ bytes: borrowing ByteWriter, _ range: Range<Int>, to writer: inout ByteWriter) {
      writer.append(bytes.span, in: range)
    }
  }

  /// A sorted run: where its pieces, of whole rows, lie in the scratch file.
  struct Run {
    var pieces: [Range<Int>] = []
  }

  static let chunkSize = 1 << 20
  private static let pieceSize = 1 << 16
  /// Bytes of rows held in memory.
  private let memoryLimit: Int

  /// Names the place of the scratch file, should one be needed.
  private let path: String
  private var scratch: ScratchFile?
  private(set) var runs: [Run] = []
  /// The rows behind the last run, but for the latest.
  private var full: [Chunk] = []
  private var current = ByteWriter(capacity: 0)
  private var size = 0
  private var rows = 0

  /// The last row's table and id.
  private var lastTable = -1
  private var lastID = ByteWriter(capacity: 64)
  /// The rows in memory are in order, equal ones too.
  private(set) var isRunSorted = true
  /// All rows are in order and no two are equal.
  private(set) var isAscending = true

  /// - Parameters:
  ///   - path: the output; what does not fit into memory lies beside it.
  ///   - memoryLimit: bytes of rows held in memory.
  init(beside path: String, memoryLimit: Int = 24 << 20) {
    self.path = path
    self.memoryLimit = memoryLimit
    scratch = nil
  }

  /// Appends a row.
  /// - Parameters:
  ///   - row: without the length in front.
  ///   - id: where its id lies in it.
  /// - Complexity: O(`row.count`)
  mutating func append(_ row: borrowing ByteWriter, table: Int, id: ByteRange) throws(SystemError) {
    note(table: table, id: id, in: row.span)
    let length = row.count + 8
    if size + length > memoryLimit, size > 0 { try spill() }
    if current.count + length > Self.chunkSize || rows == 0 { seal(next: length) }
    current.append(varUint: UInt64(row.count))
    current.append(row.span)
    size += length
    rows += 1
  }

  private mutating func seal(next count: Int) {
    var fresh = ByteWriter(capacity: max(Self.chunkSize, count))
    swap(&fresh, &current)
    if !fresh.isEmpty { full.append(Chunk(fresh)) }
  }

  /// The rows in memory, sealed.
  mutating func takeChunks() -> [Chunk] {
    var last = ByteWriter(capacity: 0)
    swap(&last, &current)
    defer { full = [] }
    return last.isEmpty ? full : full + [Chunk(last)]
  }

  /// Compares the row with the one before.
  private mutating func note(table: Int, id: ByteRange, in row: Span<UInt8>) {
    if table < lastTable {
      isRunSorted = false
      isAscending = false
    } else if table == lastTable {
      let order = SpoolKey.compare(lastID.span, 0..<lastID.count, row, id.bounds)
      if order >= 0 { isAscending = false }
      if order > 0 { isRunSorted = false }
    }
    lastTable = table
    lastID.removeAll()
    lastID.append(row, in: id.bounds)
  }

  /// Moves the rows in memory to the scratch file, sorted.
  private mutating func spill() throws(SystemError) {
    let chunks = takeChunks()
    if scratch == nil { scratch = try ScratchFile(beside: path) }
    var run = Run()
    var piece = ByteWriter(capacity: Self.pieceSize)
    // Rows in order need not be sorted, but cut: so much of each run is in memory when they are merged.
    for entry in isRunSorted ? SpoolKey.entries(of: chunks) : SpoolKey.sorted(chunks) {
      if piece.count + entry.count > Self.pieceSize, !piece.isEmpty {
        try write(piece.span, to: &run)
        piece.removeAll()
      }
      chunks[entry.chunk].append(entry.start..<entry.start + entry.count, to: &piece)
    }
    try write(piece.span, to: &run)
    runs.append(run)
    size = 0
    isRunSorted = true
  }

  private mutating func write(_ bytes: Span<UInt8>, to run: inout Run) throws(SystemError) {
    let start = scratch?.count ?? 0
    try scratch?.write(bytes)
    run.pieces.append(start..<start + bytes.count)
  }

  /// Appends a part of the scratch file to `buffer`.
  func readScratch(_ range: Range<Int>, into buffer: inout ByteWriter) throws(SystemError) {
    try scratch?.read(range, into: &buffer)
  }
}
