internal import EpiBytes
internal import EpiSystem

/// The rows of the input, held as bytes until all have been seen: only then are the columns' types known.
///
/// They come out by table and id, in the order of their bytes (`SpoolMerge`), so that the same rows make the same database in
/// whatever order they came. Up to `memoryLimit` bytes lie in memory, in chunks that never move and never grow; what is more goes to
/// a scratch file in sorted runs. Rows that are in the database already, and can be read again, need not be held.
struct RowSpool: ~Copyable {
  /// A run of whole rows. Never changes, so threads may share it.
  final class Chunk: @unchecked Sendable {
    let bytes: ByteWriter

    init(_ bytes: consuming ByteWriter) { self.bytes = bytes }

    /// Appends a part of it.
    func append(_ range: Range<Int>, to writer: inout ByteWriter) { Self.append(bytes, range, to: &writer) }

    fileprivate static func append(_ bytes: borrowing ByteWriter, _ range: Range<Int>, to writer: inout ByteWriter) {
      writer.append(bytes.span, in: range)
    }
  }

  /// A sorted run: where its pieces, of whole rows, lie in the scratch file.
  struct Run {
    var pieces: [Range<Int>] = []
  }

  static let chunkSize = 1 << 18
  /// What the last row of a chunk may take without the chunk being moved.
  private static let slack = 1 << 14
  private static let pieceSize = 1 << 16
  /// Bytes of rows held in memory.
  private let memoryLimit: Int

  /// Names the place of the scratch file, should one be needed.
  private let path: String
  private var scratch: ScratchFile?
  private(set) var runs: [Run] = []
  /// The rows behind the last run, but for the latest.
  private(set) var full: [Chunk] = []
  /// How many chunks there have been, those in the scratch file too.
  private(set) var sealed = 0
  private var isFollowed = false
  /// Rows have been let go.
  private(set) var isIncomplete = false
  private(set) var unseen: [Chunk] = []
  private var current = ByteWriter(capacity: 0)
  /// What the latest chunks lie in, but for the first, which is all there is of few rows.
  private var block: MemoryBlock?
  /// Bytes of it that are whole rows.
  private var wholeRows = 0
  private var size = 0

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
    let start = try beginRow()
    current.append(row.span)
    endRow(table: table, id: ByteRange(start: start + Int(id.start), count: Int(id.count)))
  }

  /// Begins a row, which is then to be appended to `rows` and ended by `endRow`; one that is not ended is forgotten.
  /// - Returns: where the row begins in `rows`, behind its length.
  mutating func beginRow() throws(SystemError) -> Int {
    if size > memoryLimit { try spill() }
    if current.count >= Self.chunkSize || current.isEmpty { seal(room: Self.chunkSize + Self.slack) }
    current.truncate(to: wholeRows)
    current.append(lowBytes: SpooledRow.lengthSize, of: 0)
    return current.count
  }

  /// The chunk that the latest row is appended to.
  var rows: ByteWriter {
    _read { yield current }
    _modify { yield &current }
  }

  /// Ends a row.
  /// - Parameter id: where its id lies in `rows`.
  mutating func endRow(table: Int, id: ByteRange) {
    let length = current.count - wholeRows - SpooledRow.lengthSize
    current.patchLittleEndian(UInt32(length), at: wholeRows)
    note(table: table, id: id)
    size += current.count - wholeRows
    wholeRows = current.count
  }

  /// Makes a chunk of the rows in `current`; the next one has `room` bytes.
  private mutating func seal(room: Int) {
    current.truncate(to: wholeRows)
    wholeRows = 0
    var rows = writer(room: room)
    swap(&rows, &current)
    guard !rows.isEmpty else { return }
    let chunk = Chunk(rows)
    full.append(chunk)
    sealed += 1
    if isFollowed { unseen.append(chunk) }
  }

  private mutating func writer(room: Int) -> ByteWriter {
    guard sealed > 0, room > 0 else { return ByteWriter(capacity: room) }
    if let block, let writer = ByteWriter(capacity: room, in: block) { return writer }
    block = MemoryBlock()
    return block.flatMap { ByteWriter(capacity: room, in: $0) } ?? ByteWriter(capacity: room)
  }

  /// Makes a chunk of the latest rows.
  mutating func seal() { seal(room: 0) }

  /// The rows in memory, sealed.
  mutating func takeChunks() -> [Chunk] {
    seal()
    defer { full = [] }
    return full
  }

  /// From now on, chunks are kept for `takeUnseen` as they are sealed, wherever else they go.
  mutating func follow() { isFollowed = true }

  /// Chunks are not kept any more.
  mutating func stopFollowing() {
    isFollowed = false
    unseen = []
  }

  /// Lets go the chunks there are: others have them, and the rows can be read again.
  mutating func forgetChunks() {
    isIncomplete = true
    full = []
    size = wholeRows
  }

  /// The chunks that were sealed since the last call.
  mutating func takeUnseen() -> [Chunk] {
    defer { unseen = [] }
    return unseen
  }

  /// Compares the row with the one before.
  private mutating func note(table: Int, id: ByteRange) {
    if table < lastTable {
      isRunSorted = false
      isAscending = false
    } else if table == lastTable {
      let order = SpoolKey.compare(lastID, 0..<lastID.count, current, id.bounds)
      if order >= 0 { isAscending = false }
      if order > 0 { isRunSorted = false }
    }
    lastTable = table
    lastID.removeAll()
    Chunk.append(current, id.bounds, to: &lastID)
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
