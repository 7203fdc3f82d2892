internal import EpiSystem

/// The page above the leaves of a b-tree, at one height, that is being filled.
final class InteriorLevel {
  var page: BTreePage
  /// The child of the last cell, and in a table the last rowid in it.
  var last = (child: 0, rowid: 0)

  init(_ kind: BTreePage.Kind) { page = BTreePage(kind) }
}

extension PageFile {
  /// Writes the pages of a tree that are not full, and its root.
  /// - Parameters:
  ///   - leaf: the last one.
  ///   - levels: from the bottom up.
  ///   - root: a page that there is already.
  func finish(_ leaf: inout BTreePage, below levels: [InteriorLevel], root: Int) throws(SystemError) {
    guard let top = levels.last else { return try overwrite(root) { leaf.write(to: &$0) } }
    var child = try append { leaf.write(to: &$0) }
    for level in levels.dropLast() { child = try append { level.page.write(rightmost: child, to: &$0) } }
    try overwrite(root) { top.page.write(rightmost: child, to: &$0) }
  }
}
