internal import EpiBytes

/// The rows of another table that stored fields are taken from, to be found by id once all are there.
struct JoinedRows: ~Copyable {
  private var ids = ByteStrings()
  /// The fields of each row; empty when the row is gone.
  private(set) var fields = ByteStrings()
  /// Row numbers by id, the last of equal ids only; made by `sort()`.
  private var order: [UInt32] = []

  var count: Int { ids.count }

  /// - Parameter text: empty when the row is gone.
  mutating func append(id: borrowing ByteWriter, fields text: borrowing ByteWriter) {
    ids.append(id.span)
    fields.append(text.span)
  }

  /// Ends the adding of rows.
  /// - Complexity: O(`count` · log(`count`))
  mutating func sort() {
    order = ids.sortedKeepingLast()
  }

  func find(key: Int, of keys: borrowing ByteStrings) -> UInt32? { find(keys.text(key)) }

  /// The number in `fields` of the row with this id; nil when there is none or it is gone.
  /// - Complexity: O(log(`count`))
  func find(_ id: Span<UInt8>) -> UInt32? {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      let comparison = ByteOrder.compare(ids.text(Int(order[middle])), id)
      if comparison == 0 { return fields.text(Int(order[middle])).isEmpty ? nil : order[middle] }
      if comparison < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Hands over the fields, or takes them back.
  mutating func swapFields(with other: inout ByteStrings) { swap(&fields, &other) }

  /// Forgets rows that are hidden or gone, when they are the most. To be called after `sort()`.
  mutating func compact() {
    guard ids.count > 2 * order.count + 1_024 else { return }
    var newIDs = ByteStrings()
    var newFields = ByteStrings()
    for row in order where !fields.text(Int(row)).isEmpty {
      newIDs.append(ids.text(Int(row)))
      newFields.append(fields.text(Int(row)))
    }
    ids = newIDs
    fields = newFields
    order = []
  }
}
