internal import EpiBytes
package import EpiRows
internal import EpiYjs

/// What was printed of a workspace last: for every row and setting the hash of its line, and for every table that of its schema.
///
/// That is all that is needed to tell what has changed: the next state is compared line by line.
package struct RowDigests: ~Copyable {
  /// A row or setting that was printed once.
  struct Line {
    var table: UInt32
    var hash: UInt64
    /// The pass that found it last; 0 while it is gone.
    var pass: UInt32
  }

  /// Names of tables; the empty name is that of the settings, which no table has.
  var names = KeyTable()
  /// Rows and settings: the number of the table, four bytes, then the id.
  var ids = KeyTable()
  var lines: [Line] = []
  /// Per table the hash of its schema line; nil when it has none.
  var schemas: [UInt64?] = []
  /// Per table the rows that are there.
  private var rowCounts: [Int] = []
  private var pass: UInt32 = 1
  private var probe = ByteWriter(capacity: 256)
  /// Of the state.
  package private(set) var hash = StateHash()

  package init() { _ = table(named: [UInt8]().span, in: 0..<0) }

  /// The number of the settings, which are lines as rows are.
  static var settings: UInt32 { 0 }

  /// Tables that have rows or a schema.
  package var tableCount: Int {
    zip(rowCounts, schemas).dropFirst().count { $0 > 0 || $1 != nil }
  }

  /// The number of a table, given to it now if it is new.
  mutating func table(named name: Span<UInt8>, in range: Range<Int>) -> UInt32 {
    let table = names.intern(name, in: range)
    while rowCounts.count <= Int(table) {
      rowCounts.append(0)
      schemas.append(nil)
    }
    return table
  }

  private mutating func line(_ table: UInt32, _ id: Span<UInt8>, in range: Range<Int>) -> Int {
    probe.removeAll()
    for shift in [24, 16, 8, 0] { probe.append(UInt8(truncatingIfNeeded: table >> UInt32(shift))) }
    probe.append(id, in: range)
    let line = Self.intern(probe, in: &ids)
    if line == lines.count { lines.append(Line(table: table, hash: 0, pass: 0)) }
    return line
  }

  private static func intern(_ name: borrowing ByteWriter, in table: inout KeyTable) -> Int {
    Int(table.intern(name.span, in: 0..<name.count))
  }

  /// Where the id of a line lies in the bytes of `ids`.
  func idRange(of line: Int) -> Range<Int> {
    let range = ids.range(of: UInt32(line))
    return (range.lowerBound + 4)..<range.upperBound
  }

  /// From now on, what is noted is all there is: `endPass()` tells of the rest.
  mutating func beginPass() { pass += 1 }

  /// Notes that a row or setting is there.
  /// - Returns: whether it was not, or was another.
  mutating func note(_ hash: UInt64, _ table: UInt32, id: Span<UInt8>, in range: Range<Int>) -> Bool {
    let line = line(table, id, in: range)
    let known = lines[line]
    lines[line].pass = pass
    guard known.pass == 0 || known.hash != hash else { return false }
    if known.pass == 0 { rowCounts[Int(table)] += 1 } else { self.hash.remove(line: known.hash) }
    self.hash.add(line: hash)
    lines[line].hash = hash
    return true
  }

  /// Notes that a row or setting is gone.
  /// - Returns: its line, if it was there.
  mutating func remove(_ table: UInt32, id: Span<UInt8>, in range: Range<Int>) -> Int? {
    let line = line(table, id, in: range)
    return forget(line) ? line : nil
  }

  private mutating func forget(_ line: Int) -> Bool {
    guard lines[line].pass != 0 else { return false }
    lines[line].pass = 0
    rowCounts[Int(lines[line].table)] -= 1
    hash.remove(line: lines[line].hash)
    return true
  }

  /// Notes that everything is gone that has not been noted since `beginPass()`.
  /// - Returns: its lines.
  mutating func endPass() -> [Int] {
    var gone: [Int] = []
    for line in lines.indices where lines[line].pass != pass && forget(line) { gone.append(line) }
    return gone
  }

  /// Notes the schema of a table, or that it has none.
  /// - Returns: whether it was another.
  mutating func noteSchema(_ hash: UInt64?, of table: UInt32) -> Bool {
    let known = schemas[Int(table)]
    guard known != hash else { return false }
    if let known { self.hash.remove(line: known) }
    if let hash { self.hash.add(line: hash) }
    schemas[Int(table)] = hash
    return true
  }

  /// Lines in the order of their tables' names, then of their ids, byte by byte.
  func sorted(_ lines: [Int]) -> [Int] {
    lines.sorted { a, b in
      let (x, y) = (self.lines[a].table, self.lines[b].table)
      return x == y ? ids.precedes(UInt32(a), UInt32(b)) : names.precedes(x, y)
    }
  }
}
