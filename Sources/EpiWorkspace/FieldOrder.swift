internal import EpiBytes
internal import EpiJSON
internal import EpiRows
internal import EpiYjs

/// In which order the fields of a row are printed: those of the table's schema first, in its order, then the others by name.
///
/// The rows of a table mostly have the same fields, written in the same order. So the order found for one row is kept, with the
/// text of the names, and serves all that follow until one differs.
struct FieldOrder: ~Copyable {
  /// Names of fields: those of the schema first, in its order, so that their keys are their places in it.
  private var names = KeyTable()
  private var schemaCount: UInt32 = 0
  /// Keys of the row the order was found for, as they came.
  private var keys: [UInt32] = []
  /// Whether those are keys of the document, not of `names`.
  private var areDocumentKeys = false
  /// Positions in `keys`, in printing order; of a repeated key only the last.
  private(set) var positions: [Int] = []
  /// Per position in printing order, where its `"name":` lies in `labels`.
  private(set) var labelRanges: [Range<Int>] = []
  private(set) var labels = ByteWriter(capacity: 1024)

  /// Begins a table whose schema has the fields `schema`, in order.
  mutating func begin(schema: [FieldDefinition]) {
    names = KeyTable()
    for field in schema { _ = key(named: field.name) }
    schemaCount = UInt32(names.count)
    keys = []
    positions = []
    labelRanges = []
  }

  /// The key of a field's name, for `arrange(_:)`.
  mutating func key(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt32 { names.intern(bytes, in: range) }

  mutating func key(named name: String) -> UInt32 {
    let bytes = Array(name.utf8)
    return key(bytes.span, in: 0..<bytes.count)
  }

  /// Finds the order of the fields of a row, whose keys `key(_:in:)` has given.
  mutating func arrange(_ fields: [RowPrinter.Field]) {
    if !areDocumentKeys, isArranged(fields) { return }
    areDocumentKeys = false
    keys = fields.map(\.key)
    arrange(keys)
  }

  /// Finds the order of the fields of a row, whose keys are those of `document`.
  mutating func arrange(_ fields: [RowPrinter.Field], namedBy document: borrowing Document) {
    if areDocumentKeys, isArranged(fields) { return }
    areDocumentKeys = true
    keys = fields.map(\.key)
    var named: [UInt32] = []
    for key in keys { named.append(self.key(document.names, in: document.nameRange(ofKey: key))) }
    arrange(named)
  }

  private func isArranged(_ fields: [RowPrinter.Field]) -> Bool {
    guard fields.count == keys.count else { return false }
    for index in fields.indices where fields[index].key != keys[index] { return false }
    return true
  }

  private mutating func arrange(_ keys: [UInt32]) {
    var sorted = Array(keys.indices)
    sorted.sort { keys[$0] == keys[$1] ? $0 < $1 : precedes(keys[$0], keys[$1]) }
    // Equal keys are neighbours now, the last one behind the others: it counts.
    positions.removeAll(keepingCapacity: true)
    for position in sorted {
      if let last = positions.last, keys[last] == keys[position] { positions.removeLast() }
      positions.append(position)
    }
    labels.removeAll()
    labelRanges.removeAll(keepingCapacity: true)
    for position in positions {
      let start = labels.count
      Self.appendLabel(names, keys[position], to: &labels)
      labelRanges.append(start..<labels.count)
    }
  }

  private static func appendLabel(_ names: borrowing KeyTable, _ key: UInt32, to labels: inout ByteWriter) {
    JSONWriter.appendString(names.span, in: names.range(of: key), to: &labels)
    labels.append(UInt8(ascii: ":"))
  }

  private func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    // Keys of the schema's fields are their places in it.
    a < schemaCount || b < schemaCount ? a < b : names.precedes(a, b)
  }
}
