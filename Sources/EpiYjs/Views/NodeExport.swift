package import EpiBytes
internal import EpiJSON

/// Types in the form of yjs 14, where each is a map and a list at once and may have a name: `{"name":…,"attrs":{…},"children":[…]}`, what
/// is empty left out.
extension Document {
  /// Whether a type of the document holds what it cannot hold in yjs 13: a root that is to be read as a map has list members, an XML
  /// fragment has keys, or a fragment or an element has members that are no XML. For yjs 14 writes the references of those two for all
  /// nested types.
  /// - Complexity: O(types + blocks)
  package func isOfYjs14(mapRoots: [SharedType]) -> Bool {
    if mapRoots.contains(where: { hasMember(of: $0.index) { _ in true } }) { return true }
    for type in 0..<UInt32(store.types.count) {
      let kind = store.types.records[type].kind
      guard kind == .xmlFragment || kind == .xmlElement else { continue }
      if hasMember(of: type, where: { !isXML($0) }) { return true }
      if kind == .xmlFragment, !sortedEntries(of: SharedType(index: type)).isEmpty { return true }
    }
    return false
  }

  private func hasMember(of type: UInt32, where holds: (Block) -> Bool) -> Bool {
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      if !block.isDeleted, block.kind.isCountable, holds(block) { return true }
      index = block.right
    }
    return false
  }

  private func isXML(_ block: Block) -> Bool {
    guard block.kind == .type else { return false }
    switch store.types.records[block.extra].kind {
    case .xmlElement, .xmlText, .xmlHook: return true
    case .array, .map, .text, .xmlFragment, .root: return false
    }
  }

  /// Appends a root and everything in it.
  package func appendNode(of root: SharedType, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    try appendNode(root.index, bytes, to: &writer, depth: depth + 1)
  }

  /// - Parameter depth: levels of types that may still be entered, this one among them.
  private func appendNode(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    guard depth > 0 else { throw tooDeep(type) }
    let record = store.types.records[type]
    var separator = "{"
    if record.kind == .xmlElement || record.kind == .xmlHook {
      writer.append("{\"name\":")
      JSONWriter.appendString(store.keys.span, in: store.keys.range(of: record.name), to: &writer)
      separator = ","
    }
    let attributes = sortedEntries(of: SharedType(index: type)).filter { !isUndefined($0.value, bytes) }
    for (index, attribute) in attributes.enumerated() {
      writer.append(index == 0 ? "\(separator)\"attrs\":{" : ",")
      JSONWriter.appendString(store.keys.span, in: store.keys.range(of: attribute.key), to: &writer)
      writer.append(UInt8(ascii: ":"))
      try appendNodeUnit(of: store.blocks[attribute.value.block], offset: attribute.value.offset, bytes, to: &writer, depth: depth - 1)
    }
    if !attributes.isEmpty {
      writer.append(UInt8(ascii: "}"))
      separator = ","
    }
    if hasMember(of: type, where: { _ in true }) {
      writer.append("\(separator)\"children\":[")
      try appendChildren(of: type, bytes, to: &writer, depth: depth - 1)
      writer.append(UInt8(ascii: "]"))
      separator = ","
    }
    writer.append(separator == "{" ? "{}" : "}")
  }

  private func appendNodeUnit(
    of block: Block, offset: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int
  ) throws(DecodingError) {
    if block.kind == .type { return try appendNode(block.extra, bytes, to: &writer, depth: depth) }
    try appendUnit(of: block, offset: offset, bytes, to: &writer, depth: depth)
  }

  /// Text with the same formats that meets is one child.
  private func appendChildren(of type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    var formats = FormatSet()
    var textFormats: FormatSet?
    var joiner = TextJoiner()
    var isFirst = true
    func begin(_ writer: inout ByteWriter) {
      if textFormats != nil {
        joiner.finish(to: &writer)
        writer.append(UInt8(ascii: "\""))
        textFormats = nil
      }
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
    }
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      guard !block.isDeleted else { continue }
      switch block.kind {
      case .format:
        formats.set(block.extra, to: try attributeText(of: block, bytes), store.keys)
        guard formats.count <= Limits.formats else { throw DecodingError(.formatsExceeded(limit: Limits.formats), at: Int(block.content.start)) }
      case .string:
        if textFormats?.formats != formats.formats {
          begin(&writer)
          writer.append(UInt8(ascii: "\""))
          textFormats = formats
        }
        joiner.append(block.text, bytes, to: &writer)
      case .any:
        var reader = ByteReader(bytes, in: block.content.bounds)
        for _ in 0..<block.length {
          begin(&writer)
          try AnyValue.appendJSON(&reader, to: &writer)
        }
      case .json, .binary, .embed, .type, .document:
        for offset in 0..<block.length {
          begin(&writer)
          try appendNodeUnit(of: block, offset: offset, bytes, to: &writer, depth: depth)
        }
      case .gc, .deleted: break
      }
    }
    if textFormats != nil {
      joiner.finish(to: &writer)
      writer.append(UInt8(ascii: "\""))
    }
  }
}
