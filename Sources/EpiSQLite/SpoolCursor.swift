internal import EpiBytes
internal import EpiSystem

/// Goes through one sorted run of a spool.
final class SpoolCursor {
  enum Source {
    /// Pieces of the scratch file, one in memory at a time.
    case file([Range<Int>])
    /// Rows that lie in chunks, in the order of the entries.
    case memory([RowSpool.Chunk], [SpoolKey.Entry])
  }

  private let source: Source
  /// Runs with smaller numbers hold earlier rows.
  private let number: Int
  /// Pieces or entries taken.
  private var taken = 0
  private var chunk = RowSpool.Chunk(ByteWriter(capacity: 0))
  /// Where the current row lies in the chunk.
  private var range = 0..<0
  private var id = ByteRange.empty
  private(set) var table = 0
  private(set) var place = RowPlace(input: 0, line: 0)

  init(_ number: Int, _ source: Source) {
    self.number = number
    self.source = source
  }

  /// Bytes of the current row.
  var count: Int { range.count }

  /// Goes on to the next row.
  /// - Returns: false when there is none.
  func advance(_ spool: borrowing RowSpool) throws -> Bool {
    switch source {
    case .memory(let chunks, let entries):
      guard taken < entries.count else { return false }
      chunk = chunks[entries[taken].chunk]
      try read(at: entries[taken].start)
      taken += 1
    case .file(let pieces):
      if range.upperBound == chunk.bytes.count {
        guard taken < pieces.count else { return false }
        var bytes = ByteWriter(capacity: pieces[taken].count)
        try spool.readScratch(pieces[taken], into: &bytes)
        chunk = RowSpool.Chunk(bytes)
        taken += 1
        try read(at: 0)
      } else {
        try read(at: range.upperBound)
      }
    }
    return true
  }

  private func read(at start: Int) throws(DecodingError) {
    let row = try Self.row(of: chunk.bytes, at: start)
    (table, place, id, range) = (row.table, row.place, row.id, start..<row.end)
  }

  private static func row(of bytes: borrowing ByteWriter, at start: Int) throws(DecodingError) -> SpooledRow {
    var reader = ByteReader(bytes.span, in: start..<bytes.count)
    return try SpooledRow(&reader)
  }

  func appendRow(to writer: inout ByteWriter) { chunk.append(range, to: &writer) }

  func appendID(to writer: inout ByteWriter) { chunk.append(id.bounds, to: &writer) }

  func hasID(_ other: borrowing ByteWriter) -> Bool { SpoolKey.compare(chunk.bytes, id.bounds, other, 0..<other.count) == 0 }

  /// Whether the current row comes before that of another cursor.
  func isBefore(_ other: SpoolCursor) -> Bool {
    if table != other.table { return table < other.table }
    let order = SpoolKey.compare(chunk.bytes, id.bounds, other.chunk.bytes, other.id.bounds)
    return order != 0 ? order < 0 : number < other.number
  }
}
