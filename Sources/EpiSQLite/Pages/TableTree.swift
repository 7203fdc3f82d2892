internal import EpiBytes
internal import EpiSystem

/// The b-tree of a table, built from its leaves up out of records that come in the order of their rowids, 1, 2, 3 ….
///
/// Every page is filled before the next is begun. Memory: a page for each level.
struct TableTree: ~Copyable {
  /// The page that holds the root of the tree, empty until now.
  private let root: Int
  private var leaf = BTreePage(.tableLeaf)
  /// Above the leaves, from the bottom up: cells are a child and the last rowid in it.
  private var levels: [InteriorLevel] = []
  /// The rowid of the last row.
  private(set) var rows = 0

  /// Bytes of a cell's payload that stay on the page, at most (section 1.6).
  private static let largestLocal = PageFile.pageSize - 35
  /// What a cell has besides its payload, at most: two varints, and the number of a page.
  private static let cellHead = 9 + 9 + 4

  init(root: Int) { self.root = root }

  /// - Parameter record: of the next row.
  mutating func add(_ record: borrowing ByteWriter, to file: PageFile) throws(SystemError) {
    let payload = try file.localPart(of: record, largest: Self.largestLocal)
    if !leaf.hasRoom(for: payload.count + Self.cellHead) {
      try add(child: try file.append { leaf.write(to: &$0) }, rowid: rows, at: 0, to: file)
    }
    rows += 1
    leaf.beginCell()
    leaf.cells.append(varint: record.count)
    leaf.cells.append(varint: rows)
    payload.append(of: record, to: &leaf.cells)
  }

  private mutating func add(child: Int, rowid: Int, at level: Int, to file: PageFile) throws(SystemError) {
    if level == levels.count { levels.append(InteriorLevel(.tableInterior)) }
    let parent = levels[level]
    if !parent.page.hasRoom(for: Self.cellHead) {
      // The child of the last cell needs none: it is the page's rightmost.
      let last = parent.last
      parent.page.removeLast()
      let number = try file.append { parent.page.write(rightmost: last.child, to: &$0) }
      try add(child: number, rowid: last.rowid, at: level + 1, to: file)
    }
    parent.last = (child, rowid)
    parent.page.beginCell()
    parent.page.cells.append(bigEndian: child, bytes: 4)
    parent.page.cells.append(varint: rowid)
  }

  /// Writes what is not full, and the root.
  consuming func finish(_ file: PageFile) throws(SystemError) { try file.finish(&leaf, below: levels, root: root) }
}
