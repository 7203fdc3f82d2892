package import EpiBytes
internal import EpiJSON

/// How results are printed.
package enum ResultFormat: String, CaseIterable, Sendable {
  /// A JSON object a match.
  case ndjson
  /// A JSON array of ids a query.
  case ids
}

extension ResultFormat {
  /// Appends the lines for one query.
  /// - Parameter label: the query's name as JSON text.
  /// - Throws: when the snapshot is damaged where it is read; `writer` may then end inside a line.
  package func append(
    _ matches: ArraySlice<Match>, label: [UInt8], from snapshot: borrowing Snapshot, to writer: inout ByteWriter
  ) throws(SnapshotError) {
    let bytes = snapshot.bytes
    switch self {
    case .ids:
      writer.append("[")
      for (index, match) in matches.enumerated() {
        if index > 0 { writer.append(",") }
        JSONWriter.appendString(bytes, in: try snapshot.id(ofRow: match.row), to: &writer)
      }
      writer.append("]\n")
    case .ndjson:
      for (index, match) in matches.enumerated() {
        writer.append("{\"query\":")
        writer.append(label)
        writer.append(",\"rank\":")
        writer.append(decimal: index + 1)
        writer.append(",\"table\":")
        JSONWriter.appendString(bytes, in: try snapshot.name(ofTable: try snapshot.table(ofRow: match.row)), to: &writer)
        writer.append(",\"id\":")
        JSONWriter.appendString(bytes, in: try snapshot.id(ofRow: match.row), to: &writer)
        writer.append(",\"distance\":")
        writer.append(shortest: match.distance)
        if let fields = try snapshot.storedFields(ofRow: match.row) {
          writer.append(",\"row\":")
          writer.append(bytes, in: fields)
        }
        writer.append("}\n")
      }
    }
  }
}
