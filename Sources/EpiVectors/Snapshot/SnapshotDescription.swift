package import EpiBytes
internal import EpiJSON

extension Snapshot {
  /// Appends what the head and the origin say, as one JSON object and a newline.
  package func appendDescription(to writer: inout ByteWriter) throws(SnapshotError) {
    let origin = try originText()
    writer.append("{\"format\":")
    writer.append(decimal: Int(SnapshotFormat.version))
    writer.append(",\"kind\":")
    JSONWriter.appendString(head.kind.name, to: &writer)
    writer.append(",\"metric\":")
    JSONWriter.appendString(head.metric.name, to: &writer)
    writer.append(",\"type\":")
    JSONWriter.appendString(head.element.name, to: &writer)
    writer.append(",\"dimensions\":")
    writer.append(decimal: head.dimensions)
    writer.append(",\"rows\":")
    writer.append(decimal: head.rows)
    writer.append(",\"tables\":")
    writer.append(decimal: head.tables)
    if let graph {
      writer.append(",\"graph\":{\"nodes\":")
      writer.append(decimal: graph.nodes)
      writer.append(",\"max_neighbors\":")
      writer.append(decimal: graph.options.maxNeighbors)
      writer.append(",\"compress_neighbors\":\"\(graph.options.compression.rawValue)\",\"alpha\":")
      writer.append(shortest: graph.options.alpha)
      writer.append(",\"insert_l\":")
      writer.append(decimal: graph.options.insertL)
      writer.append(",\"search_l\":")
      writer.append(decimal: graph.options.searchL)
      writer.append(",\"seed\":")
      writer.append(String(graph.options.seed))
      writer.append("}")
    }
    writer.append(",\"model\":")
    if head.model.isEmpty { writer.append("null") } else { JSONWriter.appendString(head.model, to: &writer) }
    writer.append(",\"bytes\":")
    writer.append(decimal: head.fileLength)
    writer.append(",\"hash\":\"")
    writer.append(hex: head.contentHash)
    writer.append("\",\"origin\":")
    writer.append(bytes, in: origin)
    writer.append(",\"sections\":{")
    for (index, section) in sections.enumerated() {
      if index > 0 { writer.append(",") }
      JSONWriter.appendString(section.name, to: &writer)
      writer.append(":")
      writer.append(decimal: section.length)
    }
    writer.append("}}\n")
  }
}
