internal import EpiBytes

/// A page of a b-tree that takes in cells in their order until it is full (SQLite's file format, section 1.6).
///
/// On the page the cells stand at its end, in the order of their keys.
struct BTreePage: ~Copyable {
  enum Kind: UInt8 {
    case indexInterior = 0x02
    case tableInterior = 0x05
    case indexLeaf = 0x0a
    case tableLeaf = 0x0d

    var isInterior: Bool { self == .indexInterior || self == .tableInterior }
  }

  private let kind: Kind
  /// The cells, one behind the other.
  var cells = ByteWriter(capacity: PageFile.pageSize)
  /// Where each of them begins in `cells`.
  private var starts: [Int] = []

  init(_ kind: Kind) { self.kind = kind }

  private var headerSize: Int { kind.isInterior ? 12 : 8 }

  /// Whether there is room for a cell of so many bytes.
  func hasRoom(for count: Int) -> Bool {
    headerSize + 2 * (starts.count + 1) + cells.count + count <= PageFile.pageSize
  }

  /// Begins a cell, which is then to be appended to `cells`.
  /// - Precondition: there is room for it.
  mutating func beginCell() { starts.append(cells.count) }

  /// Takes the last cell out again.
  mutating func removeLast() {
    if let start = starts.popLast() { cells.truncate(to: start) }
  }

  /// Takes the last cell out, and makes `writer` hold its bytes but for the first `head`.
  mutating func moveLastCell(from head: Int, to writer: inout ByteWriter) {
    writer.removeAll()
    if let start = starts.last { writer.append(cells.span, in: start + head..<cells.count) }
    removeLast()
  }

  /// Writes the page, and is empty again.
  /// - Parameter rightmost: of an interior page, the child behind its last cell.
  mutating func write(rightmost: Int = 0, to page: inout ByteWriter) {
    let content = PageFile.pageSize - cells.count
    page.append(kind.rawValue)
    // No free block; no fragments.
    page.append(bigEndian: 0, bytes: 2)
    page.append(bigEndian: starts.count, bytes: 2)
    page.append(bigEndian: content, bytes: 2)
    page.append(0)
    if kind.isInterior { page.append(bigEndian: rightmost, bytes: 4) }
    for start in starts { page.append(bigEndian: content + start, bytes: 2) }
    page.append(zeros: content - headerSize - 2 * starts.count)
    page.append(cells)
    starts.removeAll(keepingCapacity: true)
    cells.removeAll()
  }
}
