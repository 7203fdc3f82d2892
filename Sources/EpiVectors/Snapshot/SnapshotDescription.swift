package import EpiBytes

extension Snapshot {
  /// Appends what the head and the origin say, as one JSON object and a newline.
  package func appendDescription(to writer: inout ByteWriter) throws(SnapshotError) {
    let origin = try originText()
    writer.append("{\"format\":")
    writer.append(decimal: Int(SnapshotFormat.version))
    writer.append(",\"kind\":")
    writer.append(jsonString: head.kind.name)
    writer.append(",\"metric\":")
    writer.append(jsonString: head.metric.name)
    writer.append(",\"type\":")
    writer.append(jsonString: head.element.name)
    writer.append(",\"dimensions\":")
    writer.append(decimal: head.dimensions)
    writer.append(",\"rows\":")
    writer.append(decimal: head.rows)
    writer.append(",\"tables\":")
    writer.append(decimal: head.tables)
    writer.append(",\"model\":")
    if head.model.isEmpty { writer.append("null") } else { writer.append(jsonString: head.model) }
    writer.append(",\"bytes\":")
    writer.append(decimal: head.fileLength)
    writer.append(",\"hash\":\"")
    writer.append(hex: head.contentHash)
    writer.append("\",\"origin\":")
    writer.append(bytes, in: origin)
    writer.append(",\"sections\":{")
    for (index, section) in sections.enumerated() {
      if index > 0 { writer.append(",") }
      writer.append(jsonString: section.name)
      writer.append(":")
      writer.append(decimal: section.length)
    }
    writer.append("}}\n")
  }
}
