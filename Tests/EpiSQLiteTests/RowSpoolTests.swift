import EpiBytes
import EpiTestSupport
import Testing

@testable import EpiSQLite

/// Rows come out in order and once, whether they lay in memory or in the scratch file.
struct RowSpoolTests {
  private struct Row: Equatable {
    var table: Int
    var id: [UInt8]
    var line: Int
  }

  private func spooled(_ rows: [Row], limit: Int, keep: KeepPolicy) throws -> (rows: [Row], duplicates: Int) {
    let folder = try TemporaryFolder()
    var spool = RowSpool(beside: folder.file("out.db"), memoryLimit: limit)
    var record = ByteWriter()
    for row in rows {
      record.removeAll()
      SpooledRow.append(table: row.table, place: RowPlace(input: 0, line: row.line), to: &record)
      record.append(varUint: UInt64(row.id.count))
      let start = record.count
      record.append(row.id)
      // A field, so that rows are longer than their heads.
      record.append([1, ValueKind.text.rawValue, 3, 0x61, 0x62, 0x63, 0])
      try spool.append(record, table: row.table, id: ByteRange(start: start, count: row.id.count))
    }
    #expect(folder.names == [], "a scratch file has no name")
    var merge = try SpoolMerge(spool, keep: keep)
    var found: [Row] = []
    while let chunk = try merge.next() { found += try read(chunk.bytes) }
    return (found, merge.duplicates)
  }

  private func read(_ chunk: borrowing ByteWriter) throws -> [Row] {
    var rows: [Row] = []
    var reader = ByteReader(chunk.span, in: 0..<chunk.count)
    while !reader.isAtEnd {
      let row = try SpooledRow(&reader)
      rows.append(Row(table: row.table, id: Array(copying: chunk.span, in: row.id.bounds), line: row.place.line))
      reader.advance(to: row.end)
    }
    return rows
  }

  /// What should come out: in the order of table and id, of equal ones the first or the last.
  private func expected(_ rows: [Row], keep: KeepPolicy) -> [Row] {
    var kept: [[UInt8]: Row] = [:]
    for row in rows {
      let key = [UInt8(row.table)] + row.id
      if keep == .last || kept[key] == nil { kept[key] = row }
    }
    return kept.values.sorted { $0.table != $1.table ? $0.table < $1.table : $0.id.lexicographicallyPrecedes($1.id) }
  }

  @Test(arguments: Seeds.list(12), [1 << 30, 20_000, 500])
  func `random rows`(seed: UInt64, limit: Int) throws {
    var random = SeededGenerator(seed: seed)
    let rows = (0..<3000).map { line in
      // Ids of all lengths around the eight bytes of a prefix, zeros and high bytes among them, many of them equal.
      let id = (0..<Int.random(in: 0...11, using: &random)).map { _ in [0, 1, 0x61, 0xff].randomElement(using: &random)! as UInt8 }
      return Row(table: Int.random(in: 0..<3, using: &random), id: id, line: line + 1)
    }
    for keep in [KeepPolicy.last, .first] {
      let found = try spooled(rows, limit: limit, keep: keep)
      let wanted = expected(rows, keep: keep)
      #expect(found.rows == wanted)
      #expect(found.duplicates == rows.count - wanted.count)
    }
    #expect(throws: SpoolMerge.Duplicate.self) { try spooled(rows, limit: limit, keep: .error) }
  }

  @Test(arguments: [1 << 30, 5000])
  func `rows that come in order are handed out as they lie, those behind them too`(limit: Int) throws {
    let sorted = (0..<2000).map { Row(table: $0 / 1000, id: Array("id\(10000 + $0)".utf8), line: $0 + 1) }
    #expect(try spooled(sorted, limit: limit, keep: .error).rows == sorted)
    #expect(try spooled(sorted.reversed(), limit: limit, keep: .error).rows == sorted)
    // Two runs in order, one behind the other; and one row too many at the end.
    #expect(try spooled(Array(sorted[1000...] + sorted[..<1000]), limit: limit, keep: .error).rows == sorted)
    #expect(try spooled(sorted + [Row(table: 1, id: Array("id11999".utf8), line: 9)], limit: limit, keep: .last).rows.last?.line == 9)
  }

  @Test func `a row larger than the memory has its place`() throws {
    let long = Row(table: 0, id: [UInt8](repeating: 0x62, count: 3 << 20), line: 2)
    let rows = [Row(table: 0, id: [0x63], line: 1), long, Row(table: 0, id: [0x61], line: 3)]
    #expect(try spooled(rows, limit: 1000, keep: .error).rows.map(\.line) == [3, 2, 1])
  }
}
