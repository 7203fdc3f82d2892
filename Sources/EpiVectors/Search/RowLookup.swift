internal import EpiBytes

/// Finds rows by id. Rows are sorted by table, then id, so each table is searched on its own; ids that come in order are found without
/// going far, because the next search begins where the last one ended.
package struct RowLookup: ~Copyable {
  /// Where the last search of each table ended.
  private var places: [Int]
  /// Whether the id of a row stands for its pieces too.
  private let isChunked: Bool

  package init(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    places = Array(repeating: 0, count: snapshot.head.tables)
    isChunked = try snapshot.isChunked()
  }

  /// The rows that a name stands for: those of every table whose id it is, and that of the table before a `/` with the id behind it.
  /// - Returns: row numbers, each once, ascending.
  /// - Complexity: O((1 + slashes) · tables · log(rows)); O(tables) where names come in order
  package mutating func rows(named name: Span<UInt8>, in snapshot: borrowing Snapshot) throws(SnapshotError) -> [Int] {
    var found: [Int] = []
    for table in places.indices {
      try found += rows(name, inTable: table, of: snapshot)
      let title = try snapshot.name(ofTable: table)
      guard name.count > title.count, name[title.count] == UInt8(ascii: "/") else { continue }
      guard ByteOrder.compare(name.extracting(first: title.count), snapshot.bytes.extracting(title)) == 0 else { continue }
      let id = name.extracting((title.count + 1)..<name.count)
      for row in try rows(id, inTable: table, of: snapshot) where !found.contains(row) { found.append(row) }
    }
    return found
  }

  /// The row of a table with this id, or the pieces of it.
  /// - Complexity: O(log(distance from the row found last) + pieces)
  package mutating func rows(_ id: Span<UInt8>, inTable table: Int, of snapshot: borrowing Snapshot) throws(SnapshotError) -> [Int] {
    var found: [Int] = []
    if let row = try row(id, inTable: table, of: snapshot) { found.append(row) }
    guard isChunked else { return found }
    // Pieces follow each other behind where the id with its mark would stand.
    let prefix = id.copied() + [UInt8(ascii: "#")]
    _ = try row(prefix.span, inTable: table, of: snapshot)
    for row in max(places[table], 0)..<(try snapshot.rows(ofTable: table).upperBound) {
      let text = snapshot.bytes.extracting(try snapshot.id(ofRow: row))
      let isPiece = text.count > prefix.count && ByteOrder.compare(text.extracting(first: prefix.count), prefix.span) == 0
      if isPiece, (prefix.count..<text.count).allSatisfy({ (0x30...0x39).contains(text[$0]) }) {
        found.append(row)
      } else if ByteOrder.compare(text, prefix.span) > 0, !isPiece {
        break
      }
    }
    return found
  }

  /// The row of a table with this id; nil when there is none.
  /// - Complexity: O(log(distance from the row found last))
  package mutating func row(_ id: Span<UInt8>, inTable table: Int, of snapshot: borrowing Snapshot) throws(SnapshotError) -> Int? {
    let range = try snapshot.rows(ofTable: table)
    let place = min(max(places[table], range.lowerBound), range.upperBound)
    // Steps that double, away from the last place, until the id lies between; then halves.
    var low = range.lowerBound
    var high = range.upperBound
    var step = 1
    if place < high, try compare(place, id, snapshot) <= 0 {
      low = place
      while low + step < high {
        if try compare(low + step, id, snapshot) > 0 {
          high = low + step
          break
        }
        low += step
        step *= 2
      }
    } else {
      high = place
      while high - step >= low {
        if try compare(high - step, id, snapshot) <= 0 {
          low = high - step
          break
        }
        high -= step
        step *= 2
      }
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if try compare(middle, id, snapshot) <= 0 { low = middle } else { high = middle }
    }
    places[table] = low
    guard low < high, try compare(low, id, snapshot) == 0 else { return nil }
    return low
  }

  /// Negative when the row's id comes before `id`, positive when it comes behind.
  private func compare(_ row: Int, _ id: Span<UInt8>, _ snapshot: borrowing Snapshot) throws(SnapshotError) -> Int {
    ByteOrder.compare(snapshot.bytes.extracting(try snapshot.id(ofRow: row)), id)
  }
}

extension Snapshot {
  /// The rows of a table.
  package func rows(ofTable table: Int) throws(SnapshotError) -> Range<Int> {
    let start = firstRow(ofTable: table), end = firstRow(ofTable: table + 1)
    guard start <= end, end <= UInt64(head.rows) else { throw SnapshotError(.sectionOffsets(SnapshotSection.Name.tables, item: table)) }
    return Int(start)..<Int(end)
  }
}
