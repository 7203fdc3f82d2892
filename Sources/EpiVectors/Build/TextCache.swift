internal import EpiBytes

/// The vectors of a snapshot by the texts they were made of: what need not be made again.
package final class TextCache {
  private let snapshot: Snapshot
  private let slots: [UInt32]
  private var rows: [UInt64: UInt32] = [:]

  /// - Throws: when the snapshot is damaged.
  package init(_ snapshot: consuming Snapshot) throws(SnapshotError) {
    slots = try snapshot.slotOfRows()
    for row in 0..<snapshot.head.rows {
      if let hash = snapshot.textHash(ofRow: row), hash != 0 { rows[hash] = UInt32(row) }
    }
    self.snapshot = snapshot
  }

  var form: VectorForm { snapshot.form }

  /// Why its vectors are of no use for others; nil when they are.
  package func objection(metric: Metric, model: String) -> String? {
    if rows.isEmpty { return "it has no vectors that were made of texts" }
    if !snapshot.head.model.utf8.elementsEqual(model.utf8) { return "its texts were embedded by the model '\(snapshot.head.model)', not '\(model)'" }
    if snapshot.head.metric != metric { return "its metric is '\(snapshot.head.metric.name)', not '\(metric.name)'" }
    return nil
  }

  /// The slot of the vector that was made of a text, and its hash as it was given; nil when there is none in this form.
  /// - Parameter dimensions: nil: as many as the snapshot's vectors have.
  func vector(for hash: UInt64, _ metric: Metric, _ element: ElementType, dimensions: Int?) -> (slot: [UInt8], hash: UInt64)? {
    guard form == VectorForm(metric: metric, element: element, dimensions: dimensions ?? form.dimensions), let row = rows[hash] else { return nil }
    return (snapshot.copySlot(Int(slots[Int(row)])), snapshot.vectorHash(ofRow: Int(row)))
  }

  /// What texts are known by: XXH64, and never 0.
  static func hash(_ text: Span<UInt8>) -> UInt64 {
    var hash = ContentHash()
    hash.update(text)
    return hash.value == 0 ? 1 : hash.value
  }
}
