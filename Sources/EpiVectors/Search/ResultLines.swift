package import EpiBytes
internal import EpiJSON

/// Results as lines of JSON.
package enum ResultLines {
  /// Appends the ids of the rows found for a query, a JSON array.
  /// - Throws: when the snapshot is damaged where it is read; `writer` may then end inside a line.
  package static func appendIDs(_ rows: [Int], of snapshot: borrowing Snapshot, to writer: inout ByteWriter) throws(SnapshotError) {
    writer.append("[")
    var isFirst = true
    for row in rows {
      if !isFirst { writer.append(",") }
      isFirst = false
      JSONWriter.appendString(snapshot.bytes, in: try snapshot.id(ofRow: row), to: &writer)
    }
    writer.append("]\n")
  }

  /// Appends what every result has, a JSON object without its end.
  /// - Parameters:
  ///   - label: the query's name as JSON text.
  ///   - rank: from 1.
  /// - Throws: as above.
  package static func appendHead(
    of match: Match, label: [UInt8], rank: Int, of snapshot: borrowing Snapshot, to writer: inout ByteWriter
  ) throws(SnapshotError) {
    let bytes = snapshot.bytes
    writer.append("{\"query\":")
    writer.append(label)
    writer.append(",\"rank\":")
    writer.append(decimal: rank)
    writer.append(",\"table\":")
    JSONWriter.appendString(bytes, in: try snapshot.name(ofTable: try snapshot.table(ofRow: match.row)), to: &writer)
    writer.append(",\"id\":")
    JSONWriter.appendString(bytes, in: try snapshot.id(ofRow: match.row), to: &writer)
    writer.append(",\"distance\":")
    writer.append(shortest: match.distance)
  }

  /// Appends the stored fields of a row, when the snapshot has some.
  package static func appendStored(_ row: Int, of snapshot: borrowing Snapshot, to writer: inout ByteWriter) throws(SnapshotError) {
    guard let fields = try snapshot.storedFields(ofRow: row) else { return }
    writer.append(",\"row\":")
    writer.append(snapshot.bytes, in: fields)
  }
}
