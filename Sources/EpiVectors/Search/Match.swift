/// One result of a search.
package struct Match: Equatable, Sendable {
  /// Number of the row in the snapshot, from 0.
  package var row: Int
  /// As the metric reports it.
  package var distance: Float

  package init(row: Int, distance: Float) {
    self.row = row
    self.distance = distance
  }
}
