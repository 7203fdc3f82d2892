internal import EpiBytes

/// The order of spooled rows: by table, then by the bytes of the id, equal ones as they came.
enum SpoolKey {
  /// Where a row lies, and its key's beginning.
  struct Entry {
    /// Number of the chunk.
    var chunk: Int
    /// Offset in it, of the row's length.
    var start: Int
    /// Bytes, those of the length included.
    var count: Int
    var table: Int
    /// The first eight bytes of the id, the first in the high bits, so that most comparisons end with it.
    var prefix: UInt64
    var id: ByteRange
  }

  /// Less than 0, 0 or more than 0, as `memcmp` tells it.
  static func compare(_ a: Span<UInt8>, _ first: Range<Int>, _ b: Span<UInt8>, _ second: Range<Int>) -> Int {
    let common = min(first.count, second.count)
    var offset = 0
    while offset &+ 8 <= common {
      let (left, right) = (ByteScan.word(a, at: first.lowerBound &+ offset), ByteScan.word(b, at: second.lowerBound &+ offset))
      if left != right { return left.byteSwapped < right.byteSwapped ? -1 : 1 }
      offset &+= 8
    }
    while offset < common {
      let (left, right) = (a[first.lowerBound &+ offset], b[second.lowerBound &+ offset])
      if left != right { return left < right ? -1 : 1 }
      offset &+= 1
    }
    return first.count - second.count
  }

  static func compare(_ a: borrowing ByteWriter, _ first: Range<Int>, _ b: borrowing ByteWriter, _ second: Range<Int>) -> Int {
    compare(a.span, first, b.span, second)
  }

  /// The rows of the chunks as they came.
  static func entries(of chunks: [RowSpool.Chunk]) -> [Entry] {
    var entries: [Entry] = []
    for (number, chunk) in chunks.enumerated() { appendEntries(of: chunk.bytes, number: number, to: &entries) }
    return entries
  }

  /// The rows of the chunks in order.
  /// - Complexity: O(n log n) comparisons
  static func sorted(_ chunks: [RowSpool.Chunk]) -> [Entry] {
    var entries = entries(of: chunks)
    // Chunk and start make the order of equal rows that of the input.
    entries.sort { a, b in
      if a.table != b.table { return a.table < b.table }
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      let order = compare(chunks[a.chunk].bytes, a.id.bounds, chunks[b.chunk].bytes, b.id.bounds)
      return order != 0 ? order < 0 : (a.chunk, a.start) < (b.chunk, b.start)
    }
    return entries
  }

  private static func appendEntries(of chunk: borrowing ByteWriter, number: Int, to entries: inout [Entry]) {
    let bytes = chunk.span
    var reader = ByteReader(bytes, in: bytes.indices)
    while !reader.isAtEnd {
      let start = reader.position
      // The spool is this program's own; what could not be read here fails when it is inserted.
      guard let row = try? SpooledRow(&reader) else { return }
      entries.append(
        Entry(
          chunk: number, start: start, count: row.end - start, table: row.table, prefix: prefix(of: bytes, in: row.id.bounds), id: row.id))
      reader.advance(to: row.end)
    }
  }

  private static func prefix(of bytes: Span<UInt8>, in range: Range<Int>) -> UInt64 {
    if range.count >= 8 { return ByteScan.word(bytes, at: range.lowerBound).byteSwapped }
    return ByteScan.rest(bytes, from: range.lowerBound, to: range.upperBound).byteSwapped
  }
}
