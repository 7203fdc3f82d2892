package import EpiBytes

// Going down into a document step by step: what a type is, and the members of lists, shared ones and plain ones.

extension Document {
  /// As what a type is to be read: nested types say so, of roots the content tells; nil when it tells nothing.
  package func kind(of type: SharedType) -> RootKind? {
    switch store.types.records[type.index].kind {
    case .root, .xmlFragment: inferredKind(of: type)
    case .array: .array
    case .map, .xmlHook: .map
    case .text: .text
    case .xmlElement: .xmlelement
    case .xmlText: .xmltext
    }
  }

  /// Calls `body` with the visible members of a type's list, in order. The range of an Any value is exactly its own.
  package func forEachMember(
    of type: SharedType, _ bytes: Span<UInt8>, _ body: (Member) throws(DecodingError) -> Void
  ) throws(DecodingError) {
    var index = store.types.records[type.index].start
    while index != none {
      let block = store.blocks[index]
      let current = index
      index = block.right
      guard !block.isDeleted, block.kind.isCountable else { continue }
      var reader = ByteReader(bytes, in: block.content.bounds)
      for offset in 0..<block.length {
        switch block.kind {
        case .any:
          let start = reader.position
          try AnyValue.skip(&reader)
          let range = ByteRange(start: start, count: reader.position - start)
          try body(Member(content: .any, range: range, block: current, offset: offset))
        case .type: try body(Member(content: .type(SharedType(index: block.extra)), range: .empty, block: current, offset: offset))
        default: try body(Member(content: .other, range: .empty, block: current, offset: offset))
        }
      }
    }
  }

  /// Where the Any value of a map's entry lies; nil for other content. The range may reach beyond its end.
  package func plainValue(of entry: Member, _ bytes: Span<UInt8>) -> ByteRange? {
    guard entry.content == .any else { return nil }
    let start = AnyValue.end(of: Int(entry.offset), in: bytes, from: entry.range.bounds)
    return ByteRange(start: start, count: entry.range.end - start)
  }

  /// Appends a type, a root or a nested one, as JSON; null when it is a root whose content tells nothing.
  package func appendJSON(of type: SharedType, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    guard store.types.records[type.index].kind == .root else {
      return try appendType(type.index, bytes, to: &writer, depth: depth)
    }
    guard let kind = inferredKind(of: type) else { return writer.append("null") }
    try appendJSON(of: type, as: kind, bytes, to: &writer)
  }

  // MARK: XML nodes

  /// The key that spells the name of an XML element; nil for other types.
  package func nodeName(of type: SharedType) -> UInt32? {
    let record = store.types.records[type.index]
    return record.kind == .xmlElement && record.name != none ? record.name : nil
  }

  /// Appends an element's attributes as a JSON object.
  package func appendAttributes(of type: SharedType, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    try appendMap(type.index, bytes, to: &writer, depth: depth)
  }

  /// Appends all text in an element and in the elements inside it as one JSON string, the text of every node on a line of its own.
  package func appendTextContent(of type: SharedType, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    writer.append(UInt8(ascii: "\""))
    var isFirst = true
    try appendLines(of: type.index, bytes, to: &writer, &isFirst, depth: depth)
    writer.append(UInt8(ascii: "\""))
  }

  private func appendLines(
    of type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, _ isFirst: inout Bool, depth: Int
  ) throws(DecodingError) {
    guard depth > 0 else { throw tooDeep(type) }
    let record = store.types.records[type]
    if record.kind == .xmlText || record.kind == .text {
      if !isFirst { writer.append("\\n") }
      isFirst = false
      return appendText(type, bytes, to: &writer)
    }
    var index = record.start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      if !block.isDeleted, block.kind == .type { try appendLines(of: block.extra, bytes, to: &writer, &isFirst, depth: depth - 1) }
    }
  }
}

extension AnyView {
  package static func isArray(_ range: ByteRange, _ bytes: Span<UInt8>) -> Bool {
    range.count > 0 && bytes[Int(range.start)] == AnyValue.Tag.array
  }

  /// Where the elements of the array at `range` lie; none when the value is no array.
  package static func elements(of range: ByteRange, _ bytes: Span<UInt8>) throws(DecodingError) -> [ByteRange] {
    guard isArray(range, bytes) else { return [] }
    var reader = ByteReader(bytes, in: range.bounds)
    _ = try reader.readByte()
    var elements: [ByteRange] = []
    for _ in 0..<(try reader.readCount()) {
      let start = reader.position
      try AnyValue.skip(&reader)
      elements.append(ByteRange(start: start, count: reader.position - start))
    }
    return elements
  }
}
