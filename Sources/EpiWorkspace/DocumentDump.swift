package import EpiBytes
internal import EpiJSON
package import EpiYjs

/// A whole document as one JSON object: its roots by name.
package enum DocumentDump {
  /// Appends the object, without a newline.
  ///
  /// Roots that are named as maps print in the form of yjs 14 where the document is one of yjs 14.
  /// - Parameter kinds: as what roots are to be read; the others by what their content tells, or null when it tells nothing. A root
  ///   that is named here and does not exist is shown empty.
  package static func write(
    _ document: borrowing Document, kinds: [[UInt8]: RootKind], _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    var missing = kinds
    let maps = document.roots.filter { kinds[Array(copying: document.names, in: document.nameRange(of: $0))] == .map }
    let isOfYjs14 = !maps.isEmpty && document.isOfYjs14(mapRoots: maps)
    writer.append(UInt8(ascii: "{"))
    var isFirst = true
    for root in document.roots {
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      JSONWriter.appendString(document.names, in: document.nameRange(of: root), to: &writer)
      writer.append(UInt8(ascii: ":"))
      let name = Array(copying: document.names, in: document.nameRange(of: root))
      missing[name] = nil
      if isOfYjs14, kinds[name] == .map {
        try document.appendNode(of: root, bytes, to: &writer)
      } else if let kind = kinds[name] ?? document.inferredKind(of: root) {
        try document.appendJSON(of: root, as: kind, bytes, to: &writer)
      } else {
        writer.append("null")
      }
    }
    for (name, kind) in missing.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      JSONWriter.appendString(name.span, in: 0..<name.count, to: &writer)
      writer.append(UInt8(ascii: ":"))
      switch kind {
      case .map: writer.append("{}")
      case .array: writer.append("[]")
      case .text: writer.append(document.textForm == .delta ? "[]" : "\"\"")
      case .xml, .xmltext: writer.append("\"\"")
      case .xmlelement: writer.append("\"<undefined></undefined>\"")
      }
    }
    writer.append(UInt8(ascii: "}"))
  }
}
