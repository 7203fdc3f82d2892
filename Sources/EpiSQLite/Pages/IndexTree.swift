internal import EpiBytes
internal import EpiSystem

/// The b-tree of an index, built from its leaves up out of records that come in the order of the index.
///
/// Every record stands once in it: one that parts two pages stands above them. Memory: two pages for each level.
struct IndexTree: ~Copyable {
  /// The page that holds the root of the tree, empty until now.
  private let root: Int
  private var leaf = BTreePage(.indexLeaf)
  /// Above the leaves, from the bottom up: cells are a child and the cell of a record.
  private var levels: [InteriorLevel] = []
  /// A cell on its way up: it will part a page from the next.
  private var rising = ByteWriter(capacity: PageFile.pageSize / 4)

  /// As of a table, but that four cells have room on a page (section 1.6).
  private static let largestLocal = (PageFile.pageSize - 12) * 64 / 255 - 23
  /// What a cell has besides its payload, at most: a varint and two numbers of pages.
  private static let cellHead = 9 + 4 + 4

  init(root: Int) { self.root = root }

  /// - Parameter record: greater than the one before.
  mutating func add(_ record: borrowing ByteWriter, to file: PageFile) throws(SystemError) {
    let payload = try file.localPart(of: record, largest: Self.largestLocal)
    if !leaf.hasRoom(for: payload.count + Self.cellHead) {
      leaf.moveLastCell(from: 0, to: &rising)
      try add(child: try file.append { leaf.write(to: &$0) }, at: 0, to: file)
    }
    leaf.beginCell()
    leaf.cells.append(varint: record.count)
    payload.append(of: record, to: &leaf.cells)
  }

  /// Adds a page and the cell behind it, which is rising, to the pages above.
  private mutating func add(child: Int, at level: Int, to file: PageFile) throws(SystemError) {
    if level == levels.count { levels.append(InteriorLevel(.indexInterior)) }
    let parent = levels[level]
    if !parent.page.hasRoom(for: 4 + rising.count) {
      var cell = ByteWriter(capacity: rising.count)
      cell.append(rising)
      parent.page.moveLastCell(from: 4, to: &rising)
      let rightmost = parent.last.child
      let number = try file.append { parent.page.write(rightmost: rightmost, to: &$0) }
      try add(child: number, at: level + 1, to: file)
      swap(&rising, &cell)
    }
    parent.last.child = child
    parent.page.beginCell()
    parent.page.cells.append(bigEndian: child, bytes: 4)
    parent.page.cells.append(rising)
  }

  /// Writes what is not full, and the root.
  consuming func finish(_ file: PageFile) throws(SystemError) { try file.finish(&leaf, below: levels, root: root) }
}
