internal import EpiBytes
internal import EpiJSON

extension Snapshot {
  /// The values of some of a row's stored fields as JSON text; nil for those it has not.
  /// - Parameter names: as UTF-8.
  /// - Complexity: O(bytes of the stored fields · `names.count`)
  package func storedValues(_ names: [[UInt8]], ofRow row: Int) throws(SnapshotError) -> [[UInt8]?] {
    var values = [[UInt8]?](repeating: nil, count: names.count)
    guard let range = try storedFields(ofRow: row) else { return values }
    let object = bytes.extracting(range)
    // storedFields(ofRow:) has read the object to its end.
    var scanner = FieldScanner(object, in: 0..<object.count)
    var name = ByteWriter(capacity: 64)
    do {
      try scanner.enterObject()
      while let label = try scanner.nextName() {
        let value = try scanner.value()
        name.removeAll()
        if label.kind == .escapedString { EscapedText.append(object, in: label.range.bounds, to: &name) } else { name.append(object, in: label.range.bounds) }
        for index in names.indices {
          let wanted = names[index]
          guard ByteOrder.compare(wanted.span, name.span) == 0 else { continue }
          let bounds = value.range.bounds
          values[index] = object.extracting(value.isString ? (bounds.lowerBound - 1)..<(bounds.upperBound + 1) : bounds).copied()
        }
      }
    } catch {
      throw SnapshotError(.sectionText(SnapshotSection.Name.stored, item: row))
    }
    return values
  }

  /// The names of the stored fields in the order they were asked for, as the snapshot says of itself.
  package func storedNames() throws(SnapshotError) -> [String] { hasStoredFields ? try origin().store : [] }

  /// Whether rows are pieces of longer texts, with ids of the form `ID#1`, `ID#2` and so on.
  package func isChunked() throws(SnapshotError) -> Bool { try origin().chunk != nil }
}
